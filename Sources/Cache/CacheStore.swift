import CSQLite

/// The cache of one variant of one project, open.
///
/// Guarantees: whoever holds it is the only one who reads or writes the file; what is read is what was written, or an
/// error; of a transaction all is kept or nothing. Rows go in and come out as the structs of Rows.swift.
///
/// Each kind of record has an extension in a file of its own. Use it from one thread at a time. Letting
/// go of it closes the file and undoes what was not committed.
public final class CacheStore {
    let database: Database

    /// Bytes of the file when it was opened, which never shrinks; 0 for a cache that is being made. No honest row says
    /// that there are more things than this has room for.
    public internal(set) var size: Int64 = 0
    /// Whether it is being made: then nothing in it is another's.
    public var isNew: Bool { size == 0 }

    /// Whether it is being made and nothing was committed yet.
    var isUnsaved: Bool { isNew && !hasCommitted }
    private var hasCommitted = false

    /// What was read and written since it was opened.
    public internal(set) var counters = CacheCounters()

    // Statements are compiled when they are used first; a build that changes little needs few of them.
    var recordStatements = RecordStatements()
    private var beginStatement = Statement("BEGIN IMMEDIATE")
    private var commitStatement = Statement("COMMIT")

    /// The meta record as opening read it, and whether nobody asked for it since, or put another.
    var metaOfOpening = MetaRow()
    var isMetaOfOpeningNew = false
    /// Which exports there are of a symbol, a target or an index, as far as somebody asked.
    var exportLists = ExportLists()
    /// By how much the free room changed since the transaction began.
    var freeRoomChange: Int64 = 0
    /// Bytes of the file's pages that held nothing when it was opened.
    public internal(set) var freeBytes: Int64 = 0
    /// Whether the journal is the one that is asked for before anything is written.
    private var isJournalSet: Bool

    /// Where values are packed; each use empties it first.
    var writer = ByteWriter()

    /// Where checksums are computed.
    private var seal = Seal()

    /// `hasJournal`: whether `Database.setJournal` was called.
    init(_ database: consuming Database, hasJournal: Bool) {
        self.database = database
        isJournalSet = hasJournal
    }

    // MARK: Transactions

    /// Begins a transaction, unless one is open: opening and making a cache begin one.
    public func begin() throws(CacheError) {
        if !database.isInTransaction { try run(&beginStatement) }
    }

    /// Keeps what was written since the transaction began. Throws if it was undone: see `requireTransaction`.
    public func commit() throws(CacheError) {
        try requireTransaction()
        try saveExportLists()
        try saveFreeRoom()
        try run(&commitStatement)
        hasCommitted = true
    }

    /// Undoes what was written since the transaction began.
    public func rollback() throws(CacheError) {
        exportLists = ExportLists()
        freeRoomChange = 0
        if database.isInTransaction { try cacheErrors { () throws(SQLiteError) in try database.execute("ROLLBACK") } }
    }

    /// SQLite rolls a transaction back by itself when the disk fails under it, even where it was only to read, and
    /// would then keep each following statement at once: half an update. So nothing is written outside a transaction.
    private func requireTransaction() throws(CacheError) {
        guard database.isInTransaction else {
            throw .sqlite(SQLiteError(SQLITE_ABORT, connection: nil, sql: "no transaction is open"))
        }
    }

    /// Lets others use the file, without the work of closing it: at the end of a process that is the kernel's. Nothing is
    /// asked of the cache any more.
    public func leave() {
        database.unlock()
        _ = Unmanaged.passRetained(self)
    }

    // MARK: Records of any kind

    /// Puts a record, whose checksum is computed here.
    func put(_ kind: RecordKind, _ key: Int64, _ content: UnsafeRawBufferPointer) throws(CacheError) {
        seal.begin(kind.table)
        seal.add(key)
        seal.add(content)
        let checksum = seal.checksum
        try write(&recordStatements.put) { (statement, database) throws(SQLiteError) in
            try statement.start(in: database, key, content, checksum)
        }
        counters.countWritten(kind.table, rows: 1, bytes: seal.byteCount)
    }

    /// Puts a record that is packed and sealed already.
    func put(_ page: PackedPage) throws(CacheError) {
        var failure: CacheError?
        page.content.withUnsafeBytes { content in
            do throws(CacheError) {
                try write(&recordStatements.put) { (statement, database) throws(SQLiteError) in
                    try statement.start(in: database, page.key, content, page.checksum)
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        counters.countWritten(page.kind.table, rows: 1, bytes: page.byteCount)
    }

    /// Removes the records of these keys.
    func removeRecords(_ kind: RecordKind, in keys: ClosedRange<Int64>) throws(CacheError) {
        try write(&recordStatements.remove) { (statement, database) throws(SQLiteError) in
            try statement.start(in: database, keys)
        }
        counters.countWritten(kind.table, rows: database.changes, bytes: 0)
    }

    private func write(
        _ statement: inout Statement, _ start: (inout Statement, borrowing Database) throws(SQLiteError) -> Void
    ) throws(CacheError) {
        try requireTransaction()
        if !isJournalSet {
            try cacheErrors { () throws(SQLiteError) in try database.setJournal() }
            isJournalSet = true
        }
        try run(&statement, start)
    }

    private func run(
        _ statement: inout Statement, _ start: (inout Statement, borrowing Database) throws(SQLiteError) -> Void
    ) throws(CacheError) {
        defer { statement.reset() }
        do {
            try start(&statement, database)
            while try statement.step() {}
        } catch { throw .sqlite(error) }
    }

    private func run(_ statement: inout Statement) throws(CacheError) {
        try run(&statement) { (statement, database) throws(SQLiteError) in try statement.start(in: database, []) }
    }

    /// The records that a statement finds, which gives all columns.
    func rows<T>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> [T] {
        var rows: [T] = []
        try forEachRow(table, &statement, keys) { (number, content) throws(Malformed) in
            rows.append(try decode(number, content))
        }
        return rows
    }

    /// Gives `body` the records that a statement finds.
    func forEachRow(
        _ table: CacheTable, _ statement: inout Statement, _ keys: ClosedRange<Int64>,
        _ body: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> Void
    ) throws(CacheError) {
        defer { statement.reset() }
        try start(&statement, keys)
        while try next(table, &statement, body) != nil {}
    }

    /// The first record that a statement finds; otherwise as `rows`.
    func row<T>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        defer { statement.reset() }
        try start(&statement, keys)
        return try next(table, &statement, decode)
    }

    private func start(_ statement: inout Statement, _ keys: ClosedRange<Int64>) throws(CacheError) {
        do { try statement.start(in: database, keys) } catch { throw .sqlite(error) }
    }

    private func next<T>(
        _ table: CacheTable, _ statement: inout Statement,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        do { guard try statement.step() else { return nil } } catch { throw .sqlite(error) }
        do {
            let row = Row(statement)
            let (number, content) = try row.verified(as: table, with: &seal)
            counters.countRead(table, bytes: seal.byteCount)
            return try decode(number, content)
        } catch { throw .damaged(table, error) }
    }
}
