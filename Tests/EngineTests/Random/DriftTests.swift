import Cache
import ELF
import Foundation
import Semantics
import Testing

@testable import Engine

/// One project through very many edits: executable and cache stay near the size of those that a clean build makes, and
/// an edit costs what it did at the start. The bounds are those of docs/performance.md, which says why they hold.
///
/// `ZBUILD_DRIFT_EDITS` says through how many; `tools/drift` sets it, and prints the figures.
@Suite struct DriftTests {
    fileprivate static let edits = ProcessInfo.processInfo.environment["ZBUILD_DRIFT_EDITS"].flatMap { Int($0) }

    /// The edits of the random tester, errors among them.
    @Test func randomEdits() throws {
        var dice = Dice(seed: 20)
        var project = ModelProject.random(&dice)
        var good = project
        let drift = try Drift("random edits")
        for number in 0...(DriftTests.edits ?? 60) {
            // Now and then all is right, or nothing would be linked for long: what cannot be mended is taken back.
            if number % 5 == 0 { project.mendAll() }
            try drift.build(project.sources)
            if number % 5 == 0 {
                let isMeasured = try drift.compare(at: number)
                if isMeasured { good = project } else { project = good }
            }
            _ = project.edit(&dice)
        }
        drift.expectBounds()
    }

    /// Functions grow and shrink, come and go, and so do files, each time under another name.
    @Test func growingAndShrinking() throws {
        var dice = Dice(seed: 21)
        var project = ChangingProject()
        let drift = try Drift("growing and shrinking")
        for number in 0...(DriftTests.edits ?? 120) {
            try drift.build(project.sources)
            if number % 20 == 0 { _ = try drift.compare(at: number) }
            project.edit(&dice)
        }
        drift.expectBounds()
    }

    /// What was once large is not kept for ever.
    @Test func whatIsMostlyWasteIsMadeAnew() throws {
        let folder = try ModelFolder()
        var project = ChangingProject()
        let size = 3 << 20
        project.texts[3] = size
        try folder.write(project.sources)
        #expect(try folder.build().result == .built)
        #expect(folder.executable.count > size)
        project.texts[3] = 5
        try folder.write(project.sources)
        let report = try folder.build()
        #expect(report.fallback == .wastedRoom)
        #expect(report.result == .built)
        #expect(folder.executable.count < 200_000)
        #expect(try folder.check().result == .same)
        project.texts[3] = 6
        try folder.write(project.sources)
        #expect(try folder.build().fallback == nil)
    }

    /// The cache gives the room back too that waited code has left in it.
    @Test func aCacheThatIsMostlyWasteIsMadeAnew() throws {
        let folder = try ModelFolder()
        var project = ChangingProject()
        try folder.write(project.sources)
        #expect(try folder.build().result == .built)
        var broken = project
        broken.texts[3] = 3 << 20
        broken.isBroken = true
        try folder.write(broken.sources)
        #expect(try folder.build().result == .failed)
        try folder.write(project.sources)
        #expect(try folder.build().fallback == nil)
        #expect(folder.cache.count > 3 << 20)
        project.texts[3] = 7
        try folder.write(project.sources)
        #expect(try folder.build().fallback == .wastedRoom)
        #expect(folder.cache.count < 1 << 20)
    }
}

/// A project that is measured against clean builds of the same sources.
final class Drift {
    private let name: String
    private let folder: ModelFolder
    private var sources: [String: String] = [:]
    private var measured: [Figures] = []

    /// What grows where something is never given back.
    struct Figures: CustomStringConvertible {
        /// Bytes of the executable, and of one that was built clean.
        var executable: Int
        var cleanExecutable: Int
        /// Bytes of all blocks, and of the free room between them.
        var blocks: Int
        var holes: Int
        /// Bytes of the file that no section has.
        var lost: Int
        /// Bytes of the cache, and of one that was built clean.
        var cache: Int
        var cleanCache: Int
        /// The next numbers of pages and files, and those of a clean build.
        var numbers: Int
        var cleanNumbers: Int
        /// Rows and bytes of the cache that a build reads and writes in which one text changed, and those of the same
        /// edit after a clean build.
        var cost: Cost
        var cleanCost: Cost

        var description: String {
            "executable \(executable) (clean \(cleanExecutable)), blocks \(blocks), holes \(holes), lost \(lost), "
                + "cache \(cache) (clean \(cleanCache)), numbers \(numbers) (clean \(cleanNumbers)), one edit "
                + "\(cost.rows) rows, \(cost.bytes) bytes (clean \(cleanCost.rows), \(cleanCost.bytes))"
        }
    }

    struct Cost {
        var rows: Int
        var bytes: Int
    }

    init(_ name: String) throws {
        self.name = name
        folder = try ModelFolder()
    }

    func build(_ sources: [String: String]) throws {
        self.sources = sources
        try folder.write(sources)
        let report = try folder.build()
        if let fallback = report.fallback, !measured.isEmpty, fallback != .wastedRoom {
            Issue.record("made anew: \(fallback.name)")
        }
    }

