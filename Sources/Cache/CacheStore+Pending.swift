extension CacheStore {
    /// All that waits, by declaration.
    public func pending() throws(CacheError) -> [PendingRow] {
        try records(.pending, Self.pendingRow)
    }

    /// What waits for a declaration.
    public func pending(_ declaration: DeclNumber) throws(CacheError) -> PendingRow? {
        try record(.pending, declaration, Self.pendingRow)
    }

    private static func pendingRow(
        _ declaration: UInt64, _ bytes: UnsafeRawBufferPointer
    ) throws(Malformed) -> PendingRow {
        try PendingRow(declaration: try narrowed(declaration), decoding: bytes)
    }

    /// Puts a row in place of the one of its declaration.
    public func putPending(_ row: PendingRow) throws(CacheError) {
        try putRecord(.pending, row.declaration) { row.encode(into: &$0) }
    }

    /// Removes what waits for a declaration.
    public func removePending(_ declaration: DeclNumber) throws(CacheError) {
        try removeRecord(.pending, declaration)
    }

    /// Removes all that waits.
    public func removeAllPending() throws(CacheError) {
        try removeRecords(.pending)
    }
}
