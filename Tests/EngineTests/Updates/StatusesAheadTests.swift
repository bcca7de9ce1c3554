import Cache
import Foundation
import Testing

@testable import Engine

/// Statuses that are asked for before the cache is open, by the paths that the last build wrote down.
@Suite struct StatusesAheadTests {
    /// Modules besides `main.zir`.
    private static let moduleCount = 520

    private let folder: ModelFolder
    private let files = CountingFiles()
    private var sources: [String: String] = [:]

    private var pathsPath: String { folder.path + "/.zbuild/x86_64-linux-debug.paths" }

    init() throws {
        folder = try ModelFolder()
        folder.sources = files
        let modules = (0..<Self.moduleCount).map { "m\($0)" }
        sources["main.zir"] = Self.entry + modules.map { "@\($0) = import(\"\($0).zir\")\n" }.joined()
        for module in modules { sources["\(module).zir"] = "@value = int(1)\n" }
        try folder.write(sources)
        #expect(try folder.build().files.total == Self.moduleCount + 1)
    }

    private static let entry = """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @type = fntype([], @noreturn)
        @start = fn(@type, {
          %exit = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, @m3.value])
          %end = unreachable()
        })
        @entry = export("_start", @start)

        """

    private func paths() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: pathsPath))) }

    private func setPaths(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: pathsPath)) }

    /// Builds; how often the status of each path was asked for.
    private func build() throws -> (report: Report, asked: [String: Int]) {
        files.reset()
        let report = try folder.build()
        return (report, files.asked)
    }

    /// Twice only where the thread that needs a status would have to wait for the one that is at it.
    @Test func eachFileOnce() throws {
        let written = try paths()
        #expect(written.count { $0 == 0 } == Self.moduleCount + 1)
        let (report, asked) = try build()
        #expect(report.result == .unchanged)
        #expect(asked.count == Self.moduleCount + 1)
        #expect(asked.allSatisfy { $0.value <= 2 })
        #expect(try paths() == written)
    }

    /// What the file of paths may be instead: the builds are right all the same, and the one that has something to do
    /// writes it anew.
    enum Damage: CaseIterable {
        case missing, empty, unterminated, shorter, longer, otherOrder, otherNames, aFolder, aLink
    }

    private func damage(_ damage: Damage) throws {
        let right = try paths()
        var names = right.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        try FileManager.default.removeItem(atPath: pathsPath)
        switch damage {
        case .missing: return
        case .empty: return try setPaths([])
        case .unterminated: return try setPaths(right.dropLast(3))
        case .shorter: names = names.dropLast(20)
        case .longer: names += [Array("more.zir".utf8)[...], []]
        case .otherOrder: names = Array(names.reversed())[...]
        case .otherNames: names = names.map { _ in Array("x\0y".utf8)[...] }[...]
        case .aFolder: return try FileSystem.createDirectories(pathsPath)
        case .aLink: return try FileManager.default.createSymbolicLink(atPath: pathsPath, withDestinationPath: "lock")
        }
        try setPaths(Array(names.map { $0 + [0] }.joined()))
    }

    @Test(arguments: Damage.allCases)
    func wrongPaths(_ kind: Damage) throws {
        let right = try paths()
        try damage(kind)
        #expect(try build().report.result == .unchanged)
        var edited = sources
        for module in [3, 200, 519] { edited["m\(module).zir"] = "@value = int(2)\n" }
        try folder.write(edited)
        let report = try build().report
        #expect(report.result == .built)
        // And main.zir, whose code has the value of m3.zir.
        #expect(report.files.read == 4)
        #expect(try folder.check().result == .same)
        // A folder that somebody made stays.
        if kind != .aFolder { #expect(try paths() == right) }
        if kind == .aLink {
            let lock = URL(fileURLWithPath: folder.path + "/.zbuild/lock")
            #expect(try Data(contentsOf: lock).isEmpty)
        }
        #expect(try build().report.result == .unchanged)
    }

    /// Files that come and go: what was asked about one path is not taken for another's.
    @Test func otherFiles() throws {
        var edited = sources
        edited["m5.zir"] = nil
        edited["new.zir"] = "@value = int(7)\n"
        edited["main.zir"] = sources["main.zir"]?.replacingOccurrences(of: "\"m5.zir\"", with: "\"new.zir\"")
        try folder.write(edited)
        #expect(try build().report.files.read == 2)
        #expect(try folder.check().result == .same)
        let (report, asked) = try build()
        #expect(report.result == .unchanged)
        #expect(asked.count == Self.moduleCount + 1)
        #expect(asked.allSatisfy { $0.value <= 2 })
        #expect(asked.keys.contains { $0.hasSuffix("/new.zir") } && !asked.keys.contains { $0.hasSuffix("/m5.zir") })
    }

    /// An edit that brings the next file into the build, which was not there when it was looked for.
    @Test func fileThatIsThereAtLast() throws {
        var edited = sources
        edited["m3.zir"] = "@later = import(\"later.zir\")\n@u32 = primitive(u32)\n@value = as(@u32, @later.value)\n"
        try folder.write(edited)
        #expect(try build().report.result == .failed)
        edited["m3.zir"]? += "@more = int(2)\n"
        edited["later.zir"] = "@value = int(3)\n"
        try folder.write(edited)
        #expect(try build().report.result == .built)
        #expect(try folder.check().result == .same)
    }

    /// An update begins with the file that is found first; where another one is found when it is through, all is done again.
    @Test func foundAtTheEnd() throws {
        var edited = sources
        for module in [3, 519] { edited["m\(module).zir"] = "@value = int(2)\n" }
        try folder.write(edited)
        files.hold("/m519.zir")
        let report = try build().report
        #expect(report.result == .built)
        #expect(report.files.read == 3)
        #expect(files.opened("/m3.zir") == (Helpers.shared.count > 0 ? 2 : 1))
        #expect(try folder.check().result == .same)
        #expect(try build().report.result == .unchanged)
    }

    /// The file that is found first gives up an import that one which is found at the end has, of a file that changed.
    @Test func importedAnew() throws {
        var edited = sources
        edited["main.zir"] = sources["main.zir"]?.replacingOccurrences(of: "@m518 = import(\"m518.zir\")\n", with: "")
        edited["m518.zir"] = "@value = int(5)\n"
        edited["m519.zir"] = "@more = import(\"m518.zir\")\n@value = int(1)\n"
        try folder.write(edited)
        files.hold("/m518.zir")
        #expect(try build().report.files.read == 3)
        #expect(files.opened("/main.zir") == (Helpers.shared.count > 0 ? 2 : 1))
        #expect(try folder.check().result == .same)
    }

    /// Few files are asked about by one thread, once the cache is open.
    @Test func fewFiles() throws {
        try folder.write(["main.zir": Self.entry + "@m3 = import(\"m3.zir\")\n", "m3.zir": "@value = int(1)\n"])
        #expect(try build().report.files.total == 2)
        #expect(try FileSystem.status(pathsPath) == nil)
    }

    @Test func cleanRemovesIt() throws {
        var options = BuildOptions()
        options.folder = folder.path
        #expect(try Engine.clean(options).contains(".zbuild/x86_64-linux-debug.paths"))
        #expect(try FileSystem.status(pathsPath) == nil)
    }
}

