import Foundation
import Testing

@testable import Cache
@testable import Engine

/// What zbuild promises of a large project and of one in which nothing changed, as counters and times of files.
@Suite struct LeastWorkTests {
    // MARK: - Ten thousand declarations

    private static let fileCount = 100
    private static let perFile = 100

    private static let functionsPerFile = 24

    /// 100 files of 100 declarations: two types, two imports, 24 functions of which each calls the next, and three
    /// constants for each of them.
    private static func writeLargeProject(_ project: ProjectFolder) throws {
        for file in 0..<fileCount {
            var lines = [
                "@main = import(\"main.zir\")", "@next = import(\"f\((file + 1) % fileCount).zir\")",
                "@void = primitive(void)", "@plain = fntype([], @void)",
            ]
            for index in 0..<functionsPerFile {
                lines += ["@a\(index) = int(\(index))", "@b\(index) = add(@a\(index), 1)", "@c\(index) = int(2)"]
                lines.append(function(index, in: file))
            }
            try project.apply(.write(path: "f\(file).zir", lines: lines), line: 0)
        }
        let start = [
            "@noreturn = primitive(noreturn)", "@usize = primitive(usize)", "@first = import(\"f0.zir\")",
            "@start_type = fntype([], @noreturn)", "@start = fn(@start_type, {", "  %called = call(@first.f0, [])",
            "  %exited = asm(\"syscall\", @usize, volatile=1, output=\"={rax}\", inputs=[\"{rax}\", \"{rdi}\"], "
                + "args=[231, 3])",
            "  %end = unreachable()", "})", "@entry = export(\"_start\", @start)",
        ]
        try project.apply(.write(path: "main.zir", lines: start), line: 0)
    }

    private static func function(_ index: Int, in file: Int, statement: String = "") -> String {
        var next = "@f\(index + 1)"
        if index + 1 == functionsPerFile { next = file + 1 == fileCount ? "@main.start" : "@next.f0" }
        let sum = "%sum = add(@b\(index), @c\(index))"
        return "@f\(index) = fn(@plain, { \(sum) \(statement)%next = call(\(next), []) })"
    }

