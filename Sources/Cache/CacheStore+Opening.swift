import CSQLite
import Glibc
import Schema

// How a cache is opened and made; docs/cache.md gives the reasons.
//
//     open a file  → switches, locking mode, synchronous → BEGIN IMMEDIATE → the first page → the meta record
//                  → journal, if something is written
//     make a file  → remove leftovers → switches, page size, journal → BEGIN IMMEDIATE → marks, the schema
//
// Nothing is believed that was not read while the lock is held.

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
            return CacheStore(database, hasJournal: true)
        } catch { throw .sqlite(error) }
    }

    /// Makes an empty cache in memory, and begins a transaction. It goes with its owner.
    public static func createInMemory() throws(CacheError) -> CacheStore {
        do {
            let database = try Database(path: ":memory:", creating: true)
            try database.protect()
            try database.execute("BEGIN IMMEDIATE")
            try database.execute(Schema.sql)
            return CacheStore(database, hasJournal: true)
        } catch { throw .sqlite(error) }
    }

    private static func openFile(_ path: String) throws(CacheError) -> OpenResult {
        guard let database = try cacheErrors({ () throws(SQLiteError) in try Database.existing(path) }) else {
            return .missing
        }
        if database.isReadOnly { return .unusable(.readOnly, detail: "") }
        let store = CacheStore(database, hasJournal: false)
        let start = try cacheErrors { () throws(SQLiteError) in try store.database.lockAndReadStart() }
        if let reason = start.identify() { return .unusable(reason, detail: "") }
        guard start.isWhole else { return .unusable(.damaged, detail: "the file is cut short") }
        store.size = start.databaseSize
        store.freeBytes = start.freeBytes
        guard try store.read(&store.metaOfOpening) else { return .unusable(.damaged, detail: "meta: no row") }
        store.isMetaOfOpeningNew = true
        return .opened(store)
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

    /// Switches off what a hostile file could use, and asks for the lock to be kept and for no syncing.
    fileprivate func protect() throws(SQLiteError) {
        try configure(SQLITE_DBCONFIG_DEFENSIVE, true)
        try configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        try configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
        try configure(SQLITE_DBCONFIG_ENABLE_VIEW, false)
        try execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=OFF")
    }

    /// Takes the lock, which outlives the transaction that begins, and reads the first page. What a dead process left is
    /// undone by then, and nothing was changed yet: the page is what SQLite goes by.
    fileprivate func lockAndReadStart() throws(SQLiteError) -> DatabaseStart {
        try protect()
        try execute("BEGIN IMMEDIATE")
        var size: Int64 = 0
        var code = SQLITE_OK
        let page = [UInt8](unsafeUninitializedCapacity: CacheStore.pageSize) { bytes, count in
            code = zbuild_sqlite3_read_start(connection, bytes.baseAddress, Int32(bytes.count), &size)
            count = code == SQLITE_OK ? bytes.count : 0
        }
        guard code == SQLITE_OK else { throw SQLiteError(code, connection: nil, sql: "the first page") }
        return DatabaseStart(page: page, fileSize: size)
    }

    /// Asks for a journal that is emptied and not removed. A transaction may be open in which nothing was written.
    func setJournal() throws(SQLiteError) {
        let mode = try text("PRAGMA journal_mode=TRUNCATE")
        guard mode == "truncate" else {
            throw SQLiteError(SQLITE_NOTADB, connection: nil, sql: "journal_mode=\(mode)")
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
