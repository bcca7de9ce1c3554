extension CacheStore {
    /// Builds that are remembered.
    private static let rememberedBuilds: UInt64 = 1000

    /// The build of that number; nil if it is not remembered.
    public func build(_ generation: UInt64) throws(CacheError) -> BuildRow? {
        try record(.build, generation, Self.buildRow)
    }

    /// All that are remembered, the oldest first.
    public func builds() throws(CacheError) -> [BuildRow] {
        try records(.build, Self.buildRow)
    }

    private static func buildRow(
        _ generation: UInt64, _ bytes: UnsafeRawBufferPointer
    ) throws(Malformed) -> BuildRow {
        try BuildRow(generation: generation, decoding: bytes)
    }

    /// Adds a build, and forgets the one that is too old now.
    public func addBuild(_ row: BuildRow) throws(CacheError) {
        try putRecord(.build, row.generation) { row.encode(into: &$0) }
        guard row.generation > Self.rememberedBuilds else { return }
        try removeRecord(.build, row.generation - Self.rememberedBuilds)
    }
}
