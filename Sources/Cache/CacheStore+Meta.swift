extension CacheStore {
    /// The row; nil in a cache that was just made.
    public func meta() throws(CacheError) -> MetaRow? {
        try record(.meta, UInt64(0)) { (_, bytes) throws(Malformed) in try MetaRow(decoding: bytes) }
    }

    /// Reads the row; false if there is none. A build that finds nothing to do sets up no type for a row that may be nil.
    public func read(_ row: inout MetaRow) throws(CacheError) -> Bool {
        if isMetaOfOpeningNew {
            isMetaOfOpeningNew = false
            row = metaOfOpening
            return true
        }
        let found: Void? = try record(.meta, UInt64(0)) { (_, bytes) throws(Malformed) in
            row = try MetaRow(decoding: bytes)
        }
        return found != nil
    }

    /// Puts the row in place of the one that is there.
    public func putMeta(_ row: MetaRow) throws(CacheError) {
        isMetaOfOpeningNew = false
        try putRecord(.meta, UInt64(0)) { row.encode(into: &$0) }
    }
}
