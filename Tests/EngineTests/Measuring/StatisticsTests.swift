import Foundation
import Testing

/// What `--stats` and `--trace` give: their form and their sums, never their times.
@Suite struct StatisticsTests {
    private static let phases = [
        "project", "scan", "diff", "invalidate", "analyse", "generate", "link", "commit", "report",
    ]

    // MARK: - In the JSON

    private struct Report: Decodable {
        struct Traffic: Decodable {
            var read: Int
            var written: Int
        }

        struct PhaseCost: Decodable {
            var name: String
            var microseconds: Int
            var rows: Traffic
            var bytes: Traffic
        }

        struct Statistics: Decodable {
            var phases: [PhaseCost]
            var startMicroseconds: Int
            var peakMemory: Int
        }

        var microseconds: Int
        var rows: Traffic
        var bytes: Traffic
        var stats: Statistics?
    }

    private func report(_ project: ProjectFolder, _ words: String...) throws -> Report {
        // Files that are as new as their reading are read once more.
        usleep(15_000)
        let process = try ChildProcess.run([ZBuildProgram.path, "--json"] + words, in: project.path)
        #expect(process.status == 0, "\(process.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(process.output.utf8))
    }

    /// All that holds of any build.
    private func check(_ report: Report) throws -> [String: Report.PhaseCost] {
        let stats = try #require(report.stats)
        #expect(stats.phases.map(\.name) == StatisticsTests.phases)
        #expect(stats.startMicroseconds > 0)
        #expect(stats.peakMemory > 1_000_000)
        // Each time is rounded down.
        let sum = stats.phases.reduce(0) { $0 + $1.microseconds }
        #expect(sum <= report.microseconds)
        // The table of files and what notes that the executable is in place come on top of what the build counts.
        #expect(stats.phases.reduce(0) { $0 + $1.rows.read } >= report.rows.read)
        #expect(stats.phases.reduce(0) { $0 + $1.rows.written } >= report.rows.written)
        #expect(stats.phases.reduce(0) { $0 + $1.bytes.written } >= report.bytes.written)
        return Dictionary(uniqueKeysWithValues: stats.phases.map { ($0.name, $0) })
    }

    @Test func rowsAreThoseOfTheirPhase() throws {
        let project = try StatisticsTests.project()
        defer { project.remove() }
        let first = try check(try report(project, "--stats"))
        #expect((first["commit"]?.rows.written ?? 0) > 0)
        for phase in ["project", "scan", "diff", "invalidate", "generate", "report"] {
            #expect(first[phase]?.rows.read == 0 && first[phase]?.rows.written == 0, "\(phase)")
        }

        let idle = try check(try report(project, "--stats"))
        #expect(idle.values.allSatisfy { $0.rows.written == 0 })
        // One for the package and one for both files.
        #expect(idle["scan"]?.rows.read == 2)

        try StatisticsTests.edit(project)
        let edit = try check(try report(project, "--stats"))
        // The names and the states of the one file, a page each.
        #expect(edit["diff"]?.rows.read == 2)
        #expect((edit["commit"]?.rows.written ?? 0) > 0)
    }

    @Test func nobodyGetsStatisticsWhoDoesNotAsk() throws {
        let project = try StatisticsTests.project()
        defer { project.remove() }
        #expect(try report(project).stats == nil)
    }

    // MARK: - As a trace

    private struct Trace: Decodable {
        struct Event: Decodable {
            var name: String
            var cat: String?
            var ph: String
            var ts: Double?
            var dur: Double?
            var args: [String: String]

            var start: Double { ts ?? -1 }
            var end: Double { start + (dur ?? -1) }

            /// To the nanosecond, up to what arithmetic with fractions loses.
            func contains(_ other: Event) -> Bool { start <= other.start + 1e-6 && other.end <= end + 1e-6 }
        }

        var traceEvents: [Event]
    }

    private func trace(_ project: ProjectFolder, _ words: String...) throws -> [Trace.Event] {
        let process = try ChildProcess.run([ZBuildProgram.path, "--trace", "trace.json"] + words, in: project.path)
        #expect(process.status == 0, "\(process.errors)")
        let text = try ProjectFolder.text(project.absolute("trace.json"))
        return try JSONDecoder().decode(Trace.self, from: Data(text.utf8)).traceEvents
    }

