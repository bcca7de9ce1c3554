import Testing

@testable import Cache

/// Rows that zbuild did not write: they are refused or read, and nothing crashes.
@Suite struct HostileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A packed value of each kind, and how it is decoded.
    enum Packed: CaseIterable {
        case text, state, redo, package, pending, diagnostic, build, cause, numbers, relocations

        func encoded(_ maker: inout RowMaker) -> [UInt8] {
            var writer = ByteWriter()
            switch self {
            case .text:
                maker.textPage(3).records.withUnsafeBufferPointer { TextPage.encode($0, of: 1, into: &writer) }
            case .state:
                maker.statePage(3).records.withUnsafeBufferPointer { StatePage.encode($0, of: 3, into: &writer) }
            case .redo: maker.redo().encode(into: &writer)
            case .package: maker.package(1).encode(into: &writer)
            case .pending: maker.pending(3).encode(into: &writer)
            case .diagnostic: maker.diagnostic(1, file: 1, isFromParsing: true).encode(into: &writer)
            case .build: maker.build(1).encode(into: &writer)
            case .cause: maker.cause(below: 9).encode(into: &writer)
            case .numbers: encodeNumbers(maker.ascending(), near: 3, into: &writer)
            case .relocations: encodeRelocations(maker.list { $0.relocation() }, near: 3, into: &writer)
            }
            return Array(writer.bytes)
        }

        func decode(_ bytes: [UInt8]) throws(Malformed) {
            let outcome = bytes.withUnsafeBytes { buffer in
                Result { () throws(Malformed) in try decode(buffer) }
            }
            try outcome.get()
        }

        private func decode(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
            var reader = ByteReader(bytes)
            switch self {
            case .text: _ = try TextPage(number: 3, decoding: bytes)
            case .state: _ = try StatePage(number: 3, decoding: bytes)
            case .redo: _ = try RedoRow(from: &reader)
            case .package: _ = try PackageRow(number: 1, decoding: bytes)
            case .pending: _ = try PendingRow(declaration: 3, decoding: bytes)
            case .diagnostic:
                _ = try DiagnosticRow(file: 1, declaration: 1, isFromParsing: true, from: &reader)
            case .build: _ = try BuildRow(generation: 1, decoding: bytes)
            case .cause: _ = try CauseRow(from: &reader)
            case .numbers: _ = try decodeNumbers(near: 3, from: &reader)
            case .relocations: _ = try decodeRelocations(near: 3, from: &reader)
            }
            switch self {
            case .redo, .diagnostic, .cause, .numbers, .relocations: try reader.finish()
            default: break
            }
        }
    }

    @Test(arguments: Packed.allCases) func mutations(kind: Packed) {
        var generator = SeededGenerator(seed: 11)
        var refused = 0
        let sound = (0..<40 as Range<UInt64>).map { seed in
            var maker = RowMaker(seed: seed)
            return kind.encoded(&maker)
        }
        for round in 0..<2000 {
            var bytes = sound[round % sound.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
            do { try kind.decode(bytes) } catch { refused += 1 }
        }
        #expect(refused > 100)
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes.append(0xFF) }
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.removeSubrange(index...)
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        case 4: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], at: index)
        default: bytes.remove(at: index)
        }
    }

    /// Every beginning of a sound value is refused, and so is a byte too many.
    @Test(arguments: Packed.allCases) func lengths(kind: Packed) throws {
        var maker = RowMaker(seed: 5)
        let bytes = kind.encoded(&maker)
        try kind.decode(bytes)
        for count in bytes.indices {
            #expect(throws: Malformed.self) { try kind.decode(Array(bytes[..<count])) }
        }
        #expect(throws: Malformed.trailing) { try kind.decode(bytes + [0]) }
    }

    /// Numbers of each length come back, whatever stands behind them: nothing, little, or enough for a word.
    @Test(arguments: [0, 1, 7, 8, 20]) func varintLengths(behind: Int) throws {
        for length in 0...64 {
            let top = length == 64 ? UInt64.max : (1 << UInt64(length)) - 1
            for value in [top, top / 3, (top >> 1) + 1] {
                var writer = ByteWriter()
                writer.append(varint: value)
                let bytes = Array(writer.bytes) + Array(repeating: 0xFF, count: behind)
                try bytes.withUnsafeBytes { buffer throws in
                    var reader = ByteReader(buffer)
                    let number = try reader.varint()
                    #expect(number == value)
                    for _ in 0..<behind { _ = try reader.byte() }
                    #expect(reader.isAtEnd)
                }
            }
        }
    }

    /// What a varint may not be.
    @Test(
        arguments: [
            ([0x80], .truncated), ([], .truncated), (Array(repeating: 0xFF, count: 10), .number),
            (Array(repeating: 0x80, count: 9) + [2], .number), (Array(repeating: 0x80, count: 11), .number),
            (Array(repeating: 0x80, count: 9), .truncated),
        ] as [([UInt8], Malformed)])
    func varints(bytes: [UInt8], problem: Malformed) {
        bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            #expect(throws: problem) { try reader.varint() }
        }
    }

    /// A count is refused before anything is allocated for it.
    @Test func hugeCount() {
        let bytes = Array(repeating: UInt8(0xFF), count: 8) + [0x7F, 0, 0]
        #expect(throws: Malformed.count) { try Packed.numbers.decode(bytes) }
        #expect(throws: Malformed.count) { try Packed.relocations.decode(bytes) }
    }

    @Test func usersMustRise() {
        #expect(throws: Malformed.order) { try Packed.numbers.decode([2, 4, 0]) }
        #expect(throws: Malformed.order) { try Packed.numbers.decode([2, 4, 1]) }
    }

    @Test(arguments: [
        "content = zeroblob(64)", "content = x''", "key = key + 1", "checksum = 0", "checksum = -checksum",
        "content = substr(content, 1, length(content) - 1)", "content = CAST(content || x'00' AS BLOB)",
        "content = zeroblob(50000000)",
    ])
    func alteredRecord(change: String) throws {
        var maker = RowMaker(seed: 9)
        let page = maker.textPage(1)
        try folder.makeCache { try $0.putTextPage(page) }
        try folder.alter(.text, change)
        let store = try folder.open()
        for number: PageNumber in [1, 2] {
            do { #expect(try store.textPage(number) == nil) } catch { #expect(error == .damaged(.text, .checksum)) }
        }
    }

    /// Each kind of record with more in it.
    @Test(arguments: RecordKind.allCases) func everyKind(kind: RecordKind) throws {
        try expectRefusal(of: kind, "content = CAST(content || x'00' AS BLOB)")
    }

    /// Each kind under another number; nobody asks for the second record of some, or notices that there is no first.
    @Test(arguments: RecordKind.allCases.filter { ![.redo, .cause, .freeRoom].contains($0) })
    func otherNumber(kind: RecordKind) throws {
        try expectRefusal(of: kind, "key = key + 1")
    }

    private func expectRefusal(of kind: RecordKind, _ change: String) throws {
        try folder.makeCache(fill)
        try readAll(folder.open())
        try folder.alter(kind, change)
        #expect(throws: (any Error).self) { try readAll(folder.open()) }
    }

    private func fill(_ store: CacheStore) throws {
        var maker = RowMaker(seed: 21)
        try store.putPackage(maker.package(1))
        try store.putFiles([maker.file(1)], part: 0)
        try store.putTextPage(maker.textPage(1))
        try store.putStatePage(maker.statePage(1))
        try store.putUserRow(UserRow(target: 1, part: 0, users: [5]))
        try store.putSection(SectionRow(number: 1, fileOffset: 2, fileRoom: 3, size: 4))
        try store.putHole(HoleRow(section: 1, offset: 2, size: 3))
        try store.putExport(maker.export(1))
        try store.putPending(maker.pending(1))
        try store.replaceDiagnostics(
            file: 1, declaration: 1, isFromParsing: true,
            with: [maker.diagnostic(1, file: 1, isFromParsing: true)])
        try store.putRedo(maker.redo(), generation: 1)
        try store.replaceCauses([CauseRow()])
        try store.addBuild(maker.build(1))
    }

    private func readAll(_ store: CacheStore) throws {
        _ = try store.packages()
        _ = try store.files()
        for page: PageNumber in [1, 2] {
            _ = try store.textPage(page)
            _ = try store.statePage(page)
        }
        for target: DeclNumber in [1, 2] { _ = try store.userRows(target) }
        _ = try store.sections()
        _ = try store.holes()
        _ = try store.bestHole(in: 1, size: 1)
        _ = try store.freeRoom()
        _ = try store.exports()
        _ = try store.exportCount()
        _ = try store.pending()
        _ = try store.diagnostics()
        _ = try store.redo()
        _ = try store.causes()
        _ = try store.builds()
    }

    /// A record that became another kind's does not pass there.
    @Test func movedBetweenKinds() throws {
        try folder.makeCache { try $0.putStatePage(StatePage(number: 0)) }
        let (state, redo) = (RecordKind.state.rawValue, RecordKind.redo.rawValue)
        try folder.alter(.state, "key = key + ((\(redo) - \(state)) << 56)")
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.redo, .checksum)) { try store.redo() }
    }

    /// Rows with a right checksum and wrong content: whoever can write the file can compute it.
    @Test(
        arguments: [
            (Array(repeating: 0xFF, count: 9) + [1], .number), ([0x80, 0x80, 0x80, 0x80, 0x10], .number),
            ([], .truncated), ([1], .truncated), ([1, 2], .flags), ([1, 0x81], .flags),
            ([1] + Array(repeating: 0, count: 65), .trailing), ([1, 1, 0, 0xFF, 0xFF, 0xFF, 0x7F], .count),
        ] as [([UInt8], Malformed)])
    func sealedText(content: [UInt8], problem: Malformed) throws {
        try folder.makeCache { try $0.put(.text, 1, content) }
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.text, problem)) { try store.textPage(1) }
    }

    @Test(
        arguments: [
            ([], .truncated), ([1], .count), ([1, 1, 0x61], .truncated), ([2, 0, 0], .truncated), ([0, 0], .trailing),
            ([0xFF, 0xFF, 0x7F], .count), ([1, 0, 9], .count),
        ] as [([UInt8], Malformed)])
    func sealedDependencies(bytes: [UInt8], problem: Malformed) throws {
        try folder.makeCache {
            // Without folder, name and root file, which are empty texts.
            try $0.put(.package, 1, [0, 0, 0] + bytes)
        }
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.package, problem)) { try store.packages() }
    }

    /// An offset and a size of the hole that has the number of offset 2; another number; too much.
    @Test(
        arguments: [
            ([2, 1, 0], .trailing), ([2], .truncated), ([3, 1], .number),
            ([2] + Array(repeating: 0xFF, count: 8) + [0x7F], .number),
        ] as [([UInt8], Malformed)])
    func sealedHoles(content: [UInt8], problem: Malformed) throws {
        try folder.makeCache { try $0.put(.hole, 2, content) }
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.hole, problem)) { try store.holes() }
        #expect(throws: CacheError.damaged(.hole, problem)) { try store.hole(in: 0, startingAt: 2) }
    }

    /// The lists of exports: how many exports there are, how many lists, of each its key, and whom it names.
    @Test(
        arguments: [
            ([0, 0, 0], .trailing), ([0, 1], .count), ([1, 1, 5, 2, 7, 7], .order), ([1, 1, 5, 2, 8, 7], .order),
            ([1, 2, 5, 1, 7, 5, 1, 8], .order), ([1, 0xFF, 0xFF, 0x7F], .count), ([1, 1, 5, 0xFF, 0x7F], .count),
        ] as [([UInt8], Malformed)])
    func sealedExportLists(content: [UInt8], problem: Malformed) throws {
        try folder.makeCache()
        try folder.change { try $0.put(.exportList, 0, content) }
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.exportList, problem)) { try store.exportCount() }
    }

    /// Lists that name who is no export, and lists that are gone.
    @Test func exportListsThatLie() throws {
        var maker = RowMaker(seed: 3)
        var row = maker.export(7)
        row.target = 9
        try folder.makeCache { try $0.putExport(row) }
        try folder.change { try $0.removeRecord(.export, DeclNumber(7)) }
        #expect(throws: CacheError.damaged(.export, .count)) { try folder.open().exports(ofTarget: 9) }
        #expect(try folder.open().integrityProblem() != nil)
        try folder.change { try $0.removeRecords(.exportList) }
        #expect(throws: CacheError.damaged(.exportList, .count)) { try folder.open().exports(ofTarget: 9) }
    }

    /// Fewer exports than are removed.
    @Test func forgedLowExportCount() throws {
        try folder.makeCache { store in
            for number: DeclNumber in [1, 2] {
                try store.putExport(
                    ExportRow(declaration: number, symbol: [], target: 0, linkage: 0, symbolIndex: 0))
            }
        }
        try folder.change { try $0.put(.exportList, 0, [1, 0]) }
        try folder.change { store in for number: DeclNumber in [1, 2] { try store.removeExport(number) } }
        #expect(try folder.open().exportCount() == 0)
    }

    /// More exports than there are: parts of lists that nobody wrote.
    @Test(arguments: [64, 1 << 20, UInt32.max]) func forgedExportCount(count: UInt32) throws {
        try folder.makeCache()
        try folder.change { store in
            try store.putRecord(.exportList, UInt64(0)) { writer in
                writer.append(varint: count)
                writer.append(0)
            }
        }
        let store = try folder.open()
        let targets: Range<DeclNumber> = 1..<9
        #expect(throws: CacheError.damaged(.exportList, .count)) {
            for target in targets { _ = try store.exports(ofTarget: target) }
        }
    }

    /// Causes form a forest: nothing is a cause of itself or of what came before.
    @Test(arguments: [[0], [1, 0], [nil, 1], [nil, nil, .max]] as [[UInt32?]])
    func sealedCauses(parents: [UInt32?]) throws {
        try folder.makeCache { store in
            try store.replaceCauses(
                parents.map { parent in
                    var cause = CauseRow()
                    cause.parent = parent
                    return cause
                })
        }
        let store = try folder.open()
        #expect(throws: CacheError.damaged(.cause, .order)) { try store.causes() }
    }
}

extension TemporaryFolder {
    /// Changes the cache as zbuild would.
    fileprivate func change(_ change: (CacheStore) throws -> Void) throws {
        let store = try open()
        try change(store)
        try store.commit()
    }

    /// Alters the records of a kind as another program would.
    fileprivate func alter(_ kind: RecordKind, _ change: String) throws {
        try alter("UPDATE record SET \(change) WHERE key >> 56 = \(kind.rawValue)")
    }
}

extension CacheStore {
    /// Puts a record of that content.
    fileprivate func put(_ kind: RecordKind, _ number: UInt32, _ content: [UInt8]) throws(CacheError) {
        try putRecord(kind, number) { writer in
            for byte in content { writer.append(byte) }
        }
    }
}
