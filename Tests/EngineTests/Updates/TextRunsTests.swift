import Cache
import Testing

@testable import Engine

/// Edits of a file that is remembered in runs: what of it an update looks at, and what it makes of that.
struct TextRunsTests {
    private let folder: ModelFolder
    private var texts: [String]
    /// What stands behind all declarations, in the line where the last one ends.
    private var end = ""

    init() throws { try self.init(count: 120, perRun: 8) }

    /// `count` functions, each of which calls the next.
    private init(count: Int, perRun: Int) throws {
        folder = try ModelFolder()
        folder.runs = TextRuns.Limits(fileSize: 1, declarations: perRun)
        texts = (0..<count).map { number in
            """
            @f\(number) = fn(@t, {
              %a = arg("a")
              %x = xor(%a, \(1000 + number))
              %r = call(@f\(number + 1), [%x])
              %e = return(%r)
            })
            """
        }
        texts.append("@f\(count) = fn(@t, {\n  %a = arg(\"a\")\n  %e = return(%a)\n})")
        try write()
        #expect(try build().result == .built)
    }

    private func write() throws {
        try folder.write(["main.zir": (texts + [Self.rest]).joined(separator: "\n") + end])
    }

    private static let rest = """
        @u32 = primitive(u32)
        @noreturn = primitive(noreturn)
        @t = fntype([@u32], @u32)
        @entry = fntype([], @noreturn)
        @start = fn(@entry, {
          %r = call(@f0, [7])
          %w = as(@usize, 60)
          %v = as(@usize, %r)
          %s = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], clobbers=["rcx", "r11", "memory"], args=[%w, %v])
          %u = unreachable()
        })
        @usize = primitive(usize)
        @entry_point = export("_start", @start)
        """

    private func build() throws -> Report { try folder.build() }

    /// Builds what was edited; the cache and the executable must be what a clean build makes.
    private func rebuild() throws -> Report {
        try write()
        let report = try build()
        let check = try folder.check()
        #expect(check.result == (report.result == .failed ? .failed : .same))
        #expect(check.differences.isEmpty, "\(check.differences)")
        return report
    }

    private mutating func edit(_ number: Int, _ old: String, _ new: String) {
        texts[number] = texts[number].replacing(old, with: new)
    }

    // MARK: - Only what changed

    /// Of the 31 pages of a file those of the change, and of what is beside it, are read.
    @Test func rowsOfOneBody() throws {
        var test = try TextRunsTests(count: 1919, perRun: 64)
        for (number, operand) in [(0, "9"), (63, "99999"), (64, "1"), (1000, "%a"), (1900, "123456")] {
            test.edit(number, "\(1000 + number)", operand)
            let report = try test.rebuild()
            #expect(report.result == .built)
            #expect(report.declarations.parsed == 1)
            #expect(report.declarations.analysed == 1)
            #expect(report.rows.read < 31)
        }
    }

    /// The first and the last of a run, of the file, and some between; a number that is as long, longer, shorter.
    @Test(arguments: [0, 7, 8, 60, 111, 119], ["9", "99999", "%a"])
    mutating func oneBody(_ number: Int, _ operand: String) throws {
        edit(number, "\(1000 + number)", operand)
        #expect(try rebuild().declarations.parsed == 1)
        edit(number, "xor(%a, \(operand))", "xor(%a, 77)")
        #expect(try rebuild().declarations.parsed == 1)
    }

    @Test mutating func severalBodies() throws {
        for round in 0..<3 {
            for number in [10, 11, 80] { edit(number, "xor(%a, ", "xor(%a, \(round + 1)") }
            let report = try rebuild()
            #expect(report.declarations.parsed == 3)
            #expect(report.declarations.analysed == 3)
        }
    }

    @Test mutating func layoutAndOrder() throws {
        edit(20, "xor(%a, ", "xor(  %a,   ")
        #expect(try rebuild().declarations.parsed == 1)
        texts.swapAt(21, 23)
        let report = try rebuild()
        #expect(report.result == .built)
        #expect(report.declarations.parsed == 0)
    }

