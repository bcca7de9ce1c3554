// What only a look at the whole database can tell: most of it no build asks, for it takes time that grows with the cache.

extension CacheStore {
    /// What is wrong with the file as SQLite sees it, or with records that find others; nil if nothing is.
    public func integrityProblem() throws(CacheError) -> String? {
        let result = try cacheErrors { () throws(SQLiteError) in try database.text("PRAGMA integrity_check(1)") }
        guard result == "ok" else { return result }
        guard try areHolesFoundBySize() else { return "holes are not those that are found by their size" }
        return try areExportsListed() ? nil : "exports are not those that are listed"
    }

    /// Records of which there is one for each page, or for part of a declaration's users.
    public func recordCount(_ kind: PackedKind) throws(CacheError) -> Int {
        let count = try cacheErrors { () throws(SQLiteError) in
            try database.number(
                "SELECT count(*) FROM record WHERE key BETWEEN ? AND ?", kind.recordKind.keys.bounds)
        }
        return Int(count)
    }

    /// Kinds of records that are read one at a time.
    public enum PackedKind: String, Sendable, CaseIterable {
        /// What finding changed declarations needs.
        case text
        /// What is known about declarations.
        case state
        /// Users of declarations that have many.
        case user

        var recordKind: RecordKind {
            switch self {
            case .text: .text
            case .state: .state
            case .user: .user
            }
        }
    }
}
