/// Statements of table `pending`.
struct PendingStatements: ~Copyable {
    var all = Statement("SELECT * FROM pending ORDER BY declaration")
    var get = Statement("SELECT * FROM pending WHERE declaration = ?")
    var put = Statement("REPLACE INTO pending VALUES (?,?,?,?,?,?,?)")
    var remove = Statement("DELETE FROM pending WHERE declaration = ?")
    var removeAll = Statement("DELETE FROM pending")
}

extension CacheStore {
    /// All that waits, by declaration.
    public func pending() throws(CacheError) -> [PendingRow] {
        try rows(.pending, &pendingStatements.all) { (row) throws(Malformed) in try PendingRow(from: &row) }
    }

    /// What waits for a declaration.
    public func pending(_ declaration: DeclNumber) throws(CacheError) -> PendingRow? {
        try row(.pending, &pendingStatements.get, [.number(declaration)]) { (row) throws(Malformed) in
            try PendingRow(from: &row)
        }
    }

    /// Puts a row in place of the one of its declaration.
    public func putPending(_ row: PendingRow) throws(CacheError) {
        let relocations = packed { encodeRelocations(row.relocations, near: row.declaration, into: &$0) }
        let values: [SQLValue] = [
            .number(row.declaration), .number(row.section), .number(row.alignment), .blob(row.bytes), relocations,
            .flag(row.arePositionsChanged),
        ]
        try put(.pending, &pendingStatements.put, values)
    }

    /// Removes what waits for a declaration.
    public func removePending(_ declaration: DeclNumber) throws(CacheError) {
        try remove(.pending, &pendingStatements.remove, [.number(declaration)])
    }

    /// Removes all that waits.
    public func removeAllPending() throws(CacheError) {
        try remove(.pending, &pendingStatements.removeAll, [])
    }
}

extension PendingRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        let declaration = try row.integer(DeclNumber.self)
        let section = try row.integer(UInt8.self)
        let alignment = try row.integer(UInt32.self)
        let bytes = try row.blob()
        var reader = ByteReader(try row.borrowed())
        let relocations = try decodeRelocations(near: declaration, from: &reader)
        try reader.finish()
        self.init(
            declaration: declaration, section: section, alignment: alignment, bytes: bytes, relocations: relocations,
            arePositionsChanged: try row.flag())
    }
}