    /// The build contains its phases, which follow each other without a gap; each part lies in the phase before it.
    private func checkNesting(_ events: [Trace.Event]) throws {
        let spans = events.filter { $0.ph == "X" }
        let build = try #require(spans.first)
        #expect(build.name == "build")
        #expect(spans.allSatisfy { build.contains($0) })
        let phases = spans.filter { $0.cat == "phase" }
        #expect(phases.first?.start == 0)
        for (one, next) in zip(phases, phases.dropFirst()) { #expect(abs(one.end - next.start) < 1e-6) }
        #expect(abs((phases.last?.end ?? 0) - build.end) < 1e-6)
        #expect(Set(phases.map(\.name)).isSubset(of: StatisticsTests.phases))
        for part in spans where part.cat == "part" {
            #expect(phases.contains { $0.name == (part.name == "diff" ? "scan" : "analyse") && $0.contains(part) })
        }
    }

    @Test func phasesNest() throws {
        let project = try StatisticsTests.project()
        defer { project.remove() }
        // Files that are read a tick of the clock after they were written are read again by the next build.
        usleep(15_000)
        let first = try trace(project)
        try checkNesting(first)
        let files = first.filter { $0.name == "diff" }.compactMap { $0.args["file"] }
        #expect(files == ["main.zir", "lib/a \"b\".zir"])
        let generated = first.filter { $0.name == "generate" }.compactMap { $0.args["declaration"] }
        #expect(generated == ["main.start and 1 more"])

        let idle = try trace(project)
        try checkNesting(idle)
        #expect(idle.filter { $0.cat == "phase" }.map(\.name) == ["project", "scan", "report"])

        try StatisticsTests.edit(project)
        let edit = try trace(project)
        try checkNesting(edit)
        let subjects = edit.filter { $0.cat == "part" }.flatMap(\.args.values)
        #expect(subjects == ["lib/a \"b\".zir", "lib.a \"b\".status"])
    }

    @Test func aBuildWithErrorsIsTracedToo() throws {
        let project = try StatisticsTests.project()
        defer { project.remove() }
        try project.apply(.write(path: "main.zir", lines: ["@a = int(\"x\")", "@b = export(\"_start\", @a)"]), line: 1)
        let words = [ZBuildProgram.path, "--trace", "trace.json", "--json"]
        let process = try ChildProcess.run(words, in: project.path)
        #expect(process.status == 1)
        let text = try ProjectFolder.text(project.absolute("trace.json"))
        try checkNesting(try JSONDecoder().decode(Trace.self, from: Data(text.utf8)).traceEvents)
    }

    @Test func aTraceThatCannotBeWrittenIsAFailure() throws {
        let project = try StatisticsTests.project()
        defer { project.remove() }
        let words = [ZBuildProgram.path, "--trace", "missing/trace.json"]
        let process = try ChildProcess.run(words, in: project.path)
        #expect(process.status == 3)
        #expect(process.errors == "zbuild: unable to write 'missing/trace.json': No such file or directory\n")
    }

    // MARK: - The project

    /// Two files, one of them with a name that JSON has to quote.
    private static func project() throws -> ProjectFolder {
        let project = try ProjectFolder()
        let main = """
            @noreturn = primitive(noreturn)
            @usize = primitive(usize)
            @lib = import("lib/a \\"b\\".zir")
            @start_type = fntype([], @noreturn)
            @start = fn(@start_type, {
              %status = call(@lib.status, [])
              %exit = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, %status])
              %end = unreachable()
            })
            @entry = export("_start", @start)
            """
        let lib = """
            @usize = primitive(usize)
            @type = fntype([], @usize)
            @status = fn(@type, {
              %done = return(0)
            })
            """
        try project.apply(.write(path: "main.zir", lines: main.split(separator: "\n").map(String.init)), line: 1)
        try project.apply(.write(path: "lib/a \"b\".zir", lines: lib.split(separator: "\n").map(String.init)), line: 1)
        return project
    }

    private static func edit(_ project: ProjectFolder) throws {
        let hunk = Edit.Hunk(line: 1, old: ["  %done = return(0)"], new: ["  %done = return(5)"])
        try project.apply(.change(path: "lib/a \"b\".zir", hunks: [hunk], keepsTime: false), line: 1)
    }
}
