/// Statements of table `user`.
struct UserStatements: ~Copyable {
    var all = Statement("SELECT * FROM user WHERE target = ? ORDER BY part")
    var get = Statement("SELECT * FROM user WHERE target = ? AND part = ?")
    var next = Statement("SELECT * FROM user WHERE target = ? AND part >= ? ORDER BY part LIMIT 1")
    var put = Statement("REPLACE INTO user VALUES (?,?,?,?)")
    var remove = Statement("DELETE FROM user WHERE target = ? AND part = ?")
}

extension CacheStore {
    /// All the rows of a declaration, by part.
    public func userRows(_ target: DeclNumber) throws(CacheError) -> [UserRow] {
        try rows(.user, &userStatements.all, [.number(target)]) { (row) throws(Malformed) in
            try UserRow(from: &row)
        }
    }

    /// One row of a declaration; nil if that part has no users.
    public func userRow(_ target: DeclNumber, part: UInt32) throws(CacheError) -> UserRow? {
        try row(.user, &userStatements.get, [.number(target), .number(part)]) { (row) throws(Malformed) in
            try UserRow(from: &row)
        }
    }

    /// The first row of a declaration from `part` on; nil if that and the parts behind it have no users.
    public func userRow(_ target: DeclNumber, from part: UInt32) throws(CacheError) -> UserRow? {
        try row(.user, &userStatements.next, [.number(target), .number(part)]) { (row) throws(Malformed) in
            try UserRow(from: &row)
        }
    }

    /// Puts a row in place of the one with its target and part.
    public func putUserRow(_ row: UserRow) throws(CacheError) {
        let users = packed { encodeNumbers(row.users, near: row.target, into: &$0) }
        try put(.user, &userStatements.put, [.number(row.target), .number(row.part), users])
    }

    /// Removes a row.
    public func removeUserRow(_ target: DeclNumber, part: UInt32) throws(CacheError) {
        try remove(.user, &userStatements.remove, [.number(target), .number(part)])
    }
}

extension UserRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        let target = try row.integer(DeclNumber.self)
        let part = try row.integer(UInt32.self)
        var reader = ByteReader(try row.borrowed())
        self.init(target: target, part: part, users: try decodeNumbers(near: target, from: &reader))
        try reader.finish()
    }
}
