import CSQLite

/// What the cache holds, by the names of its kinds of records.
public enum CacheTable: String, Sendable, CaseIterable {
    /// What the rest depends on.
    case meta
    /// What `zbuild.toml` files say.
    case package
    /// Modules, and what tells whether they are what they were.
    case file
    /// What is known about their texts.
    case source
    /// What finding changed declarations needs.
    case text
    /// What is known about declarations.
    case state
    /// Users of declarations that have many.
    case user
    /// Sections of the executable.
    case section
    /// Free room in them.
    case hole
    /// The same, found by its size.
    case holeBySize
    /// How much there is of it.
    case freeRoom
    /// Exported symbols.
    case export
    /// The same, found by symbol, target and index.
    case exportList
    /// Work that waits for a build without errors.
    case pending
    /// Errors that stand.
    case diagnostic
    /// What is to be done to the executable.
    case redo
    /// The last builds.
    case build
    /// Why the last build did what it did.
    case cause
}

/// What is wrong with a row that was read.
public enum Malformed: Error, Equatable, Sendable {
    /// Its checksum is not that of its content.
    case checksum
    /// A column has another type than the schema says.
    case columnType
    /// A packed value ends too early.
    case truncated
    /// A packed value goes on after its end.
    case trailing
    /// A number does not fit where it belongs.
    case number
    /// A count is more than the bytes that follow can hold.
    case count
    /// A flag that has no meaning.
    case flags
    /// A kind that has no meaning.
    case kind
    /// Numbers that must rise do not.
    case order
}

/// Why the cache could not be read or written.
public enum CacheError: Error, Equatable, Sendable {
    /// SQLite could not do it.
    case sqlite(SQLiteError)
    /// A row is not as zbuild wrote it.
    case damaged(CacheTable, Malformed)

    /// Why the cache has to be made anew; nil if the trouble is not in the cache but around it, such as a full disk.
    public var unusableReason: UnusableReason? {
        guard case .sqlite(let error) = self else { return .damaged }
        switch error.primaryCode {
        // zbuild's own statements are right: what SQLite cannot make sense of is the file, such as its header.
        case SQLITE_NOTADB, SQLITE_ERROR: return .notADatabase
        case SQLITE_CORRUPT: return .damaged
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked
        case SQLITE_READONLY: return .readOnly
        default: return nil
        }
    }
}

/// Runs SQLite's work among that of the cache.
func cacheErrors<T: ~Copyable>(_ work: () throws(SQLiteError) -> T) throws(CacheError) -> T {
    do { return try work() } catch { throw .sqlite(error) }
}
