extension CacheStore {
    /// All the rows of a declaration, by part.
    public func userRows(_ target: DeclNumber) throws(CacheError) -> [UserRow] {
        try records(.user, in: UserRow.keys(of: target, from: 0), UserRow.init)
    }

    /// One row of a declaration; nil if that part has no users.
    public func userRow(_ target: DeclNumber, part: UInt32) throws(CacheError) -> UserRow? {
        try record(.user, UserRow.number(target, part), UserRow.init)
    }

    /// The first row of a declaration from `part` on; nil if that and the parts behind it have no users.
    public func userRow(_ target: DeclNumber, from part: UInt32) throws(CacheError) -> UserRow? {
        guard part <= UserRow.lastPart else { return nil }
        return try firstRecord(.user, in: UserRow.keys(of: target, from: part), UserRow.init)
    }

    /// Puts a row in place of the one with its target and part.
    public func putUserRow(_ row: UserRow) throws(CacheError) {
        try putRecord(.user, UserRow.number(row.target, row.part)) { writer in
            encodeNumbers(row.users, near: row.target, into: &writer)
        }
    }

    /// Removes a row.
    public func removeUserRow(_ target: DeclNumber, part: UInt32) throws(CacheError) {
        try removeRecord(.user, UserRow.number(target, part))
    }
}

extension UserRow {
    /// Numbers of users have 32 bits, and a part has 1,024 of them.
    private static let partBits: UInt64 = 22

    fileprivate static let lastPart: UInt32 = 1 << partBits - 1

    /// The number of its record.
    fileprivate static func number(_ target: DeclNumber, _ part: UInt32) -> UInt64 {
        UInt64(target) << partBits | UInt64(part & lastPart)
    }

    /// The keys of all the records of a declaration from `part`, which is one that there may be, on.
    fileprivate static func keys(of target: DeclNumber, from part: UInt32) -> ClosedRange<Int64> {
        RecordKind.user.key(number(target, part))...RecordKind.user.key(number(target, lastPart))
    }

    fileprivate init(number: UInt64, bytes: UnsafeRawBufferPointer) throws(Malformed) {
        let target: DeclNumber = try narrowed(number >> UserRow.partBits)
        var reader = ByteReader(bytes)
        self.init(
            target: target, part: UInt32(truncatingIfNeeded: number) & UserRow.lastPart,
            users: try decodeNumbers(near: target, from: &reader))
        try reader.finish()
    }
}
