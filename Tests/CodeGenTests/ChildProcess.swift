import Foundation

/// Runs a program to its end.
struct ChildProcess {
    var output: String
    var error: String
    /// The exit status, or the number of the signal that ended it.
    var status: Int32
    var wasSignalled: Bool

    static func run(_ path: String, _ arguments: [String] = []) throws -> ChildProcess {
        let (output, error) = (Pipe(), Pipe())
        let process = try start {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.standardOutput = output
            process.standardError = error
            return process
        }
        let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
        let errorBytes = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return ChildProcess(
            output: String(decoding: outputBytes, as: UTF8.self), error: String(decoding: errorBytes, as: UTF8.self),
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal)
    }

    /// Starts the process that `make` describes. A file just written is busy for as long as a process that another
    /// test forked meanwhile still has its descriptor: until that one executes.
    private static func start(_ make: () -> Process) throws -> Process {
        while true {
            let process = make()
            do {
                try process.run()
                return process
            } catch let error as NSError where isBusy(error) {
                usleep(1000)
            }
        }
    }

    private static func isBusy(_ error: NSError) -> Bool {
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain && cause.code == Int(ETXTBSY)
    }
}
