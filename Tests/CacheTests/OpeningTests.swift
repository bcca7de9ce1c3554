import Glibc
import Testing

@testable import Cache

/// What opens, what is refused, and why.
@Suite struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func missing() throws {
        guard case .missing = try CacheStore.open(folder.cache) else {
            Issue.record("a missing file is not missing")
            return
        }
        #expect(folder.names.isEmpty)
    }

    @Test func missingFolder() throws {
        guard case .missing = try CacheStore.open(folder.path + "/none/cache") else {
            Issue.record("a file in a missing folder is not missing")
            return
        }
        #expect(throws: CacheError.self) { try CacheStore.create(folder.path + "/none/cache") }
    }

    @Test func ours() throws {
        try folder.makeCache()
        #expect(try folder.refusal() == nil)
        #expect(try folder.open().meta() == MetaRow())
    }

    /// Reading changes no byte, and leaves no file.
    @Test func readingWritesNothing() throws {
        try folder.makeCache()
        let before = try folder.bytes()
        let names = folder.names
        do {
            let store = try folder.open()
            _ = try store.files()
            try store.rollback()
        }
        do {
            let store = try folder.open()
            try store.commit()
        }
        #expect(try folder.bytes() == before)
        #expect(folder.names == names)
    }

    @Test func createReplacesWhatIsThere() throws {
        try folder.write(Array("anything".utf8))
        for suffix in ["-journal", "-wal", "-shm"] {
            try #require(rename(folder.cache, folder.cache + suffix) == 0)
            try folder.write(Array("anything".utf8))
        }
        try folder.makeCache()
        #expect(try folder.refusal() == nil)
    }

    @Test func directory() throws {
        #expect(throws: CacheError.self) { try CacheStore.open(folder.path) }
    }

    @Test(
        arguments: [
            ([], .empty), (Array("hello".utf8), .notADatabase), (Array(repeating: 0x61, count: 5000), .notADatabase),
            (Array(repeating: 0, count: 5000), .notADatabase), (Array("SQLite format 3\0".utf8), .notADatabase),
            (Array("SQLite format 3\0".utf8) + Array(repeating: 0xFF, count: 9000), .notADatabase),
        ] as [([UInt8], UnusableReason)])
    func notADatabase(bytes: [UInt8], reason: UnusableReason) throws {
        try folder.write(bytes)
        #expect(try folder.refusal() == reason)
    }

    @Test(
        arguments: [
            ("PRAGMA application_id=0", .foreignApplication), ("PRAGMA application_id=1", .foreignApplication),
            ("PRAGMA user_version=9", .otherVersion), ("PRAGMA user_version=11", .otherVersion),
            ("PRAGMA user_version=-1", .otherVersion), ("CREATE TABLE more (id INTEGER)", .otherSchema),
            ("CREATE INDEX more ON record (checksum)", .otherSchema),
            ("CREATE VIEW more AS SELECT * FROM record", .otherSchema),
            ("CREATE TRIGGER more AFTER INSERT ON record BEGIN DELETE FROM record; END", .otherSchema),
            ("DROP TABLE record", .otherSchema), ("DROP TABLE record; CREATE TABLE other (id INTEGER)", .otherSchema),
            ("DROP TABLE record; CREATE TABLE record (key INTEGER PRIMARY KEY)", .otherSchema),
            ("ALTER TABLE record ADD COLUMN more INTEGER", .otherSchema),
            (
                "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = 'CREATE nonsense' WHERE name = 'record'",
                .damaged
            ),
            (
                "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'record'",
                .otherSchema
            ),
            ("PRAGMA writable_schema=1; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'record'", .damaged),
            ("DELETE FROM record", .damaged), ("UPDATE record SET content = x'00'", .damaged),
            ("UPDATE record SET checksum = checksum + 1", .damaged), ("UPDATE record SET key = key + 1", .damaged),
        ] as [(String, UnusableReason)])
    func altered(sql: String, reason: UnusableReason) throws {
        try folder.makeCache()
        try folder.alter(sql)
        #expect(try folder.refusal() == reason)
    }

    /// SQLite calls it an error of the statement that a header has a number for the format of its schema that no
    /// version ever had.
    @Test func unknownSchemaFormat() throws {
        try folder.makeCache()
        var bytes = try folder.bytes()
        bytes[47] = 99
        try folder.write(bytes)
        #expect(try folder.refusal() == .notADatabase)
    }

    @Test func otherDatabase() throws {
        try folder.alter("CREATE TABLE file (path TEXT)")
        #expect(try folder.refusal() == .foreignApplication)
    }

    /// What the header says of the whole database: it is not as zbuild makes it.
    @Test(arguments: [
        "journal_mode=WAL", "page_size=4096; VACUUM", "auto_vacuum=FULL; VACUUM", "auto_vacuum=INCREMENTAL; VACUUM",
    ])
    func otherForm(pragma: String) throws {
        try folder.makeCache()
        try folder.alter("PRAGMA " + pragma)
        #expect(try folder.refusal() == .damaged)
        #expect(!folder.names.contains("cache-wal"))
    }

    /// A database that SQLite wrote anew is still ours.
    @Test func vacuumed() throws {
        try folder.makeCache { try $0.putTextPage(TextPage(number: 1, file: 1)) }
        try folder.alter("VACUUM")
        #expect(try folder.open().textPage(1) != nil)
    }

    /// Pages that nothing uses any more.
    @Test func freePages() throws {
        var maker = RowMaker(seed: 1)
        try folder.makeCache { store in
            for page in 0..<40 as Range<UInt32> { try store.putStatePage(maker.statePage(page)) }
        }
        #expect(try folder.open().freeBytes == 0)
        try folder.alter("DELETE FROM record WHERE key >> 56 = \(RecordKind.state.rawValue)")
        let store = try folder.open()
        #expect(store.freeBytes > 40 * 1024)
        #expect(store.freeBytes < store.size)
        #expect(try store.size == Int64(folder.bytes().count))
    }

    @Test func locked() throws {
        try folder.makeCache()
        let database = try Database(path: folder.cache, creating: false)
        try database.execute("BEGIN IMMEDIATE")
        #expect(try folder.refusal() == .locked)
        try database.execute("ROLLBACK")
        #expect(try folder.refusal() == nil)
    }

    @Test func keepsTheLockAfterACommit() throws {
        try folder.makeCache()
        let store = try folder.open()
        try store.putMeta(MetaRow())
        try store.commit()
        #expect(try folder.refusal() == .locked)
    }

    /// Whatever is cut off the end, the cache is refused.
    @Test func truncated() throws {
        var maker = RowMaker(seed: 1)
        try folder.makeCache { store in
            for page in 0..<40 as Range<UInt32> { try store.putStatePage(maker.statePage(page)) }
        }
        let whole = try folder.bytes()
        for count in Array(stride(from: 0, to: whole.count, by: 3001)) + [whole.count - 1] {
            try folder.write(Array(whole[..<count]))
            let reason = try folder.refusal()
            #expect(reason == (count == 0 ? .empty : count < 512 ? .notADatabase : .damaged), "\(count) bytes")
        }
    }

    /// Flips bits all over the file. Each time the cache is refused, or a row is, or everything reads as it was.
    @Test func flippedBits() throws {
        var maker = RowMaker(seed: 2)
        let pages = (0..<4).map { maker.statePage($0) }
        let exports = (0..<10).map { maker.export($0) }
        try folder.makeCache { store in
            for page in pages { try store.putStatePage(page) }
            for row in exports { try store.putExport(row) }
        }
        let whole = try folder.bytes()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try folder.write(bytes)
            guard case .opened(let store) = try CacheStore.open(folder.cache) else { continue }
            // A lost row is not an altered one: only the rows that are there can vouch for themselves.
            for page in pages {
                let read = try? store.statePage(page.number)
                #expect(read == nil || read == page)
            }
            let read = try? store.exports()
            #expect(read?.allSatisfy { exports.contains($0) } != false)
        }
    }

    @Test func reasonsOfErrors() {
        #expect(CacheError.damaged(.text, .checksum).unusableReason == .damaged)
        let full = SQLiteError(13, connection: nil, sql: "COMMIT")
        #expect(CacheError.sqlite(full).unusableReason == nil)
        #expect(full.message == "database or disk is full")
        #expect(full.sql == "COMMIT")
    }

    /// The numbers are in reports: they stay.
    @Test func numbersOfReasons() {
        #expect(UnusableReason.allCases.map(\.rawValue) == Array(1...8))
    }
}
