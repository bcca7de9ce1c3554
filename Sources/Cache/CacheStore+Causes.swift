extension CacheStore {
    /// Why the last build did what it did, in order.
    public func causes() throws(CacheError) -> [CauseRow] {
        try record(.cause, UInt64(0)) { (_, bytes) throws(Malformed) in
            var reader = ByteReader(bytes)
            var place: UInt32 = 0
            let causes = try reader.list { (reader) throws(Malformed) in
                // A parent is found by its place in the list, and an effect follows its cause.
                let cause = try CauseRow(from: &reader)
                if let parent = cause.parent, parent >= place { throw .order }
                place &+= 1
                return cause
            }
            try reader.finish()
            return causes
        } ?? []
    }

    /// Puts these causes in place of those that are there.
    public func replaceCauses(_ rows: [CauseRow]) throws(CacheError) {
        try replaceCauses(count: rows.count) { rows[$0] }
    }

    /// Puts so many causes in place of those that are there; `row` gives each of them once.
    public func replaceCauses(count: Int, _ row: (Int) -> CauseRow) throws(CacheError) {
        try putRecord(.cause, UInt64(0)) { writer in
            writer.append(varint: UInt64(count))
            for ordinal in 0..<count { row(ordinal).encode(into: &writer) }
        }
    }
}
