import Foundation

/// Runs one case: every command a fresh process, in a project that is made for it.
///
/// After each build `zbuild check` compares executable, cache and errors with a build from nothing: they must be the
/// same, however the project came to where it is.
struct UpdateRunner {
    private let steps: [UpdateFile.Step]
    private let project: ProjectFolder
    private var failures: [UpdateFailure] = []

    /// Files that were written a moment ago are read again by the next zbuild, because their times do not tell yet
    /// whether they changed once more. Waiting lets the counter `read` be the same each time.
    private static let settlingTime: UInt32 = 15_000

    private init(steps: [UpdateFile.Step], project: ProjectFolder) {
        self.steps = steps
        self.project = project
    }

    /// What does not hold in the case at `path`.
    static func failures(of path: String) throws -> [UpdateFailure] {
        let steps: [UpdateFile.Step]
        do {
            steps = try UpdateFileParser.parse(try ProjectFolder.text(path))
        } catch let error as UpdateFileError {
            return [UpdateFailure(line: error.line, message: error.message)]
        }
        let project = try ProjectFolder()
        defer { project.remove() }
        var runner = UpdateRunner(steps: steps, project: project)
        runner.run()
        return runner.failures
    }

    private mutating func run() {
        for step in steps {
            do {
                switch step.action {
                case .edit(let edit): try project.apply(edit, line: step.line)
                case .command(let command): try run(command, at: step.line)
                }
            } catch let failure as ProjectFolder.EditFailure {
                return fail(failure.message, at: failure.line)
            } catch {
                return fail("\(error)", at: step.line)
            }
        }
    }

    private mutating func run(_ command: Command, at line: Int) throws {
        if !command.isAtOnce { usleep(UpdateRunner.settlingTime) }
        let before = states(command)
        let result = try ChildProcess.run(words(command), in: project.path)
        if command.isBuild {
            try checkBuild(command, result, at: line)
        } else {
            checkProgram(command, result, at: line)
        }
        try checkFiles(command, before)
    }

    private func words(_ command: Command) -> [String] {
        guard let program = command.words.first else { return [] }
        let rest = Array(command.words.dropFirst())
        if program == "zbuild" {
            return [ZBuildProgram.path] + rest.filter { $0 != "--text" } + (command.isBuild ? ["--json"] : [])
        }
        if program.hasPrefix("/") { return command.words }
        return [project.absolute(program == "app" ? "executable" : program)] + rest
    }

    // MARK: - Expectations

    private mutating func checkBuild(_ command: Command, _ process: ChildProcess, at line: Int) throws {
        guard process.status == 0 || process.status == 1 else { return checkProgram(command, process, at: line) }
        checkText(command, .error, process.errors, at: line)
        let report: BuildReport
        do {
            report = try BuildReport(process.output)
        } catch {
            return fail("printed no report: \(process.output)", at: line)
        }
        checkStatus(command, process, report, at: line)
        checkDiagnostics(command, report, at: line)
        let fallback = command.expectations.compactMap { expectation -> Int? in
            if case .fallback(let number) = expectation.kind { number } else { nil }
        }.first
        if report.fallback?.number != fallback {
            fail("fallback is \(report.fallback.map { "\($0.number)" } ?? "none")", at: line)
        }
        if command.expectations.contains(where: \.isOutput) { try checkExplanation(command, report, at: line) }
        try compareWithClean(command, report, at: line)
    }

    /// Compares what is expected as output with what `zbuild explain` says of the build: its causes, without the lines
    /// around them.
    private mutating func checkExplanation(_ command: Command, _ report: BuildReport, at line: Int) throws {
        guard report.rows["written"] != 0 else { return fail("nothing is kept of the build", at: line) }
        let process = try ChildProcess.run(
            [ZBuildProgram.path, "explain"] + variant(command), in: project.path)
        let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast(3)
        checkText(command, .output, lines.map { $0 + "\n" }.joined(), at: line)
    }

    private mutating func checkStatus(_ command: Command, _ process: ChildProcess, _ report: BuildReport, at line: Int)
    {
        if process.status != (report.result == "failed" ? 1 : 0) {
            fail("exit status \(process.status) with result \(report.result)", at: line)
        }
        var isExpected = false
        for expectation in command.expectations {
            guard case .result(let result, let counters) = expectation.kind else { continue }
            isExpected = true
            if result != report.result || counters.contains(where: { report.counter($0.name) != $0.value }) {
                fail(report.summary, at: expectation.line)
            }
        }
        if !isExpected { fail("nothing is expected of this build, whose result is \(report.result)", at: line) }
    }

    private mutating func checkDiagnostics(_ command: Command, _ report: BuildReport, at line: Int) {
        let found = report.diagnosticLines
        let expected = command.expectations.compactMap { expectation -> (line: Int, text: String)? in
            if case .diagnostic(let text) = expectation.kind { (expectation.line, text) } else { nil }
        }
        let pattern = expected.map { $0.text + "\n" }.joined()
        guard !matches(found.map { $0 + "\n" }.joined()[...], pattern) else { return }
        let missing = expected.first { !found.contains($0.text) }
        let list = found.map { "\n    \($0)" }.joined()
        fail("reported \(found.isEmpty ? "nothing" : list)", at: missing?.line ?? expected.first?.line ?? line)
    }

