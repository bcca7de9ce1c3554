/// What became of opening a cache.
public enum OpenResult {
    /// It is sound as far as opening can tell, and a transaction has begun.
    case opened(CacheStore)
    /// There is no such file.
    case missing
    /// The file is there and must be made anew; the text says more about it and may be empty.
    case unusable(UnusableReason, detail: String)
}

/// Why a cache that is there cannot be used. The numbers stay.
public enum UnusableReason: UInt8, Sendable, CaseIterable {
    /// The file has no bytes, or is a database without anything in it.
    case empty = 1
    /// SQLite says that it is no database.
    case notADatabase = 2
    /// A database of another program.
    case foreignApplication = 3
    /// A cache of another version of the schema.
    case otherVersion = 4
    /// A cache of this version whose tables, indices, triggers or views are not those of the schema.
    case otherSchema = 5
    /// SQLite finds it damaged, or a row is not as zbuild wrote it.
    case damaged = 6
    /// Another process has it open.
    case locked = 7
    /// It may not be written.
    case readOnly = 8
}
