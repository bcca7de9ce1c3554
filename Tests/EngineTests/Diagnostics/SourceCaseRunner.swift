import Foundation

/// Builds one case, each time in a folder of its own, and compares what zbuild and the program say with what is written
/// in the sources.
struct SourceCaseRunner {
    private let sourceCase: SourceCase
    private var failures: [UpdateFailure] = []

    private init(_ sourceCase: SourceCase) { self.sourceCase = sourceCase }

    /// What does not hold in `sourceCase`.
    static func failures(of sourceCase: SourceCase) throws -> [UpdateFailure] {
        var runner = SourceCaseRunner(sourceCase)
        if sourceCase.errorLines.isEmpty {
            for mode in Mode.allCases { try runner.runProgram(mode) }
        } else {
            try runner.checkErrors()
        }
        return runner.failures
    }

    private enum Mode: String, CaseIterable {
        case debug, safe, fast, small

        var checks: Bool { self == .debug || self == .safe }
    }

    /// The report of a build, and where its executable is.
    private func build<Result>(
        _ mode: Mode, _ check: (BuildReport, ProjectFolder) throws -> Result
    ) throws -> Result {
        let project = try ProjectFolder()
        defer { project.remove() }
        for source in sourceCase.sources {
            try project.apply(.write(path: source.path, lines: source.lines), line: sourceCase.line)
        }
        let words = [ZBuildProgram.path, "--json", "--optimize", mode.rawValue]
        let process = try ChildProcess.run(words, in: project.path)
        guard let report = try? BuildReport(process.output) else {
            throw Failure(description: "no report, exit status \(process.status): \(process.errors)")
        }
        guard process.status == (report.result == "failed" ? 1 : 0) else {
            throw Failure(description: "exit status \(process.status) with result \(report.result)")
        }
        return try check(report, project)
    }

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    // MARK: - Errors

    private mutating func checkErrors() throws {
        let found = try build(.debug) { report, _ in report.diagnosticLines }
        let expected = sourceCase.errorLines
        for change in found.difference(from: expected) {
            switch change {
            case .remove(_, let text, _): fail("not reported: \(text)", at: line(in: text))
            case .insert(_, let text, _): fail("reported: \(text)", at: line(in: text))
            }
        }
    }

    /// The line of `path:line:column: ...`. It is that of the file of cases too.
    private func line(in text: String) -> Int {
        text.split(separator: ":").dropFirst().first.flatMap { Int($0) } ?? sourceCase.line
    }

    // MARK: - Programs

    /// The program ends with status 0 and says nothing, or with the panic that is written in the sources.
    private mutating func runProgram(_ mode: Mode) throws {
        let (errors, process) = try build(mode) { report, project -> ([String], ChildProcess?) in
            guard report.result == "built" else { return (report.diagnosticLines, nil) }
            return ([], try ChildProcess.run([project.absolute(report.output)], in: project.path))
        }
        for text in errors { fail("\(mode): reported: \(text)", at: line(in: text)) }
        if let process { check(process, mode) }
    }

    private mutating func check(_ process: ChildProcess, _ mode: Mode) {
        guard let panic = sourceCase.panic else {
            if process.status != 0 || process.errors != "" {
                fail("\(mode): exit status \(process.status), standard error '\(process.errors)'", at: sourceCase.line)
            }
            return
        }
        let parts = panic.message.components(separatedBy: " in ")
        let text = mode.checks ? "panic: \(parts[0]) at \(panic.place) in \(parts[1])\n" : ""
        if process.errors != text { fail("\(mode): standard error is '\(process.errors)'", at: panic.ownLine) }
        if mode.checks != (process.status == Self.aborted) {
            fail("\(mode): exit status is \(process.status)", at: panic.ownLine)
        }
    }

    /// What a shell calls the end by SIGABRT.
    private static let aborted = 128 + Int(SIGABRT)

    private mutating func fail(_ message: String, at line: Int) {
        failures.append(UpdateFailure(line: line, message: message))
    }
}
