/// Statements of table `cause`.
struct CauseStatements: ~Copyable {
    var all = Statement("SELECT * FROM cause ORDER BY ordinal")
    var put = Statement("REPLACE INTO cause VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
    var removeAll = Statement("DELETE FROM cause")
}

extension CacheStore {
    /// Why the last build did what it did, in order.
    public func causes() throws(CacheError) -> [CauseRow] {
        var expected: UInt32 = 0
        return try rows(.cause, &causeStatements.all) { (row) throws(Malformed) in
            // A parent is found by its place in the list: no row may be missing, and an effect follows its cause.
            guard try row.integer(UInt32.self) == expected else { throw .order }
            let cause = try CauseRow(from: &row)
            if let parent = cause.parent, parent >= expected { throw .order }
            expected &+= 1
            return cause
        }
    }

    /// Puts these causes in place of those that are there.
    public func replaceCauses(_ rows: [CauseRow]) throws(CacheError) {
        try remove(.cause, &causeStatements.removeAll, [])
        for (ordinal, row) in rows.enumerated() {
            let values: [SQLValue] = [
                .number(ordinal), row.parent.map { .number($0) } ?? .null, .number(row.declaration), .text(row.name),
                .text(row.path), .number(row.line), .number(row.column), .number(row.kind), .number(row.outcome),
                .text(row.change),
            ]
            try put(.cause, &causeStatements.put, values + PlacementRow.values(row.placement))
        }
    }
}

extension CauseRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        if row.isNull { row.skip() } else { parent = try row.integer(UInt32.self) }
        declaration = try row.integer()
        name = try row.text()
        path = try row.text()
        line = try row.integer()
        column = try row.integer()
        kind = try row.integer()
        outcome = try row.integer()
        change = try row.text()
        placement = try PlacementRow.read(from: &row)
    }
}

extension PlacementRow {
    /// The five columns of a placement; all `NULL` if there is none.
    fileprivate static func values(_ placement: PlacementRow?) -> [SQLValue] {
        guard let placement else { return Array(repeating: .null, count: 5) }
        return [
            .number(placement.oldSize), .number(placement.newSize), .number(placement.oldAddress),
            .number(placement.newAddress), .number(placement.oldRoom),
        ]
    }

    fileprivate static func read(from row: inout Row) throws(Malformed) -> PlacementRow? {
        guard !row.isNull else { return nil }
        return PlacementRow(
            oldSize: try row.uint64(), newSize: try row.uint64(), oldAddress: try row.uint64(),
            newAddress: try row.uint64(), oldRoom: try row.uint64())
    }
}
