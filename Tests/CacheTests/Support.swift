import BLAKE3
import Glibc
import Testing

@testable import Cache

/// A folder that is removed with what is in it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/zbuild-cache-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { name in name.baseAddress.map { mkdtemp($0) } != nil }
        try #require(made)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    /// What is in it, sorted.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where its cache is.
    var cache: String { path + "/cache" }

    /// Makes a cache with a meta row and what `fill` puts, and closes it.
    func makeCache(_ fill: (CacheStore) throws -> Void = { _ in }) throws {
        let store = try CacheStore.create(cache)
        try store.putMeta(MetaRow())
        try fill(store)
        try store.commit()
    }

    /// The cache, which must open.
    func open() throws -> CacheStore {
        let result = try CacheStore.open(cache)
        guard case .opened(let store) = result else { throw Unopened(result: "\(result)") }
        return store
    }

    /// Why the cache does not open; nil if it does, or if it is missing.
    func refusal() throws -> UnusableReason? {
        if case .unusable(let reason, _) = try CacheStore.open(cache) { return reason }
        return nil
    }

    /// Runs SQL on the cache as another program would, with nothing switched off.
    func alter(_ sql: String) throws {
        let database = try Database(path: cache, creating: true)
        try database.execute(sql)
    }

    /// Bytes of the cache, or of a file beside it.
    func bytes(_ name: String = "cache") throws -> [UInt8] {
        let file = try #require(fopen(path + "/" + name, "r"))
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(file))
        rewind(file)
        try #require(fread(&bytes, 1, bytes.count, file) == bytes.count)
        return bytes
    }

    /// Replaces the cache, or a file beside it.
    func write(_ bytes: [UInt8], to name: String = "cache") throws {
        let file = try #require(fopen(path + "/" + name, "w"))
        defer { fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}

/// A cache that did not open.
struct Unopened: Error {
    let result: String
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Makes rows of every table, small numbers and extremes alike.
struct RowMaker {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A number: extreme or small one time in three each, else of any magnitude.
    mutating func number<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: T.max
        case 1: T.min
        case 2, 3: T(Int.random(in: 0..<100, using: &generator))
        default: T.random(in: .min ... .max, using: &generator) >> T.random(in: 0..<T(T.bitWidth), using: &generator)
        }
    }

    mutating func flag() -> Bool { Bool.random(using: &generator) }

    mutating func count(below limit: Int = 6) -> Int { Int.random(in: 0..<limit, using: &generator) }

    mutating func list<T>(below limit: Int = 6, _ make: (inout RowMaker) -> T) -> [T] {
        var list: [T] = []
        for _ in 0..<count(below: limit) { list.append(make(&self)) }
        return list
    }

    mutating func bytes() -> [UInt8] { list(below: 40) { $0.number() } }

    mutating func text() -> String {
        let letters: [Character] = ["a", "Z", "\0", "é", "漢", "🙂", "/", "\n", "'"]
        return String(list(below: 20) { $0.pick(letters) })
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[count(below: choices.count)] }

    mutating func digest() -> Digest { Digest(low: number(), high: number()) }

    /// Half of them changed when they were modified, and are on one device.
    mutating func identity() -> FileIdentity {
        let modified: Int64 = number()
        return FileIdentity(
            size: number(), modified: modified, changed: pick([modified, number()]), inode: number(),
            device: pick([7, number()]))
    }

    mutating func ascending() -> [DeclNumber] {
        Set(list(below: 12) { $0.number(DeclNumber.self) }).sorted()
    }

    mutating func relocation() -> RelocationRecord {
        RelocationRecord(offset: number(), kind: number(), target: number(), addend: number())
    }

    mutating func meta() -> MetaRow {
        var row = MetaRow()
        row.tool = bytes()
        row.bootID = text()
        row.options = text()
        row.rootPath = text()
        row.outputPath = text()
        row.generation = number()
        row.nextPage = number()
        row.nextFile = number()
        row.liveCount = number()
        row.totalCount = number()
        row.errorCount = number()
        row.diagnosticCount = number()
        row.exportCount = number()
        row.fileCount = number()
        row.pageCount = number()
        row.pendingCount = number()
        row.output = flag() ? identity() : nil
        row.buildID = bytes()
        row.entry = number()
        row.entryAddress = number()
        row.firstGlobal = number()
        row.hasRedo = flag()
        return row
    }

    mutating func package(_ number: PackageNumber) -> PackageRow {
        PackageRow(
            number: number, folder: text(), name: text(), rootPath: text(),
            dependencies: list { DependencyRecord(name: $0.text(), folder: $0.text()) })
    }

    mutating func file(_ number: FileNumber) -> FileRow {
        var row = FileRow()
        row.number = number
        row.package = self.number()
        row.path = text()
        row.isManifest = flag()
        row.isPresent = flag()
        row.isReached = flag()
        row.identity = flag() ? identity() : nil
        row.readTime = self.number()
        row.digest = digest()
        row.imports = list { ImportCount(file: $0.number(), count: $0.number()) }
        row.packageNames = list { $0.text() }
        row.pages = list { PageBase(page: $0.number(), line: $0.number(), offset: $0.number()) }
        row.runs = list { maker in
            TextRun(
                byteCount: max(maker.number(), 1), lineCount: maker.number(), hash: maker.number(),
                pages: maker.list { $0.number() })
        }
        row.declarationCount = self.number()
        row.arePositionsPending = flag()
        row.pathName = self.number()
        return row
    }

    mutating func textPage(_ number: PageNumber) -> TextPage {
        var page = TextPage(number: number, file: self.number())
        for place in page.records.indices where flag() { page.records[place] = textRecord() }
        return page
    }

    private mutating func textRecord() -> TextRecord {
        var record = TextRecord()
        record.isUsed = flag()
        record.isPresent = flag()
        record.isBroken = flag()
        record.opcode = number()
        record.name = DeclName(bytes())
        record.contentHash = digest()
        record.structureHash = digest()
        record.line = number()
        record.column = number()
        record.offset = number()
        record.length = number()
        record.slot = number()
        return record
    }

    mutating func statePage(_ number: PageNumber) -> StatePage {
        var page = StatePage(number: number)
        for place in page.records.indices where flag() { page.records[place] = stateRecord() }
        return page
    }

    private mutating func stateRecord() -> StateRecord {
        var record = StateRecord()
        record.isLive = flag()
        record.isDormant = flag()
        record.isStale = flag()
        record.interfaceState = pick([.none, .done, .failed, .blocked])
        record.bodyState = pick([.none, .done, .failed, .blocked])
        record.keeper = number()
        record.rank = number()
        record.interface = bytes()
        record.typeHash = number()
        record.valueHash = number()
        record.bodyHash = number()
        record.codeHash = number()
        record.edges = list { $0.edge() }
        record.edgesInEffect = UInt32(count(below: record.edges.count + 1))
        record.users = DeclNumbers(ascending())
        record.userRowCount = number()
        record.passingUserCount = number()
        record.link = flag() ? link() : nil
        record.compiledAt = number()
        record.compiledFor = number()
        record.compiledAfter = record.compiledFor == 0 ? 0 : number()
        return record
    }

    private mutating func edge() -> EdgeRecord {
        EdgeRecord(
            target: number(), kind: pick([.exists, .type, .value, .body]), isFromInterface: flag(), seen: number())
    }

    private mutating func link() -> LinkRecord {
        LinkRecord(
            section: number(), offset: number(), room: number(), size: number(), codeHash: number(), symbol: number(),
            relocations: list { $0.relocation() })
    }

    mutating func users(_ target: DeclNumber, part: UInt32) -> UserRow {
        UserRow(target: target, part: part, users: ascending())
    }

    mutating func section(_ number: UInt8) -> SectionRow {
        SectionRow(number: number, fileOffset: self.number(), fileRoom: self.number(), size: self.number())
    }

    mutating func export(_ declaration: DeclNumber) -> ExportRow {
        ExportRow(
            declaration: declaration, symbol: bytes(), target: number(), linkage: number(), symbolIndex: number())
    }

    mutating func pending(_ declaration: DeclNumber) -> PendingRow {
        PendingRow(
            declaration: declaration, section: number(), alignment: number(), bytes: bytes(),
            relocations: list { $0.relocation() }, arePositionsChanged: flag())
    }

    mutating func diagnostic(_ declaration: DeclNumber, file: FileNumber, isFromParsing: Bool) -> DiagnosticRow {
        DiagnosticRow(
            file: file, declaration: declaration, isFromParsing: isFromParsing, line: number(), column: number(),
            message: text(),
            notes: list {
                NoteRow(declaration: $0.number(), line: $0.number(), column: $0.number(), message: $0.text())
            })
    }

    mutating func redo() -> RedoRow {
        if flag() { return .install(path: text(), inode: number(), device: number()) }
        return .patch(before: identity(), newSize: number(), steps: list { $0.step() })
    }

    private mutating func step() -> RedoStep {
        if flag() { return .write(offset: number(), bytes: bytes()) }
        return .copy(source: number(), destination: number(), count: number())
    }

    mutating func causes() -> [CauseRow] {
        var rows: [CauseRow] = []
        for _ in 0..<count(below: 12) {
            let parent = rows.isEmpty || flag() ? nil : UInt32(count(below: rows.count))
            rows.append(cause(below: parent))
        }
        return rows
    }
    mutating func cause(below parent: UInt32?) -> CauseRow {
        var row = CauseRow()
        row.parent = parent
        row.declaration = number()
        row.name = text()
        row.path = text()
        row.line = number()
        row.column = number()
        row.kind = number()
        row.outcome = number()
        row.change = text()
        if flag() {
            row.placement = PlacementRow(
                oldSize: number(), newSize: number(), oldAddress: number(), newAddress: number(), oldRoom: number())
        }
        return row
    }

    mutating func build(_ generation: UInt64) -> BuildRow {
        var row = BuildRow()
        row.generation = generation
        row.time = number()
        row.result = number()
        row.fallback = flag() ? number() : nil
        row.fileCount = number()
        row.readCount = number()
        row.liveCount = number()
        row.parsedCount = number()
        row.analysedCount = number()
        row.generatedCount = number()
        row.removedCount = number()
        row.positionCount = number()
        row.writtenCount = number()
        row.movedCount = number()
        row.freedCount = number()
        row.errorCount = number()
        row.unlistedCount = number()
        return row
    }
}