/// The files of this machine, by somebody who counts how often the status of a path is asked for, and has who asks for that
/// of a certain one wait.
private final class CountingFiles: SourceFiles {
    private struct State {
        var asked: [String: Int] = [:]
        var opened: [String: Int] = [:]
        /// The end of a path.
        var held: String?
    }

    private let state = Locked(State())

    var asked: [String: Int] { state.with { $0.asked } }

    /// How often the file was opened whose path ends so.
    func opened(_ suffix: String) -> Int { state.with { $0.opened.count(of: suffix) } }

    /// Has nobody learn the status of the file whose path ends so before a second thread asks for it.
    func hold(_ suffix: String) { state.with { $0.held = suffix } }

    /// Counts from 0.
    func reset() {
        state.with {
            $0.asked = [:]
            $0.opened = [:]
        }
    }

    /// Later than all writing, so that no file is too new when it is read.
    func time() -> Int64 { SystemFiles().time() + 1_000_000_000 }

    func status(_ path: UnsafePointer<CChar>) throws(SystemError) -> FileStatus? {
        let path = String(cString: path)
        state.with { $0.asked[path, default: 0] += 1 }
        waitIfHeld(path)
        return try SystemFiles().status(path)
    }

    /// Not for ever, since with one processor there is no second thread.
    private func waitIfHeld(_ path: String) {
        for _ in 0..<1_000 {
            let isHeld = state.with { state in
                state.held.map { path.hasSuffix($0) && state.asked.count(of: $0) < 2 } ?? false
            }
            guard isHeld else { return }
            usleep(10_000)
        }
    }

    func open(_ path: String) throws(SystemError) -> any SourceFile {
        state.with { $0.opened[path, default: 0] += 1 }
        return try SystemFiles().open(path)
    }
}

extension [String: Int] {
    /// Of the paths that end so.
    fileprivate func count(of suffix: String) -> Int {
        reduce(0) { $1.key.hasSuffix(suffix) ? $0 + $1.value : $0 }
    }
}
