/// Statements of table `cause`.
struct CauseStatements: ~Copyable {
    var all = Statement("SELECT * FROM cause ORDER BY ordinal")
    var put = Statement("REPLACE INTO cause VALUES (?,?,?)")
    var removeAll = Statement("DELETE FROM cause")
}

extension CacheStore {
    /// Why the last build did what it did, in order.
    public func causes() throws(CacheError) -> [CauseRow] {
        var expected: UInt32 = 0
        return try rows(.cause, &causeStatements.all) { (row) throws(Malformed) in
            // A parent is found by its place in the list: no row may be missing, and an effect follows its cause.
            guard try row.integer(UInt32.self) == expected else { throw .order }
            let cause = try CauseRow(decoding: try row.borrowed())
            if let parent = cause.parent, parent >= expected { throw .order }
            expected &+= 1
            return cause
        }
    }

    /// Puts these causes in place of those that are there.
    public func replaceCauses(_ rows: [CauseRow]) throws(CacheError) {
        try remove(.cause, &causeStatements.removeAll, [])
        for (ordinal, row) in rows.enumerated() {
            let record = packed { row.encode(into: &$0) }
            try put(.cause, &causeStatements.put, [.number(ordinal), record])
        }
    }
}