    /// One file read; one declaration parsed, analysed, generated, written; a row for each declaration of its file and
    /// fewer than 60 more, and 128 KiB, in both directions together.
    @Test func editOfOneBodyAmongTenThousandDeclarationsCostsItself() throws {
        let project = try ProjectFolder()
        defer { project.remove() }
        try Self.writeLargeProject(project)
        _ = try build(project)
        let old = Self.function(12, in: 50)
        let bodies = [Self.function(12, in: 50, statement: "%stop = breakpoint() "), old]
        for (before, after) in zip([old] + bodies, bodies) {
            let hunk = Edit.Hunk(line: 0, old: [before], new: [after])
            try project.apply(.change(path: "f50.zir", hunks: [hunk], keepsTime: false), line: 0)
            let report = try build(project)
            #expect(report.counter("total") ?? 0 > 9_900)
            #expect(report.counter("read") == 1)
            for name in ["parsed", "analysed", "generated", "written"] { #expect(report.counter(name) == 1, "\(name)") }
            #expect(report.rows["read", default: 0] + report.rows["written", default: 0] < Self.perFile + 60)
            #expect(report.bytes["read", default: 0] + report.bytes["written", default: 0] < 128 << 10)
        }
    }

    private func build(_ project: ProjectFolder, _ words: [String] = []) throws -> BuildReport {
        // Until the times of files have settled, they are read again by the next build.
        usleep(15_000)
        return try BuildReport(try ChildProcess.run([ZBuildProgram.path, "--json"] + words, in: project.path).output)
    }

    // MARK: - Nothing changed

    /// The status of everything below the folder of a project and of the packages beside it.
    private static func states(_ project: ProjectFolder) throws -> [String: FileStatus] {
        var states: [String: FileStatus] = [:]
        let paths = [""] + (try FileManager.default.subpathsOfDirectory(atPath: project.container))
        // What a process printed is beside the project.
        for path in paths where !["app.stdout", "app.stderr"].contains(path) {
            states[path] = try FileSystem.linkStatus("\(project.container)/\(path)")
        }
        return states
    }

    struct Quiet: CustomTestStringConvertible {
        var example: String
        var mode = "debug"
        /// A line that is put behind the root file.
        var line: String?
        var result = "unchanged"

        var testDescription: String { "\(example), \(mode)\(line.map { ", \($0)" } ?? "")" }
    }

    /// A build that finds nothing changed, and whoever only asks, writes nothing: no byte, no time, no file that comes
    /// or goes, in the project or beside it. Also where errors stand.
    @Test(arguments: [
        Quiet(example: "hello"), Quiet(example: "life", mode: "fast"), Quiet(example: "packages/app"),
        Quiet(example: "fizzbuzz", line: "@wrong = export(\"wrong\", @nothing)", result: "failed"),
    ])
    func buildThatFindsNothingChangedWritesNothing(_ quiet: Quiet) throws {
        let project = try ProjectFolder()
        defer { project.remove() }
        try ExampleProject.copy(quiet.example, to: project)
        let variant = ["--optimize", quiet.mode]
        if let line = quiet.line {
            let hunk = Edit.Hunk(line: 0, new: [line])
            try project.apply(.change(path: "main.zir", hunks: [hunk], keepsTime: false), line: 0)
        }
        _ = try build(project, variant)
        let before = try Self.states(project)
        let report = try build(project, variant)
        #expect(report.result == quiet.result)
        #expect(report.counter("read") == 0 || quiet.result == "failed")
        for command in [[], ["--explain"], ["explain"], ["explain", "main.main"], ["check"], ["run", "--quiet"]] {
            _ = try ChildProcess.run([ZBuildProgram.path] + command + variant, in: project.path)
        }
        #expect(try Self.states(project) == before)
    }

    // MARK: - Two edits within one tick of the clock

    /// A file that was written within a tick of the clock before it was read may be another since without another time.
    /// Here the second edit has the status of the first: whoever read that right after it looks again, and finds it.
    @Test(arguments: [(nanoseconds: 9_999_999, isReadAgain: true), (10_000_000, false)])
    func fileReadWithinATickOfItsTimesIsReadAgain(_ delay: (nanoseconds: Int64, isReadAgain: Bool)) throws {
        let example = try ExampleProject("hello")
        defer { example.remove() }
        _ = try build(example.folder)
        let hunk = Edit.Hunk(
            line: 0, old: ["  %message = str(\"Hello, world!\\n\")"], new: ["  %message = str(\"Hello, again!\\n\")"])
        try example.folder.apply(.change(path: "main.zir", hunks: [hunk], keepsTime: false), line: 0)
        let identity = try #require(try FileSystem.status(example.folder.absolute("main.zir"))).identity
        try Self.pretend(example.folder, "main.zir", was: identity, readAfter: delay.nanoseconds)
        let report = try build(example.folder)
        #expect(report.result == (delay.isReadAgain ? "built" : "unchanged"))
        #expect(report.counter("read") == (delay.isReadAgain ? 1 : 0))
    }

    /// That a file is not new any more is no reason to write, but is written with the next change: then the file is not
    /// read a third time.
    @Test func fileThatWasReadAgainIsNotNewAnyMore() throws {
        let example = try ExampleProject("life")
        defer { example.remove() }
        _ = try build(example.folder)
        let identity = try #require(try FileSystem.status(example.folder.absolute("print.zir"))).identity
        try Self.pretend(example.folder, "print.zir", was: identity, readAfter: 0)
        for _ in 0..<2 {
            let report = try build(example.folder)
            #expect(report.result == "unchanged")
            #expect(report.counter("read") == 1)
        }
        let hunk = Edit.Hunk(line: 0, new: ["; The end."])
        try example.folder.apply(.change(path: "board.zir", hunks: [hunk], keepsTime: false), line: 0)
        #expect(try build(example.folder).counter("read") == 2)
        #expect(try build(example.folder).counter("read") == 0)
    }

    /// Has the cache say that the file at `path` had the status `identity` when it was read, so long after its times.
    private static func pretend(
        _ project: ProjectFolder, _ path: String, was identity: FileIdentity, readAfter delay: Int64
    ) throws {
        guard case .opened(let store) = try CacheStore.open(project.absolute("cache")) else {
            Issue.record("the cache cannot be opened")
            return
        }
        var files = try store.files()
        let index = try #require(files.firstIndex { $0.path == path })
        files[index].identity = identity
        files[index].readTime = max(identity.modified, identity.changed) + delay
        try store.putFiles(files, part: 0)
        try store.commit()
    }

    /// File systems without nanoseconds have ticks of up to two seconds.
    @Test func ticksAreLongWhereTimesHaveNoNanoseconds() {
        let coarse = FileIdentity(size: 1, modified: 5_000_000_000, changed: 5_000_000_000, inode: 1, device: 1)
        #expect(coarse.isRacy(readAt: 6_999_999_999))
        #expect(!coarse.isRacy(readAt: 7_000_000_000))
    }
}