    private mutating func checkProgram(_ command: Command, _ process: ChildProcess, at line: Int) {
        let status =
            command.expectations.compactMap { expectation -> (line: Int, status: Int)? in
                if case .exit(let status) = expectation.kind { (expectation.line, status) } else { nil }
            }.first ?? (line, 0)
        if process.status != status.status { fail("exit status is \(process.status)", at: status.line) }
        if !command.isBuild { checkText(command, .output, process.output, at: line) }
        checkText(command, .error, process.errors, at: line)
    }

    private enum Stream { case output, error }

    /// Compares what was printed with the lines expected, all of them.
    private mutating func checkText(_ command: Command, _ stream: Stream, _ text: String, at line: Int) {
        let expected = command.expectations.compactMap { expectation -> (line: Int, text: String)? in
            switch (expectation.kind, stream) {
            case (.output(let text), .output), (.error(let text), .error): (expectation.line, text)
            default: nil
            }
        }
        let pattern = expected.map { $0.text + "\n" }.joined()
        let whole = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        guard !matches(whole[...], pattern) else { return }
        let name = stream == .output ? "standard output" : "standard error"
        let list = whole.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "\n    \($0)" }
        fail("\(name) is \(list.isEmpty ? "empty" : list.joined())", at: expected.first?.line ?? line)
    }

    /// Whether `text` is `pattern`, in which `...` stands for any text.
    private func matches(_ text: Substring, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "...")
        guard let first = parts.first, let last = parts.last, text.hasPrefix(first) else { return false }
        guard parts.count > 1 else { return text == pattern }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    // MARK: - Files

    private func states(_ command: Command) -> [String: FileState] {
        var result: [String: FileState] = [:]
        for expectation in command.expectations {
            guard case .files(_, let names) = expectation.kind else { continue }
            for name in names { result[name] = FileState(project.absolute(name)) }
        }
        return result
    }

    private mutating func checkFiles(_ command: Command, _ before: [String: FileState]) throws {
        for expectation in command.expectations {
            switch expectation.kind {
            case .files(let state, let names):
                for name in names {
                    let isRight = holds(state, before[name], FileState(project.absolute(name)))
                    if !isRight { fail("'\(name)' is not \(state)", at: expectation.line) }
                }
            case .symbols(let names):
                let found = try ExecutableSymbols(project.absolute("executable")).names
                if found != names { fail("symbols are \(found.joined(separator: " "))", at: expectation.line) }
            default: continue
            }
        }
    }

    private func holds(_ state: Expectation.FileState, _ before: FileState?, _ after: FileState?) -> Bool {
        switch (state, before, after) {
        case (.same, let before?, let after?): after.isUntouched(before)
        case (.patched, let before?, let after?): after.inode == before.inode && after.bytes != before.bytes
        case (.replaced, let before?, let after?): after.inode != before.inode
        case (.present, _, .some), (.missing, _, nil): true
        default: false
        }
    }

    // MARK: - The same from nothing

    /// Executable and cache are what a build from nothing makes, and so are the errors.
    private mutating func compareWithClean(_ command: Command, _ report: BuildReport, at line: Int) throws {
        let words = [ZBuildProgram.path, "check", "--json"] + variant(command)
        let process = try ChildProcess.run(words, in: project.path)
        let check: CheckResult
        do {
            check = try CheckResult(process.output)
        } catch {
            return fail("the check printed no report: \(process.output)\(process.errors)", at: line)
        }
        // Of a first build of a program that is too large nothing is kept.
        if report.result == "failed", check.reason?.hasPrefix("nothing was built") ?? false { return }
        for difference in check.differences { fail("check: \(difference.text)", at: line) }
        if check.result != (report.result == "failed" ? "failed" : "same") {
            fail("the check ends with '\(check.result)', \(check.reason ?? "without a reason")", at: line)
        }
        if check.diagnosticLines != report.diagnosticLines {
            let list = check.diagnosticLines.map { "\n    \($0)" }.joined()
            fail("a clean build reports \(list.isEmpty ? "nothing" : list)", at: line)
        }
        if check.declarations != report.counter("total") {
            fail("a clean build has \(check.declarations) declarations", at: line)
        }
    }

    /// The words that say which variant a command builds.
    private func variant(_ command: Command) -> [String] {
        guard let place = command.words.firstIndex(of: "--optimize") else { return [] }
        return Array(command.words[place...].prefix(2))
    }

    // MARK: - Failures

    private mutating func fail(_ message: String, at line: Int) {
        failures.append(UpdateFailure(line: line, message: message))
    }
}

/// Something that a case expects and that is not so.
struct UpdateFailure {
    /// The line of the case that says so.
    var line: Int
    var message: String
}