    @Test mutating func anErrorInABodyComesAndGoes() throws {
        edit(32, "@f33", "@g33")
        #expect(try rebuild().result == .failed)
        edit(10, "1010", "1")
        #expect(try rebuild().result == .failed)
        edit(32, "@g33", "@f33")
        #expect(try rebuild().result == .built)
    }

    // MARK: - What concerns the rest of the file

    /// What an edit does to the text, as a name and a change.
    enum Edit: CaseIterable {
        case line, lineGone, newName, gone, added, twice, unclosed, stray, comment, carriageReturn, import_, atEnd,
            empty
    }

    @Test(arguments: Edit.allCases, [0, 64, 120])
    mutating func anyEdit(_ edit: Edit, at number: Int) throws {
        let before = texts
        switch edit {
        case .line: texts[number] = "\n" + texts[number]
        case .lineGone: self.edit(number, "\n", " ")
        case .newName: texts[number] = texts[number].replacing("@f\(number) =", with: "@other\(number) =")
        case .gone: texts.remove(at: number)
        case .added: texts.insert("@more = fn(@t, { %a = arg(\"a\") %e = return(%a) })", at: number)
        case .twice: texts.insert(texts[(number + 5) % 100], at: number)
        case .unclosed: self.edit(number, "return(", "return((")
        case .stray: texts[number] = "what " + texts[number]
        case .comment: texts[number] = "; a comment\n" + texts[number]
        case .carriageReturn: self.edit(number, "\n", "\r\n")
        case .import_: texts[number] = "@f\(number) = import(\"nothing.zir\")"
        case .atEnd: texts.append("@last = str(\"no newline\")")
        case .empty: texts[number] = ""
        }
        _ = try rebuild()
        self.edit(30, "xor(%a, 1", "xor(%a, 2")
        _ = try rebuild()
        texts = before
        #expect(try rebuild().result != .failed)
        self.edit(31, "xor(%a, 1", "xor(%a, 2")
        #expect(try rebuild().declarations.parsed == 1)
    }

    /// A run begins with a line, so what is added to the last one is none of its own.
    @Test mutating func theLastLineGoesOn() throws {
        for comment in [" ; a", " ; a comment", "", "  "] {
            end = comment
            #expect(try rebuild().declarations.parsed == 0)
            edit(119, "xor(%a, ", "xor(%a, 1")
            #expect(try rebuild().declarations.parsed == 1)
        }
    }

    /// Bytes come, go and change anywhere, so that runs begin and end where none did.
    @Test(arguments: [1, 2] as [UInt64])
    func anyBytes(seed: UInt64) throws {
        var test = try TextRunsTests(count: 24, perRun: 3)
        var dice = Dice(seed: seed)
        let before = test.texts
        let parts = ["", "@", ")", ";", "\"", "\n", " ", "\r\n", "=", "1", "@f5 = ", "\n@f5 = ", "\n; x\n", "\u{1}"]
        for _ in 0..<40 {
            if dice.once(in: 2) { test.texts = before }
            let number = dice.roll(test.texts.count)
            var bytes = Array(test.texts[number].utf8)
            let start = dice.roll(bytes.count)
            let end = min(start + dice.roll(3), bytes.count)
            bytes.replaceSubrange(start..<end, with: Array((dice.pick(parts) ?? "").utf8))
            test.texts[number] = String(decoding: bytes, as: UTF8.self)
            _ = try test.rebuild()
        }
    }

    // MARK: - Runs that nobody wrote

    /// Lines that are counted beyond what 32 bits hold: the file is compared as a whole.
    @Test(arguments: [.max, .max - 59] as [UInt32])
    mutating func moreLinesThanThereCanBe(lines: UInt32) throws {
        try changeRuns { $0[0].lineCount = lines }
        edit(20, "xor(%a, ", "xor(%a, 1")
        #expect(try rebuild().declarations.parsed == 1)
    }

    /// Makes the runs others in the cache.
    private func changeRuns(_ change: (inout [TextRun]) -> Void) throws {
        guard case .opened(let store) = try CacheStore.open(folder.cachePath) else { throw Unopened() }
        var files = try store.files()
        let file = try #require(files.firstIndex { $0.path == "main.zir" })
        change(&files[file].runs)
        try store.putFiles(files, part: 0)
        try store.commit()
    }

    private struct Unopened: Error {}
}
