import Foundation
import Testing

/// Whether zbuild prints what the pages say that it prints: each command of their samples is run.
///
/// Addresses, sizes and times are not compared.
struct ConsolePageTests {
    @Test(arguments: ["README.md", "docs/command-line.md", "docs/explanations.md"])
    func samplesAreWhatIsPrinted(_ path: String) throws {
        let page = try ConsolePage(path)
        let explanations = try ConsolePage("docs/explanations.md")
        #expect(page.sessions.contains { !$0.samples.isEmpty })
        for session in page.sessions {
            switch session.place {
            case .otherPage: compare(session.samples, page, with: explanations)
            case .example, .project: try run(session, page)
            }
        }
    }

    @Test func fiveExamplesAreEdited() throws {
        let edited = try ConsolePage("docs/explanations.md").sessions.filter { session in
            if case .example = session.place { session.samples.count > 0 } else { false }
        }
        #expect(edited.count >= 5)
    }

    // MARK: - Running

    private func run(_ session: ConsolePage.Session, _ page: ConsolePage) throws {
        guard !session.samples.isEmpty else { return }
        let project = try ProjectFolder()
        defer { project.remove() }
        switch session.place {
        case .example(let name): try ExampleProject.copy(name, to: project)
        case .project(let lines): try project.apply(.write(path: "main.zir", lines: lines), line: 0)
        case .otherPage: return
        }
        for command in session.samples.flatMap(\.commands) {
            // Files written a moment ago would be read again, and that would be said.
            usleep(15_000)
            let printed = try output(of: command.text, in: project)
            let (expected, found) = (ConsolePage.masked(command.output), ConsolePage.masked(printed))
            let end = expected.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
            if Array(expected[..<end]) != found {
                page.fail(command.line, "'\(command.text)' prints\n\(printed.joined(separator: "\n"))")
            }
        }
    }

    private func output(of command: String, in project: ProjectFolder) throws -> [String] {
        let tool = ZBuildProgram.path
        let folder = tool[..<(tool.lastIndex(of: "/") ?? tool.startIndex)]
        // The program has the name of the folder.
        let own = command.replacing(/zbuild-out\/bin\/[a-z]+/, with: "zbuild-out/bin/app")
        let script = "PATH=\(folder):$PATH; \(own)"
        let process = try ChildProcess.run(["/bin/sh", "-c", "exec 2>&1; \(script)"], in: project.path)
        var lines = process.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    // MARK: - Samples of other pages

    /// Commands and what they print stand on the other page too, in the same words.
    private func compare(_ samples: [ConsolePage.Sample], _ page: ConsolePage, with other: ConsolePage) {
        func text(_ sample: ConsolePage.Sample) -> String {
            ConsolePage.masked(sample.lines).joined(separator: "\n") + "\n"
        }
        let known = other.sessions.flatMap(\.samples).map(text)
        for sample in samples {
            let text = text(sample)
            if !known.contains(where: { $0.contains(text) }) {
                page.fail(sample.line, "this is not on \(other.path)")
            }
        }
    }
}