    /// Measures what there is. Gives whether the sources have no errors, for otherwise there is nothing to measure.
    func compare(at edit: Int) throws -> Bool {
        let cleanFolder = try ModelFolder()
        try cleanFolder.write(sources)
        guard try cleanFolder.build().result == .built else { return false }
        let ours = try folder.snapshot()
        let clean = try cleanFolder.snapshot()
        let figures = (folder.executable.count, folder.cache.count)
        let cleanFigures = (cleanFolder.executable.count, cleanFolder.cache.count)
        let (cost, cleanCost) = (try costOfAnEdit(in: folder), try costOfAnEdit(in: cleanFolder))
        let links = ours.live.compactMap(\.state.link)
        let rooms = ours.sections.reduce(0) { $0 + Int($1.fileRoom) }
        let now = Figures(
            executable: figures.0, cleanExecutable: cleanFigures.0,
            blocks: links.reduce(0) { $0 + Int($1.room) }, holes: ours.holes.reduce(0) { $0 + Int($1.size) },
            lost: figures.0 - rooms, cache: figures.1, cleanCache: cleanFigures.1,
            numbers: Int(ours.meta.nextPage + ours.meta.nextFile),
            cleanNumbers: Int(clean.meta.nextPage + clean.meta.nextFile),
            cost: cost, cleanCost: cleanCost)
        measured.append(now)
        if DriftTests.edits != nil { print("\(name), edit \(edit): \(now)") }
        return true
    }

    /// What a build costs in which one text changed. The text is as before in the end.
    private func costOfAnEdit(in folder: ModelFolder) throws -> Cost {
        let path = sources.keys.sorted().first { sources[$0]?.contains("str(\"") ?? false } ?? ""
        var edited = sources
        edited[path] = sources[path]?.replacing("str(\"", with: "str(\"+", maxReplacements: 1)
        // The way back is measured: a build replaces what the one before noted of its causes, which may be much.
        try folder.write(edited)
        _ = try folder.build()
        try folder.write(sources)
        let report = try folder.build()
        return Cost(
            rows: report.rows.read + report.rows.written, bytes: report.bytes.read + report.bytes.written)
    }

    /// The bounds of docs/performance.md.
    func expectBounds() {
        #expect(measured.count > 5)
        for now in measured {
            #expect(now.executable <= 3 * now.cleanExecutable + 65_536)
            #expect(now.holes <= 3 * now.blocks + 65_536)
            #expect(now.cache <= 3 * now.cleanCache)
            #expect(now.numbers <= 3 * now.cleanNumbers + 8)
            #expect(now.cost.rows <= 2 * now.cleanCost.rows + 20)
            #expect(now.cost.bytes <= 3 * now.cleanCost.bytes + 16_384)
        }
    }
}

/// A program of 80 functions with texts of some sizes, half of them in files of their own.
private struct ChangingProject {
    /// Bytes of each function's text.
    var texts = Array(repeating: 8, count: 80)
    /// What the functions are called now, and so the files of those that have one.
    var generations = Array(repeating: 0, count: 80)
    var isBroken = false

    private func name(_ number: Int) -> String { "f\(number)_\(generations[number])" }
    private func isApart(_ number: Int) -> Bool { number % 8 == 0 }

    var sources: [String: String] {
        var main = """
            @noreturn = primitive(noreturn)
            @usize = primitive(usize)
            @void = primitive(void)
            @start_type = fntype([], @noreturn, cc=Naked)
            @action = fntype([], @void)
            @entry = export("_start", @start)

            """
        if isBroken { main += "@wrong = export(\"wrong\", @nowhere)\n" }
        var sources: [String: String] = [:]
        var calls = ""
        for number in texts.indices {
            let function = """
                @\(name(number)) = fn(@action, {
                  %text = str("\(String(repeating: "x", count: texts[number]))")
                  %address = ptrtoint(%text)
                  %end = returnvoid()
                })

                """
            if isApart(number) {
                main += "@m\(number) = import(\"\(name(number)).zir\")\n"
                sources["\(name(number)).zir"] =
                    "@void = primitive(void)\n@usize = primitive(usize)\n@action = fntype([], @void)\n" + function
                calls += "  %\(number) = call(@m\(number).\(name(number)), [])\n"
            } else {
                main += function
                calls += "  %\(number) = call(@\(name(number)), [])\n"
            }
        }
        sources["main.zir"] = main + "@start = fn(@start_type, {\n\(calls)  %end = unreachable()\n})\n"
        return sources
    }

    mutating func edit(_ dice: inout Dice) {
        let number = dice.roll(texts.count)
        switch dice.roll(4) {
        case 0, 1: texts[number] = dice.pick([1, 8, 30, 100, 400, 1500, 6000]) ?? 1
        case 2: generations[number] += 1
        default:
            generations[number / 8 * 8] += 1
            texts[number] = dice.roll(200) + 1
        }
        isBroken = dice.once(in: 6)
    }
}
