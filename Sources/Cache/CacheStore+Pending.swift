/// Statements of table `pending`.
struct PendingStatements: ~Copyable {
    var all = Statement("SELECT * FROM pending ORDER BY declaration")
    var get = Statement("SELECT * FROM pending WHERE declaration = ?")
    var put = Statement("REPLACE INTO pending VALUES (?,?,?)")
    var remove = Statement("DELETE FROM pending WHERE declaration = ?")
    var removeAll = Statement("DELETE FROM pending")
}

extension CacheStore {
    /// All that waits, by declaration.
    public func pending() throws(CacheError) -> [PendingRow] {
        try rows(.pending, &pendingStatements.all, [], Self.pendingRow)
    }

    /// What waits for a declaration.
    public func pending(_ declaration: DeclNumber) throws(CacheError) -> PendingRow? {
        try row(.pending, &pendingStatements.get, [.number(declaration)], Self.pendingRow)
    }

    private static func pendingRow(_ row: inout Row) throws(Malformed) -> PendingRow {
        try PendingRow(declaration: try row.integer(), decoding: try row.borrowed())
    }

    /// Puts a row in place of the one of its declaration.
    public func putPending(_ row: PendingRow) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.pending, &pendingStatements.put, [.number(row.declaration), record])
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
