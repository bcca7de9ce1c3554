import CSQLite
import Glibc
import Schema

// How a cache is opened and made; docs/cache.md gives the reasons.
//
//     open a file  → switches, locking mode → BEGIN IMMEDIATE → whose is it? → COMMIT, which keeps the lock
//                  → journal and synchronous → BEGIN IMMEDIATE → its tables, its meta row
//     make a file  → remove leftovers → switches, page size, journal → BEGIN IMMEDIATE → marks, the schema
//
// Nothing is read before the lock is held, and no SQL of the file is looked at before its marks are ours.

extension CacheStore {
    /// `application_id` of a cache: "zbld".
    static let applicationID: Int32 = 0x7A62_6C64

    /// `user_version` of a cache. Rises with every change to the schema, to the layout of a packed value or to what it means.
    static let schemaVersion: Int32 = 10

    /// Bytes of a database page, as measured for docs/cache.md.
    static let pageSize = 8192

    /// Opens the cache at `path` and begins a transaction. Throws what is not the cache's fault, such as a disk that
    /// cannot be read.
    ///
    /// A process that is killed lets go of its files one after another: of the project's lock maybe before it lets go
    /// of its cache. So a cache that is locked is tried again, for a second in all.
    public static func open(_ path: String) throws(CacheError) -> OpenResult {
        for pause: UInt32 in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] {
            let result = try openOnce(path)
            guard case .unusable(.locked, _) = result else { return result }
            usleep(pause * 1000)
        }
        return try openOnce(path)
    }

    private static func openOnce(_ path: String) throws(CacheError) -> OpenResult {
        do {
            return try openFile(path)
        } catch {
            guard let reason = error.unusableReason else { throw error }
            return .unusable(reason, detail: error.detail)
        }
    }

    /// Makes an empty cache at `path`, in place of what is there, and begins a transaction. Fill it, commit, let go of
    /// it, and only then rename it: its journal is found by its path.
    public static func create(_ path: String) throws(CacheError) -> CacheStore {
        for leftover in [path, path + "-journal", path + "-wal", path + "-shm"] { unlink(leftover) }
        do {
            let database = try Database(path: path, creating: true)
            try database.protect()
            try database.execute("PRAGMA page_size=\(pageSize)")
            try database.setJournal()
            try database.execute("BEGIN IMMEDIATE")
            try database.execute("PRAGMA application_id=\(applicationID); PRAGMA user_version=\(schemaVersion)")
            try database.execute(Schema.sql)
            return CacheStore(database)
        } catch { throw .sqlite(error) }
    }

    /// Makes an empty cache in memory, and begins a transaction. It goes with its owner.
    public static func createInMemory() throws(CacheError) -> CacheStore {
        do {
            let database = try Database(path: ":memory:", creating: true)
            try database.protect()
            try database.execute("BEGIN IMMEDIATE")
            try database.execute(Schema.sql)
            return CacheStore(database)
        } catch { throw .sqlite(error) }
    }

    private static func openFile(_ path: String) throws(CacheError) -> OpenResult {
        guard let database = try cacheErrors({ () throws(SQLiteError) in try Database.existing(path) }) else {
            return .missing
        }
        let store = CacheStore(database)
        if let reason = try cacheErrors({ () throws(SQLiteError) in try store.database.lockAndIdentify() }) {
            return .unusable(reason, detail: "")
        }
        guard try store.isWhole(path) else { return .unusable(.damaged, detail: "the file is cut short") }
        try cacheErrors { () throws(SQLiteError) in try store.database.setJournal() }
        try store.begin()
        guard try store.hasOurSchema() else { return .unusable(.otherSchema, detail: "") }
        var meta = MetaRow()
        guard try store.read(&meta) else { return .unusable(.damaged, detail: "meta: no row") }
        return .opened(store)
    }

    /// Whether the file has all of the database's pages: SQLite takes what is missing of the last one for zeros.
    private func isWhole(_ path: String) throws(CacheError) -> Bool {
        let bytes = try cacheErrors { () throws(SQLiteError) in
            let pages = try database.number("PRAGMA page_count")
            return try pages * database.number("PRAGMA page_size")
        }
        size = bytes
        var status = stat()
        return stat(path, &status) == 0 && status.st_size >= bytes
    }

    /// Whether the database has the tables and indices of the schema, in its words, and nothing else.
    private func hasOurSchema() throws(CacheError) -> Bool {
        var statement = Statement("SELECT sql FROM sqlite_schema ORDER BY rowid")
        let schema = Schema.bytes
        var place = 0
        do {
            try statement.start(in: database, [])
            while let expected = Self.nextStatement(in: schema, after: &place) {
                guard try statement.step(), statement.firstColumn(is: schema[expected]) else { return false }
            }
            return try !statement.step()
        } catch { throw .sqlite(error) }
    }

    /// The next statement of the schema, as SQLite keeps it: from `CREATE` to before the semicolon.
    private static func nextStatement(in schema: [UInt8], after place: inout Int) -> Range<Int>? {
        schema.withUnsafeBytes { bytes in
            /// Where a byte is found first from `start` on, or the end.
            func find(_ byte: UInt8, from start: Int) -> Int {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                guard let first = rest.baseAddress, let found = memchr(first, Int32(byte), rest.count) else {
                    return bytes.count
                }
                return start + (UnsafeRawPointer(found) - first)
            }
            // Lines before a statement are comments or empty.
            while place < bytes.count, bytes[place] != UInt8(ascii: "C") {
                place = min(find(UInt8(ascii: "\n"), from: place) + 1, bytes.count)
            }
            guard place < bytes.count else { return nil }
            let statement = place..<find(UInt8(ascii: ";"), from: place)
            place = min(statement.upperBound + 1, bytes.count)
            return statement
        }
    }
}

