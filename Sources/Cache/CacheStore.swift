import CSQLite

/// The cache of one variant of one project, open.
///
/// Guarantees: whoever holds it is the only one who reads or writes the file; what is read is what was written, or an
/// error; of a transaction all is kept or nothing. Rows go in and come out as the structs of Rows.swift.
///
/// Each table, and each kind of record, has an extension in a file of its own. Use it from one thread at a time. Letting
/// go of it closes the file and undoes what was not committed.
public final class CacheStore {
    let database: Database

    /// Bytes of the file when it was opened, which never shrinks; 0 for a cache that is being made. No honest row says
    /// that there are more things than this has room for.
    public internal(set) var size: Int64 = 0
    /// Whether it is being made: then nothing in it is another's.
    public var isNew: Bool { size == 0 }

    /// What was read and written since it was opened.
    public internal(set) var counters = CacheCounters()

    // Statements are compiled when they are used first; a build that changes little needs few of them.
    var recordStatements = RecordStatements()
    var holeStatements = HoleStatements()
    var exportStatements = ExportStatements()
    var diagnosticStatements = DiagnosticStatements()

    /// Rows of `export`, if somebody counted them and none was put or removed since.
    var exportCountSoFar: Int?

    /// Where values are packed; each use empties it first.
    var writer = ByteWriter()

    /// Where checksums are computed.
    private var seal = Seal()

    init(_ database: consuming Database) { self.database = database }

    // MARK: Transactions

    /// Begins a transaction, unless one is open: opening and making a cache begin one.
    public func begin() throws(CacheError) {
        if !database.isInTransaction { try execute("BEGIN IMMEDIATE") }
    }

    /// Keeps what was written since the transaction began. Throws if it was undone: see `requireTransaction`.
    public func commit() throws(CacheError) {
        try requireTransaction()
        try execute("COMMIT")
    }

    /// Undoes what was written since the transaction began.
    public func rollback() throws(CacheError) {
        exportCountSoFar = nil
        if database.isInTransaction { try execute("ROLLBACK") }
    }

    /// SQLite rolls a transaction back by itself when the disk fails under it, even where it was only to read, and
    /// would then keep each following statement at once: half an update. So nothing is written outside a transaction.
    private func requireTransaction() throws(CacheError) {
        guard database.isInTransaction else {
            throw .sqlite(SQLiteError(SQLITE_ABORT, connection: nil, sql: "no transaction is open"))
        }
    }

    private func execute(_ sql: String) throws(CacheError) {
        do { try database.execute(sql) } catch { throw .sqlite(error) }
    }

    /// Lets others use the file, without the work of closing it: at the end of a process that is the kernel's. Nothing is
    /// asked of the cache any more.
    public func leave() {
        database.unlock()
        _ = Unmanaged.passRetained(self)
    }

    // MARK: Rows of any table

    /// Puts a row into a table: the values of its columns in order, without the checksum, which is computed here.
    func put<let count: Int>(
        _ table: CacheTable, _ statement: inout Statement, _ values: InlineArray<count, SQLValue>
    ) throws(CacheError) {
        seal.begin(table)
        for place in 0..<count { seal.add(values[place]) }
        try run(&statement, values, seal.checksum)
        counters.countWritten(table, rows: 1, bytes: seal.byteCount)
    }

    /// Puts a row that is packed and sealed already.
    func put(_ page: PackedPage, _ statement: inout Statement) throws(CacheError) {
        var failure: CacheError?
        page.content.withUnsafeBytes { content in
            do throws(CacheError) {
                try run(&statement, [.integer(page.key), .borrowed(content)], page.checksum)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        counters.countWritten(page.kind.table, rows: 1, bytes: page.byteCount)
    }

    /// Removes the rows that a statement removes.
    func remove<let count: Int>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: InlineArray<count, SQLValue>
    ) throws(CacheError) {
        try run(&statement, keys)
        counters.countWritten(table, rows: database.changes, bytes: 0)
    }

    private func run<let count: Int>(
        _ statement: inout Statement, _ values: InlineArray<count, SQLValue>, _ checksum: Int64? = nil
    ) throws(CacheError) {
        try requireTransaction()
        defer { statement.reset() }
        do {
            try statement.start(in: database, values, checksum)
            while try statement.step() {}
        } catch { throw .sqlite(error) }
    }

    /// The rows that a statement finds. It gives all the columns of the table in order, the checksum last.
    func rows<T, let count: Int>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: InlineArray<count, SQLValue>,
        _ decode: (inout Row) throws(Malformed) -> T
    ) throws(CacheError) -> [T] {
        var rows: [T] = []
        try forEachRow(table, &statement, keys) { (row) throws(Malformed) in rows.append(try decode(&row)) }
        return rows
    }

    /// Gives `body` the rows that a statement finds; otherwise as `rows`.
    func forEachRow<let count: Int>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: InlineArray<count, SQLValue>,
        _ body: (inout Row) throws(Malformed) -> Void
    ) throws(CacheError) {
        defer { statement.reset() }
        try start(&statement, keys)
        while try next(table, &statement, body) != nil {}
    }

    /// The first row that a statement finds; otherwise as `rows`.
    func row<T, let count: Int>(
        _ table: CacheTable, _ statement: inout Statement, _ keys: InlineArray<count, SQLValue>,
        _ decode: (inout Row) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        defer { statement.reset() }
        try start(&statement, keys)
        return try next(table, &statement, decode)
    }

    private func start<let count: Int>(
        _ statement: inout Statement, _ keys: InlineArray<count, SQLValue>
    ) throws(CacheError) {
        do { try statement.start(in: database, keys) } catch { throw .sqlite(error) }
    }

    private func next<T>(
        _ table: CacheTable, _ statement: inout Statement, _ decode: (inout Row) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        do { guard try statement.step() else { return nil } } catch { throw .sqlite(error) }
        do {
            var row = Row(statement)
            try row.verify(as: table, with: &seal)
            counters.countRead(table, bytes: seal.byteCount)
            return try decode(&row)
        } catch { throw .damaged(table, error) }
    }

    /// A packed value, which stays until the next one is packed.
    func packed(_ encode: (inout ByteWriter) -> Void) -> SQLValue {
        writer.removeAll()
        encode(&writer)
        return .borrowed(writer.bytes)
    }
}
