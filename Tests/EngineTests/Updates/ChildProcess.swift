import Foundation

/// A program that ran to its end, in a folder of its own choice, with an environment that is the same everywhere.
struct ChildProcess {
    /// The exit status; 128 and the signal's number if a signal ended it, as shells say it.
    var status: Int
    var output: String
    var errors: String

    /// Runs `words` in `folder`, with the file at `input` as standard input. What it prints goes through files beside
    /// the folder: a pipe could fill up.
    static func run(_ words: [String], in folder: String, input: String = "/dev/null") throws -> ChildProcess {
        let (outputPath, errorPath) = (folder + ".stdout", folder + ".stderr")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words.first ?? "")
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        process.standardOutput = try emptyFile(outputPath)
        process.standardError = try emptyFile(errorPath)
        try process.run()
        let watchdog = DispatchWorkItem { [number = process.processIdentifier] in kill(number, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: watchdog)
        process.waitUntilExit()
        watchdog.cancel()
        let status = Int(process.terminationStatus)
        return ChildProcess(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            output: try ProjectFolder.text(outputPath), errors: try ProjectFolder.text(errorPath))
    }

    /// The same for everyone, but for what tools/sanitize tells the sanitizers.
    private static let environment: [String: String] = {
        let told = ["ASAN_OPTIONS", "TSAN_OPTIONS", "TEST_TMPDIR"]
        return ProcessInfo.processInfo.environment.filter { told.contains($0.key) }
            .merging(["LC_ALL": "C", "PATH": "/usr/bin:/bin"]) { $1 }
    }()

    /// The longest that a program may run, in seconds: only one that never ends takes so long.
    private static let patience = 60.0

    private static func emptyFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