extension Database {
    /// The file at `path`, nil if it is missing.
    fileprivate static func existing(_ path: String) throws(SQLiteError) -> Database? {
        do { return try Database(path: path, creating: false) } catch {
            if error.primaryCode == SQLITE_CANTOPEN && error.systemError == ENOENT { return nil }
            throw error
        }
    }

    /// Switches off what a hostile file could use, and asks for the lock to be kept.
    fileprivate func protect() throws(SQLiteError) {
        try configure(SQLITE_DBCONFIG_DEFENSIVE, true)
        try configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        try configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
        try configure(SQLITE_DBCONFIG_ENABLE_VIEW, false)
        try execute("PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA locking_mode=EXCLUSIVE")
    }

    /// Takes the lock, and looks whether the file is a cache of this version. The lock outlives the transaction.
    fileprivate func lockAndIdentify() throws(SQLiteError) -> UnusableReason? {
        if isReadOnly { return .readOnly }
        try protect()
        try execute("BEGIN IMMEDIATE")
        let application = try number("PRAGMA application_id")
        let schemaCookie = try number("PRAGMA schema_version")
        if application == 0 && schemaCookie == 0 { return .empty }
        if application != Int64(CacheStore.applicationID) { return .foreignApplication }
        if try number("PRAGMA user_version") != Int64(CacheStore.schemaVersion) { return .otherVersion }
        try execute("COMMIT")
        return nil
    }

    /// Asks for a journal that is emptied and not removed, and for no syncing.
    fileprivate func setJournal() throws(SQLiteError) {
        try execute("PRAGMA synchronous=OFF")
        let mode = try text("PRAGMA journal_mode=TRUNCATE")
        guard mode == "truncate" else {
            throw SQLiteError(SQLITE_NOTADB, connection: nil, sql: "journal_mode=\(mode)")
        }
    }
}

extension Statement {
    /// Whether the first column of the row has these bytes.
    fileprivate func firstColumn(is expected: ArraySlice<UInt8>) -> Bool {
        guard let text = sqlite3_column_blob(handle, 0) else { return false }
        let count = Int(sqlite3_column_bytes(handle, 0))
        return expected.withUnsafeBytes { expected in
            guard count == expected.count, let start = expected.baseAddress else { return false }
            return memcmp(text, start, count) == 0
        }
    }
}

extension CacheError {
    /// What was found, for whoever wants to know more than the reason.
    public var detail: String {
        switch self {
        case .sqlite(let error): error.message
        case .damaged(let table, let problem): "\(table.rawValue): \(problem)"
        }
    }
}
