import Cache
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Engine

/// Sources whose times do not show that they changed, and sources that change while they are read.
@Suite struct ChangingSourcesTests {
    private static let second: Int64 = 1_000_000_000
    private static let millisecond: Int64 = 1_000_000
    /// Some time that is no whole second.
    private static let start: Int64 = 1_700_000_000 * second + 123 * millisecond

    private let folder: ModelFolder
    private let files = TestFiles(now: start)

    init() throws {
        folder = try ModelFolder()
        folder.sources = files
    }

    /// A program that ends with `status`, one digit.
    private static func source(_ status: Int) -> String {
        """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @start_type = fntype([], @noreturn, cc=Naked)
        @start = fn(@start_type, {
          %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, @status])
          %end = unreachable()
        })
        @entry = export("_start", @start)
        @status = int(\(status))

        """
    }

    private func edit(_ status: Int) throws { try folder.write(["main.zir": Self.source(status)]) }

    /// Builds, and says how often sources were read.
    private func build(exits status: Int) throws -> Int {
        let report = try folder.build()
        #expect(report.result != .failed)
        #expect(report.fallback == nil)
        #expect(try folder.run() == "[exit \(status)]")
        return report.files.read
    }

    // MARK: - Times

    /// An edit within the tick of the clock that stamped the file before.
    @Test func equalTimesAndSize() throws {
        files.stampAll(Self.start)
        files.now = Self.start + 5 * Self.millisecond
        try edit(3)
        _ = try build(exits: 3)
        try edit(4)
        files.now += 20 * Self.millisecond
        #expect(try build(exits: 4) == 1)
        #expect(try build(exits: 4) == 0)
    }

    /// A file system that stores whole seconds: an edit within the second.
    @Test func wholeSeconds() throws {
        let whole = Self.start / Self.second * Self.second
        files.stampAll(whole)
        files.now = whole + 1500 * Self.millisecond
        try edit(3)
        _ = try build(exits: 3)
        try edit(4)
        files.now = whole + 2500 * Self.millisecond
        #expect(try build(exits: 4) == 1)
        #expect(try build(exits: 4) == 0)
    }

    /// Times are compared for being equal: an older one is another one.
    @Test func clockSetBack() throws {
        files.stampAll(Self.start - 3600 * Self.second)
        try edit(3)
        _ = try build(exits: 3)
        files.now -= 7200 * Self.second
        files.stampAll(files.now)
        try edit(4)
        #expect(try build(exits: 4) == 1)
    }

    /// A file from the future, which a clock that was set back has made, may change without a change of its times. It is
    /// read each time; that it is older by now is not noted, for a run with nothing to do writes nothing.
    @Test func timesInTheFuture() throws {
        files.stampAll(Self.start + 3600 * Self.second)
        try edit(3)
        _ = try build(exits: 3)
        try edit(4)
        for _ in 0..<3 { #expect(try build(exits: 4) == 1) }
        files.now = Self.start + 3601 * Self.second
        #expect(try build(exits: 4) == 1)
        try edit(5)
        #expect(try build(exits: 5) == 1)
        #expect(try build(exits: 5) == 0)
    }

    // MARK: - While they are read

    /// Has `change` happen while the source is read, the first `times` times.
    private func disturb(times: Int, _ change: @escaping @Sendable (_ path: String, _ attempt: Int) -> Void) {
        let counter = Counter()
        files.whileReading = { path in
            let attempt = counter.next()
            if attempt < times { change(path, attempt) }
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    @Sendable private static func write(_ text: String, _ path: String, mode: String = "w") {
        guard let file = fopen(path, mode) else { return }
        fputs(text, file)
        fclose(file)
    }

    /// What an editor leaves for a moment that writes a file anew.
    @Test func truncated() throws {
        try edit(3)
        disturb(times: 1) { path, _ in Self.write("", path) }
        let report = try folder.build()
        #expect(report.diagnostics.map(\.message) == ["no entry point found"])
        files.whileReading = { _ in }
        Self.write(Self.source(4), "\(folder.path)/main.zir")
        _ = try build(exits: 4)
    }

    @Test(arguments: [1, 2]) func grown(_ times: Int) throws {
        try edit(3)
        disturb(times: times) { path, attempt in Self.write("@grown\(attempt) = int(1)\n", path, mode: "a") }
        _ = try build(exits: 3)
        #expect(try folder.snapshot().declarations.filter { $0.name.contains("grown") }.count == times)
    }

    /// Whatever grows for ever is taken as it is, and read again by the next run.
    @Test func growsForEver() throws {
        try edit(3)
        disturb(times: Int.max) { path, attempt in Self.write("@grown\(attempt) = int(1)\n", path, mode: "a") }
        #expect(try build(exits: 3) == 1)
        #expect(try folder.snapshot().declarations.filter { $0.name.contains("grown") }.count == 2)
        files.whileReading = { _ in }
        files.now = Int64.max / 2
        #expect(try build(exits: 3) == 1)
        #expect(try folder.snapshot().declarations.filter { $0.name.contains("grown") }.count == 3)
        #expect(try build(exits: 3) == 0)
    }

    /// What was open lost its name, which changes its status: the file that has the name now is read.
    @Test func replacedByRenaming() throws {
        try edit(3)
        disturb(times: 1) { path, _ in
            Self.write(Self.source(4), path + ".new")
            rename(path + ".new", path)
        }
        #expect(try build(exits: 4) == 1)
    }

    @Test func removed() throws {
        try edit(3)
        disturb(times: 1) { path, _ in unlink(path) }
        let report = try folder.build()
        #expect(report.diagnostics.map(\.message) == ["unable to open 'main.zir': No such file or directory"])
    }

    // MARK: - What is no file

    private static let special: [(name: String, make: @Sendable (String) -> Int32, reason: String)] = [
        ("a pipe", { mkfifo($0, 0o600) }, "it is not a regular file"),
        ("an endless device", { symlink("/dev/zero", $0) }, "it is not a regular file"),
        ("a folder", { mkdir($0, 0o700) }, "it is a directory"),
        (
            "a file of 4 GiB",
            { path in
                close(open(path, O_CREAT | O_WRONLY, 0o600))
                return truncate(path, 1 << 32)
            }, "it is 4 GiB long or longer"
        ),
    ]

    @Test(arguments: special.indices) func whatIsNoFile(_ index: Int) throws {
        let special = Self.special[index]
        try edit(3)
        _ = try build(exits: 3)
        let path = "\(folder.path)/main.zir"
        unlink(path)
        try #require(special.make(path) == 0)
        #expect(try folder.build().diagnostics.map(\.message) == ["unable to open 'main.zir': \(special.reason)"])
    }
}
