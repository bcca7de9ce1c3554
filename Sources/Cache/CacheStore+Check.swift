// What only a look at the whole database can tell: most of it no build asks, for it takes time that grows with the cache.

extension CacheStore {
    /// What SQLite finds wrong with the file, its indices among it; nil if nothing is.
    public func integrityProblem() throws(CacheError) -> String? {
        let result = try cacheErrors { () throws(SQLiteError) in try database.text("PRAGMA integrity_check(1)") }
        return result == "ok" ? nil : result
    }

    /// Bytes of the file that hold nothing.
    public func freeBytes() throws(CacheError) -> Int64 {
        try cacheErrors { () throws(SQLiteError) in
            try database.number("PRAGMA freelist_count") * Int64(CacheStore.pageSize)
        }
    }

    /// Rows of a table that has a row for each page, or for part of a declaration's users.
    public func rowCount(_ table: PackedTable) throws(CacheError) -> Int {
        let count = try cacheErrors { () throws(SQLiteError) in
            switch table {
            case .text: try database.number("SELECT count(*) FROM text")
            case .state: try database.number("SELECT count(*) FROM state")
            case .user: try database.number("SELECT count(*) FROM user")
            }
        }
        return Int(count)
    }

    /// The tables that are read a row at a time.
    public enum PackedTable: String, Sendable, CaseIterable {
        /// What finding changed declarations needs.
        case text
        /// What is known about declarations.
        case state
        /// Users of declarations that have many.
        case user
    }
}
