/// Statements of table `meta`.
struct MetaStatements: ~Copyable {
    var get = Statement("SELECT * FROM meta WHERE id = 1")
    var put = Statement("REPLACE INTO meta VALUES (?,?,?,?)")
}

extension CacheStore {
    /// The row; nil in a cache that was just made.
    public func meta() throws(CacheError) -> MetaRow? {
        try row(.meta, &metaStatements.get) { (row) throws(Malformed) in
            row.skip()
            return try MetaRow(generation: try row.uint64(), decoding: try row.borrowed())
        }
    }

    /// Puts the row in place of the one that is there.
    public func putMeta(_ row: MetaRow) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.meta, &metaStatements.put, [.integer(1), .number(row.generation), record])
    }
}
