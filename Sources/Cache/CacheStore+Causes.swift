extension CacheStore {
    /// Why the last build did what it did, in order.
    public func causes() throws(CacheError) -> [CauseRow] {
        var expected: UInt32 = 0
        return try records(.cause) { (ordinal, bytes) throws(Malformed) in
            // A parent is found by its place in the list: no row may be missing, and an effect follows its cause.
            guard ordinal == expected else { throw .order }
            let cause = try CauseRow(decoding: bytes)
            if let parent = cause.parent, parent >= expected { throw .order }
            expected &+= 1
            return cause
        }
    }

    /// Puts these causes in place of those that are there.
    public func replaceCauses(_ rows: [CauseRow]) throws(CacheError) {
        try replaceCauses(count: rows.count) { rows[$0] }
    }

    /// Puts so many causes in place of those that are there; `row` gives each of them once.
    public func replaceCauses(count: Int, _ row: (Int) -> CauseRow) throws(CacheError) {
        try removeRecords(.cause)
        for ordinal in 0..<count {
            let row = row(ordinal)
            try putRecord(.cause, UInt64(ordinal)) { row.encode(into: &$0) }
        }
    }
}
