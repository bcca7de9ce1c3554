/// Statements of table `build`.
struct BuildStatements: ~Copyable {
    var get = Statement("SELECT * FROM build WHERE generation = ?")
    var all = Statement("SELECT * FROM build ORDER BY generation")
    var put = Statement("REPLACE INTO build VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
    var remove = Statement("DELETE FROM build WHERE generation = ?")
}

extension CacheStore {
    /// Builds that are remembered.
    private static let rememberedBuilds: UInt64 = 1000

    /// The build of that number; nil if it is not remembered.
    public func build(_ generation: UInt64) throws(CacheError) -> BuildRow? {
        try row(.build, &buildStatements.get, [.number(generation)]) { (row) throws(Malformed) in
            try BuildRow(from: &row)
        }
    }

    /// All that are remembered, the oldest first.
    public func builds() throws(CacheError) -> [BuildRow] {
        try rows(.build, &buildStatements.all) { (row) throws(Malformed) in try BuildRow(from: &row) }
    }

    /// Adds a build, and forgets the one that is too old now.
    public func addBuild(_ row: BuildRow) throws(CacheError) {
        let counts = [
            row.fileCount, row.readCount, row.liveCount, row.parsedCount, row.analysedCount, row.generatedCount,
            row.removedCount, row.positionCount, row.writtenCount, row.movedCount, row.freedCount, row.errorCount,
            row.unlistedCount,
        ]
        let values: [SQLValue] = [
            .number(row.generation), .integer(row.time), .number(row.result),
            row.fallback.map { .number($0) } ?? .null,
        ]
        try put(.build, &buildStatements.put, values + counts.map { .number($0) })
        guard row.generation > Self.rememberedBuilds else { return }
        try remove(.build, &buildStatements.remove, [.number(row.generation - Self.rememberedBuilds)])
    }
}

extension BuildRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        generation = try row.uint64()
        time = try row.int64()
        result = try row.integer()
        if row.isNull { row.skip() } else { fallback = try row.integer(UInt8.self) }
        fileCount = try row.integer()
        readCount = try row.integer()
        liveCount = try row.integer()
        parsedCount = try row.integer()
        analysedCount = try row.integer()
        generatedCount = try row.integer()
        removedCount = try row.integer()
        positionCount = try row.integer()
        writtenCount = try row.integer()
        movedCount = try row.integer()
        freedCount = try row.integer()
        errorCount = try row.integer()
        unlistedCount = try row.integer()
    }
}
