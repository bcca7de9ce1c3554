import Cache

extension CacheStore {
    /// What the rest of the cache depends on; it was looked at whether an update may rely on its numbers.
    func soundMeta() throws(CacheError) -> MetaRow {
        var meta = MetaRow()
        guard try read(&meta), meta.isSound(inBytes: size) else { throw .damaged(.meta, .number) }
        return meta
    }
}

extension MetaRow {
    /// A number that was given to a page or a file was a row at that time, and numbers that are given back are given
    /// again: so there are no more of them than the database has room for, and arrays can be made for all.
    private static let leastRowSize: Int64 = 32

    fileprivate func isSound(inBytes size: Int64) -> Bool {
        let most = size / MetaRow.leastRowSize
        let declarations = UInt64(nextPage) * UInt64(declarationsPerPage)
        return Int64(nextPage) <= most && Int64(nextFile) <= most && declarations <= UInt64(DeclNumber.max)
            && UInt64(entry) < max(declarations, 1) && UInt64(pendingCount) <= declarations
            && generation < UInt64(Int64.max)
    }
}
