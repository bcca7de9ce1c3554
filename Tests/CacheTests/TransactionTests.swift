import Testing

@testable import Cache

/// Transactions and counters.
@Suite struct TransactionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.makeCache { try $0.putTextPage(TextPage(number: 1, file: 1)) }
    }

    @Test func rollbackUndoes() throws {
        let store = try folder.open()
        try store.putTextPage(TextPage(number: 2, file: 1))
        try store.removeTextPage(1)
        try store.rollback()
        #expect(try store.textPage(1) != nil)
        #expect(try store.textPage(2) == nil)
        try store.begin()
        try store.putTextPage(TextPage(number: 3, file: 1))
        try store.commit()
        #expect(try store.textPage(3) != nil)
    }

    @Test func lettingGoUndoes() throws {
        do {
            let store = try folder.open()
            try store.putTextPage(TextPage(number: 2, file: 1))
            try store.commit()
            try store.begin()
            try store.removeTextPage(1)
        }
        let store = try folder.open()
        #expect(try store.textPage(1) != nil)
        #expect(try store.textPage(2) != nil)
    }

    /// A cache that was never committed is not one.
    @Test func uncommittedCreation() throws {
        do {
            let store = try CacheStore.create(folder.cache)
            try store.putMeta(MetaRow())
        }
        #expect(try folder.refusal() == .empty)
    }

    /// A process that dies in a transaction leaves a half-written file and a journal, from which the next one restores
    /// what was. Its files are copied here while it is at it.
    @Test func deathInATransaction() throws {
        var maker = RowMaker(seed: 4)
        let pages = (0..<400 as Range<UInt32>).map { maker.statePage($0) }
        try folder.makeCache { store in for page in pages { try store.putStatePage(page) } }
        let before = try folder.bytes()
        let store = try folder.open()
        // More than SQLite keeps in memory, so that much of it is written before it is committed.
        for page in pages { try store.putStatePage(maker.statePage(page.number)) }
        let left = try TemporaryFolder()
        try left.write(folder.bytes())
        try left.write(folder.bytes("cache-journal"), to: "cache-journal")
        #expect(try left.bytes() != before)
        let restored = try left.open()
        for page in pages { #expect(try restored.statePage(page.number) == page) }
    }

    @Test func beginAndRollbackMayBeRepeated() throws {
        let store = try folder.open()
        try store.begin()
        try store.begin()
        try store.rollback()
        try store.rollback()
    }

    /// SQLite ends a transaction by itself when the disk fails: what comes after must not be kept row by row.
    @Test func nothingIsWrittenOutsideATransaction() throws {
        let store = try folder.open()
        try store.rollback()
        #expect(throws: CacheError.self) { try store.putTextPage(TextPage(number: 2, file: 1)) }
        #expect(throws: CacheError.self) { try store.removeTextPage(1) }
        #expect(throws: CacheError.self) { try store.commit() }
        #expect(try store.textPage(1) != nil)
        #expect(try store.textPage(2) == nil)
    }

    @Test func statementThatCannotBeCompiled() throws {
        let store = try folder.open()
        var statement = Statement("SELECT nothing FROM nowhere")
        #expect(throws: SQLiteError.self) { try statement.start(in: store.database, []) }
        statement.reset()
    }

    @Test func counters() throws {
        let store = try folder.open()
        let opening = store.counters
        #expect(opening.rowsRead == 1)
        #expect(opening.rowsWritten == 0)
        _ = try store.textPage(1)
        _ = try store.textPage(99)
        let list = FileList(limit: 1)
        list.add(1, package: 1, path: "a.zir", isManifest: false)
        try store.putFiles([1], of: list, part: 0)
        _ = try store.fileList(count: 1, limit: 2)
        try store.putStatePage(StatePage(number: 4))
        try store.removeTextPage(1)
        try store.removeTextPage(1)
        try store.putFiles([], part: 0)
        let counters = store.counters
        #expect(counters.rowsRead == opening.rowsRead + 1)
        #expect(counters.rowsWritten == 2)
        // A text page: its key, and its file and 64 empty records.
        #expect(counters.bytesRead == opening.bytesRead + 8 + 1 + 64)
        #expect(counters.bytesWritten == 8 + 64)
        #expect(counters.fileRowsRead == 1)
        #expect(counters.fileRowsWritten == 2)
        // The number of the part; place, flags, package, the path's length, the path and its end, the time of reading.
        #expect(counters.fileBytesRead == 8 + 4 + 6 + 8)
        #expect(counters.fileBytesWritten == counters.fileBytesRead)
    }
}
