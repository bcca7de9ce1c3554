import Cache
import Foundation

@testable import Engine

/// A project on disk, to be built as a person would: each build is a complete run.
final class ModelFolder {
    let path: String
    private var written: [String: String] = [:]
    /// Where builds read sources from.
    var sources: any SourceFiles = SystemFiles()
    /// What builds are deaf to.
    var ignoredEdges: IgnoredEdges = []
    /// Which files they remember in runs.
    var runs = TextRuns.Limits()
    /// Seconds since 1970 of the last change; each gets one of its own, long ago, so that every one is seen.
    private var time = 1_000_000_000

    /// A new empty folder. The last component is the same for all: the program is named after it.
    init() throws {
        path = NSTemporaryDirectory() + "/zbuild-random-\(UUID().uuidString)/program"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of all that is in the folder, as `cp -a` makes it: other inodes, the same times of modification.
    func copy() throws -> ModelFolder {
        let copy = try ModelFolder()
        let process = try Process.run(URL(fileURLWithPath: "/bin/cp"), arguments: ["-a", "\(path)/.", copy.path])
        process.waitUntilExit()
        copy.written = written
        copy.time = time
        copy.ignoredEdges = ignoredEdges
        copy.runs = runs
        return copy
    }

    deinit {
        try? FileManager.default.removeItem(atPath: FileSystem.parentFolder(of: path))
    }

    var cachePath: String { "\(path)/.zbuild/x86_64-linux-debug.sqlite" }
    var executablePath: String { "\(path)/zbuild-out/bin/program" }

    /// Makes the sources these: writes what changed, removes what is gone. With `touch` each file is written again.
    func write(_ sources: [String: String], touch: Bool = false) throws {
        for gone in written.keys where sources[gone] == nil { unlink("\(path)/\(gone)") }
        for (file, text) in sources.sorted(by: { $0.key < $1.key }) where touch || written[file] != text {
            let target = "\(path)/\(file)"
            try FileSystem.createDirectories(FileSystem.parentFolder(of: target))
            try Data(text.utf8).write(to: URL(fileURLWithPath: target))
            time += 1
            var times = [timespec(tv_sec: time, tv_nsec: 5), timespec(tv_sec: time, tv_nsec: 5)]
            utimensat(AT_FDCWD, target, &times, 0)
        }
        written = sources
    }

    func build() throws -> Report { try Engine.build(options) }

    /// What `zbuild check` says.
    func check() throws -> CheckReport { try Engine.check(options) }

    /// What `zbuild explain` says.
    func lastBuild() throws -> LastBuild { try Engine.lastBuild(options) }

    /// What `zbuild explain NAME` says.
    func explain(_ name: String) throws -> NameAnswer { try Engine.explain(name, options) }

    private var options: BuildOptions {
        var options = BuildOptions()
        options.folder = path
        options.sources = sources
        options.ignoredEdges = ignoredEdges
        options.runs = runs
        return options
    }

    var executable: [UInt8] { FileManager.default.contents(atPath: executablePath).map(Array.init) ?? [] }
    var cache: [UInt8] { FileManager.default.contents(atPath: cachePath).map(Array.init) ?? [] }

    /// What must not change when nothing is written.
    var times: [FileIdentity?] {
        [cachePath, executablePath].map { (path: String) in try? FileSystem.status(path)?.identity }
    }

    /// What the cache knows.
    func snapshot() throws -> ProgramSnapshot {
        guard case .opened(let store) = try CacheStore.open(cachePath) else { throw Unreadable(path: cachePath) }
        return try ProgramSnapshot(try Project.find(options), store)
    }

    /// The same with the bytes of the executable.
    func executableSnapshot() throws -> ProgramSnapshot {
        var snapshot = try snapshot()
        snapshot.executable = executable
        return snapshot
    }

    struct Unreadable: Error {
        var path: String
    }

    /// What the program writes, and how it ends.
    func run() throws -> String {
        for _ in 0..<50 {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
            process.arguments = ["5", executablePath]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            // Another thread's child may hold the executable open for writing for a moment.
            if process.terminationStatus == 126 { continue }
            return String(decoding: text, as: UTF8.self)
                + "[\(process.terminationReason == .exit ? "exit" : "signal") \(process.terminationStatus)]"
        }
        return "[cannot be run]"
    }
}