extension StateRecord {
    /// One of which every part takes as many bytes as it can.
    static var largest: StateRecord {
        var record = StateRecord()
        (record.isLive, record.isDormant, record.isStale) = (true, true, true)
        (record.interfaceState, record.bodyState) = (.blocked, .blocked)
        (record.keeper, record.rank) = (.max, .min)
        record.interface = [UInt8](repeating: 255, count: 300)
        (record.typeHash, record.valueHash, record.bodyHash, record.codeHash) = (.max, .max - 1, .max - 2, .max - 3)
        record.edges = (1...300).map {
            EdgeRecord(target: .max, kind: .body, isFromInterface: true, seen: .max - 3 - UInt64($0))
        }
        record.edgesInEffect = 300
        record.users = [0, 1 << 31, .max]
        (record.userRowCount, record.passingUserCount) = (.max, .max)
        let relocation = RelocationRecord(offset: .max, kind: 255, target: .max, addend: .min)
        record.link = LinkRecord(
            section: 255, offset: .max, room: .max, size: .max, codeHash: 1, symbol: .max,
            relocations: [RelocationRecord](repeating: relocation, count: 300))
        (record.compiledAt, record.compiledFor, record.compiledAfter) = (.max, 255, .max)
        return record
    }
}

extension TextRecord {
    /// One of which every part takes as many bytes as it can.
    static var largest: TextRecord {
        var record = TextRecord()
        (record.isUsed, record.isPresent, record.isBroken) = (true, true, true)
        record.name = DeclName([UInt8](repeating: 255, count: 300))
        record.contentHash = Digest(low: .max, high: .max)
        record.structureHash = Digest(low: .max, high: .max)
        (record.line, record.column, record.offset, record.length, record.slot) = (.min, .max, .min, .max, .max)
        return record
    }
}
