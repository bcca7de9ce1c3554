extension CacheStore {
    /// The row; nil in a cache that was just made.
    public func meta() throws(CacheError) -> MetaRow? {
        try record(.meta, UInt64(0)) { (_, bytes) throws(Malformed) in try MetaRow(decoding: bytes) }
    }

    /// Puts the row in place of the one that is there.
    public func putMeta(_ row: MetaRow) throws(CacheError) {
        try putRecord(.meta, UInt64(0)) { row.encode(into: &$0) }
    }
}
