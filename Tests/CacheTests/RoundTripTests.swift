import Testing

@testable import Cache

/// What is put is what is read, by another process too: each test closes the cache and opens it again.
@Suite struct RoundTripTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Numbers that rows are put under: the least, the most, and some between.
    private static let numbers: [UInt32] = [0, 1, 2, 64, 65_535, 1 << 26, .max - 1, .max]

    @Test(arguments: 0..<12 as Range<UInt64>) func meta(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let row = maker.meta()
        try folder.makeCache { try $0.putMeta(row) }
        #expect(try folder.open().meta() == row)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func packages(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = Self.numbers.map { maker.package($0) }
        try folder.makeCache { store in for row in rows.reversed() { try store.putPackage(row) } }
        let store = try folder.open()
        #expect(try store.packages() == rows)
        for row in rows.dropFirst() { try store.removePackage(row.number) }
        #expect(try store.packages() == [rows[0]])
    }

    /// Files on both sides of the end of a part.
    private static let neighbours: [FileNumber] = [-1, 0, 1].map { FileNumber(filesPerPart + $0) }

    private static func parts(of rows: [FileRow]) -> [UInt32: [FileRow]] {
        Dictionary(grouping: rows) { $0.number / UInt32(filesPerPart) }
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func files(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = ([1, 2] + Self.neighbours + [700, 65_535, .max - 1, .max]).map { maker.file($0) }
        let parts = Self.parts(of: rows)
        try folder.makeCache { store in
            try store.putFiles([maker.file(3)], part: 0)
            for (part, rows) in parts { try store.putFiles(rows, part: part) }
        }
        let store = try folder.open()
        #expect(try store.files() == rows)
        for part in parts.keys where part != 0 { try store.putFiles([], part: part) }
        #expect(try store.files() == parts[0])
        // Who puts other files in the place of one removes what is known about its text.
        #expect(try Set(store.sources().map(\.file)) == Set(rows.map(\.number) + [3]))
        for row in rows.dropFirst() { try store.removeSource(row.number) }
        #expect(try store.source(1)?.digest == rows[0].digest)
        #expect(try store.source(2) == nil)
    }

    /// What every build reads of files.
    @Test(arguments: 0..<12 as Range<UInt64>) func fileList(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = ([1, 2] + Self.neighbours + [700]).map { maker.file($0) }
        try folder.makeCache { store in
            for (part, rows) in Self.parts(of: rows) { try store.putFiles(rows, part: part) }
        }
        let store = try folder.open()
        let list = try store.fileList(count: 6, limit: 701)
        for row in rows {
            let entry = list[row.number]
            #expect(entry.number == row.number)
            #expect(list.path(row.number) == row.path)
            let flags = [entry.isManifest, entry.isPresent, entry.isReached, entry.arePositionsPending]
            #expect(flags == [row.isManifest, row.isPresent, row.isReached, row.arePositionsPending])
            #expect(entry.package == row.package)
            #expect(entry.fingerprint == FileFingerprint(row.identity))
            #expect(entry.isRacy == (row.identity?.isRacy(readAt: row.readTime) ?? false))
        }
        #expect((0..<FileNumber(list.count)).count { list[$0].number != 0 } == 6)
        // One file fewer than there should be, and one with a number that nobody has.
        #expect(throws: CacheError.damaged(.file, .count)) { try store.fileList(count: 7, limit: 701) }
        #expect(throws: CacheError.damaged(.file, .number)) { try store.fileList(count: 6, limit: 700) }
        // Parts are written from a list as they are from rows.
        try store.putFiles(Array(Self.neighbours.dropFirst()), of: list, part: 1)
        #expect(try store.files() == rows)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func textPages(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let pages = Self.numbers.map { maker.textPage($0) }
        try folder.makeCache { store in for page in pages { try store.putTextPage(page) } }
        let store = try folder.open()
        for page in pages { #expect(try store.textPage(page.number) == page) }
        #expect(try store.textPage(3) == nil)
        try store.removeTextPage(pages[1].number)
        #expect(try store.textPage(pages[1].number) == nil)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func statePages(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let pages = Self.numbers.map { maker.statePage($0) }
        try folder.makeCache { store in for page in pages { try store.putStatePage(page) } }
        let store = try folder.open()
        for page in pages { #expect(try store.statePage(page.number) == page) }
        #expect(try store.statePage(3) == nil)
        try store.removeStatePage(pages[1].number)
        #expect(try store.statePage(pages[1].number) == nil)
    }

    /// Records that are as new but for one thing.
    private static let changes: [@Sendable (inout StateRecord) -> Void] = [
        { $0.isLive = true }, { $0.isDormant = true }, { $0.isStale = true }, { $0.interfaceState = .failed },
        { $0.bodyState = .done }, { $0.keeper = 1 }, { $0.rank = 1 }, { $0.interface = [0] }, { $0.typeHash = 1 },
        { $0.valueHash = 1 }, { $0.bodyHash = 1 }, { $0.codeHash = 1 },
        { $0.edges = [EdgeRecord(target: 0, kind: .exists, isFromInterface: false, seen: 0)] }, { $0.users = [0] },
        { $0.userRowCount = 1 }, { $0.passingUserCount = 1 },
        { $0.link = LinkRecord(section: 0, offset: 0, room: 0, size: 0, codeHash: 0, symbol: 0, relocations: []) },
        { $0.compiledAt = 1 }, { $0.compiledFor = 1 },
    ]

    /// None of them is taken for a new one, which is written as one byte.
    @Test(arguments: changes.indices) func stateRecordsThatAreNearlyNew(change: Int) throws {
        var page = StatePage(number: 7)
        Self.changes[change](&page.records[5])
        try folder.makeCache { try $0.putStatePage(page) }
        #expect(try folder.open().statePage(7) == page)
        #expect(page != StatePage(number: 7))
    }

    /// Records of which everything is as large as it can be: the room for them is made before they are written.
    @Test func largestRecords() throws {
        var state = StatePage(number: 7)
        var text = TextPage(number: 7, file: .max)
        for place in state.records.indices {
            state.records[place] = .largest
            text.records[place] = .largest
        }
        try folder.makeCache { store in
            try store.putStatePage(state)
            try store.putTextPage(text)
        }
        let store = try folder.open()
        #expect(try store.statePage(7) == state)
        #expect(try store.textPage(7) == text)
    }

    /// Records with hashes and interfaces in common, also with more of them than a page lists.
    @Test(arguments: [2, 63, 64, 65, 200]) func statePagesThatRepeatThemselves(hashCount: Int) throws {
        func hash(_ number: Int) -> UInt64 { UInt64(1 + number % hashCount) }
        var page = StatePage(number: 7)
        for place in page.records.indices {
            page.records[place].typeHash = hash(place * 7)
            page.records[place].valueHash = hash(place * (place.isMultiple(of: 5) ? 3 : 7))
            page.records[place].interface = [place.isMultiple(of: 9) ? 255 : UInt8(hash(place * 7))]
            page.records[place].codeHash = UInt64(place % 3)
            page.records[place].edges = (0..<4).map {
                EdgeRecord(target: 5, kind: .type, isFromInterface: false, seen: hash(place + $0 * 50))
            }
            page.records[place].link = LinkRecord(
                section: 1, offset: 0, room: 0, size: 0, codeHash: UInt64(place % 2), symbol: 0, relocations: [])
        }
        try folder.makeCache { try $0.putStatePage(page) }
        #expect(try folder.open().statePage(7) == page)
    }

    @Test func emptyPages() throws {
        try folder.makeCache { store in
            try store.putTextPage(TextPage(number: 5, file: 7))
            try store.putStatePage(StatePage(number: 5))
        }
        let store = try folder.open()
        #expect(try store.textPage(5) == TextPage(number: 5, file: 7))
        #expect(try store.statePage(5) == StatePage(number: 5))
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func users(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let parts: [UInt32] = [0, 1, 4_194_303]
        var rows: [UserRow] = []
        for target in Self.numbers { for part in parts { rows.append(maker.users(target, part: part)) } }
        try folder.makeCache { store in for row in rows.reversed() { try store.putUserRow(row) } }
        let store = try folder.open()
        for row in rows { #expect(try store.userRow(row.target, part: row.part) == row) }
        for target in Self.numbers { #expect(try store.userRows(target) == rows.filter { $0.target == target }) }
        for target in Self.numbers {
            #expect(try store.userRow(target, from: 2)?.part == parts[2])
            #expect(try store.userRow(target, from: parts[2] + 1) == nil, "nobody is behind the last part")
        }
        try store.removeUserRow(rows[0].target, part: rows[0].part)
        #expect(try store.userRows(rows[0].target) == Array(rows[1..<3]))
        #expect(try store.userRow(rows[0].target, part: rows[0].part) == nil)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func sections(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        var rows = [0, 1, 200, 255].map { maker.section($0) }
        try folder.makeCache { store in for row in rows { try store.putSection(row) } }
        let store = try folder.open()
        #expect(try store.sections() == rows)
        rows[2] = maker.section(200)
        try store.putSection(rows[2])
        #expect(try store.sections() == rows)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func exports(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        var rows = Self.numbers.map { maker.export($0) }
        rows[2].symbol = rows[5].symbol
        rows[2].symbolIndex = rows[5].symbolIndex
        rows[2].target = rows[5].target
        try folder.makeCache { store in for row in rows { try store.putExport(row) } }
        let store = try folder.open()
        #expect(try store.exports() == rows)
        for row in rows {
            #expect(try store.export(row.declaration) == row)
            // Nothing is found by the symbol, the target or the index that stands for none.
            let sameSymbol = row.symbol.isEmpty ? [] : rows.filter { $0.symbol == row.symbol }
            #expect(try store.exports(ofSymbol: row.symbol) == sameSymbol)
            let sameTarget = row.target == 0 ? [] : rows.filter { $0.target == row.target }
            #expect(try store.exports(ofTarget: row.target) == sameTarget)
            let sameIndex = row.symbolIndex == 0 ? [] : rows.filter { $0.symbolIndex == row.symbolIndex }
            #expect(try store.exports(withSymbolIndex: row.symbolIndex) == sameIndex)
        }
        #expect(try store.exportCount() == rows.count)
        try store.removeExport(rows[5].declaration)
        #expect(try store.export(rows[5].declaration) == nil)
        #expect(try store.exports().count == rows.count - 1)
    }

    /// Numbers of exports on both sides of those at which their lists are divided anew, one after the other.
    @Test func manyExports() throws {
        func row(_ number: DeclNumber) -> ExportRow {
            ExportRow(
                declaration: number, symbol: Array("symbol \(number / 2)".utf8), target: number % 50 + 1, linkage: 1,
                symbolIndex: number)
        }
        try folder.makeCache()
        var numbers: Set<DeclNumber> = []
        for count: DeclNumber in [1, 63, 64, 65, 127, 128, 129, 1000, 127, 63, 300, 0, 5] {
            let store = try folder.open()
            for number in 1...1000 as ClosedRange<DeclNumber> {
                if number <= count { try store.putExport(row(number)) } else { try store.removeExport(number) }
            }
            numbers = Set(1..<count + 1)
            try store.commit()
            store.leave()
            let opened = try folder.open()
            #expect(try opened.exportCount() == numbers.count)
            #expect(try opened.exports() == numbers.sorted().map(row))
            for number in [1, 2, 50, 64, 129, 999] as [DeclNumber] {
                let expected = numbers.contains(number) ? [row(number)] : []
                #expect(try opened.exports(withSymbolIndex: number) == expected)
                let alike = numbers.sorted().filter { $0 / 2 == number / 2 }.map(row)
                #expect(try opened.exports(ofSymbol: row(number).symbol) == alike)
                let sameTarget = numbers.sorted().filter { $0 % 50 == number % 50 }.map(row)
                #expect(try opened.exports(ofTarget: row(number).target) == sameTarget)
            }
            #expect(try opened.integrityProblem() == nil)
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func pending(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = Self.numbers.map { maker.pending($0) }
        try folder.makeCache { store in for row in rows.reversed() { try store.putPending(row) } }
        let store = try folder.open()
        #expect(try store.pending() == rows)
        for row in rows { #expect(try store.pending(row.declaration) == row) }
        try store.removePending(rows[0].declaration)
        #expect(try store.pending(rows[0].declaration) == nil)
        #expect(try store.pending().count == rows.count - 1)
        try store.removeAllPending()
        #expect(try store.pending().isEmpty)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func diagnostics(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        var rows: [DiagnosticRow] = []
        // In the order that `diagnostics` promises.
        for file: FileNumber in [1, 2] {
            for declaration: DeclNumber in file == 1 ? [0, 7, .max] : [0, 8, .max - 1] {
                for isFromParsing in [true, false] {
                    let some = maker.list {
                        $0.diagnostic(declaration, file: file, isFromParsing: isFromParsing)
                    }
                    rows += some
                }
            }
        }
        try folder.makeCache { store in
            for file: FileNumber in [2, 1] {
                for declaration: DeclNumber in file == 1 ? [7, .max, 0] : [8, .max - 1, 0] {
                    for isFromParsing in [false, true] {
                        try store.replaceDiagnostics(
                            file: file, declaration: declaration, isFromParsing: isFromParsing,
                            with: rows.filter {
                                $0.file == file && $0.declaration == declaration && $0.isFromParsing == isFromParsing
                            })
                    }
                }
            }
        }
        let store = try folder.open()
        #expect(try store.diagnostics() == rows)
        let other = maker.diagnostic(7, file: 1, isFromParsing: false)
        try store.replaceDiagnostics(file: 1, declaration: 7, isFromParsing: false, with: [other])
        rows.removeAll { $0.file == 1 && $0.declaration == 7 && !$0.isFromParsing }
        #expect(try store.diagnostics().filter { $0 != other } == rows.filter { $0 != other })
        try store.replaceDiagnostics(file: 1, declaration: 7, isFromParsing: false, with: [])
        #expect(try store.diagnostics() == rows)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func redo(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let row = maker.redo()
        let generation: UInt64 = maker.number()
        try folder.makeCache { store in
            #expect(try store.redo() == nil)
            try store.putRedo(maker.redo(), generation: 0)
            try store.putRedo(row, generation: generation)
        }
        let store = try folder.open()
        let read = try #require(try store.redo())
        #expect(read.row == row)
        #expect(read.generation == generation)
        try store.clearRedo()
        #expect(try store.redo() == nil)
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func causes(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = maker.causes()
        let others = maker.causes()
        try folder.makeCache { store in
            try store.replaceCauses(others)
            try store.replaceCauses(rows)
        }
        #expect(try folder.open().causes() == rows)
    }
    @Test(arguments: 0..<12 as Range<UInt64>) func builds(seed: UInt64) throws {
        var maker = RowMaker(seed: seed)
        let rows = (1...1005 as ClosedRange<UInt64>).map { maker.build($0) }
        try folder.makeCache { store in
            for row in rows { try store.addBuild(row) }
        }
        let store = try folder.open()
        #expect(try store.build(5) == nil)
        #expect(try store.build(6) == rows[5])
        #expect(try store.build(1005) == rows[1004])
    }
}
