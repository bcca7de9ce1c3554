/// Statements of table `build`.
struct BuildStatements: ~Copyable {
    var get = Statement("SELECT * FROM build WHERE generation = ?")
    var all = Statement("SELECT * FROM build ORDER BY generation")
    var put = Statement("REPLACE INTO build VALUES (?,?,?)")
    var remove = Statement("DELETE FROM build WHERE generation = ?")
}

extension CacheStore {
    /// Builds that are remembered.
    private static let rememberedBuilds: UInt64 = 1000

    /// The build of that number; nil if it is not remembered.
    public func build(_ generation: UInt64) throws(CacheError) -> BuildRow? {
        try row(.build, &buildStatements.get, [.number(generation)], Self.buildRow)
    }

    /// All that are remembered, the oldest first.
    public func builds() throws(CacheError) -> [BuildRow] {
        try rows(.build, &buildStatements.all, [], Self.buildRow)
    }

    private static func buildRow(_ row: inout Row) throws(Malformed) -> BuildRow {
        try BuildRow(generation: try row.uint64(), decoding: try row.borrowed())
    }

    /// Adds a build, and forgets the one that is too old now.
    public func addBuild(_ row: BuildRow) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.build, &buildStatements.put, [.number(row.generation), record])
        guard row.generation > Self.rememberedBuilds else { return }
        try remove(.build, &buildStatements.remove, [.number(row.generation - Self.rememberedBuilds)])
    }
}
