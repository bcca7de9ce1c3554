import ArgumentParser
import Engine

/// `zbuild check`: exit status 0 if all is as a clean build makes it, 1 if something is not or the sources have errors,
/// 2 if there is nothing to compare.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prove that the executable is what a clean build of the sources makes.",
        discussion: """
            Builds the sources from nothing in memory, compares the result with the executable and the cache, and says \
            what differs. Writes nothing into the project.

            Exit status: 0 the same, 1 something differs or the sources have errors, 2 nothing to compare: no build yet, \
            or the sources changed since, 3 zbuild could not do its work.
            """)

    @OptionGroup var variant: VariantOptions

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print what differs and errors only.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print everything that differs, not only the first.")
    var verbose = false

    @Option(help: "Colour: auto, always or never.")
    var color: ColorChoice = .auto

    func run() throws {
        let options = variant.buildOptions
        let report = try Engine.check(options)
        if json {
            Console.write(CheckJSON(report).text + "\n", to: .output)
        } else {
            print(report)
        }
        switch report.result {
        case .same: return
        case .different, .failed: throw ExitStatus.sourcesHaveErrors
        case .unchecked: throw ExitStatus.wrongUse
        }
    }

    private func print(_ report: CheckReport) {
        Console.write(DiagnosticText.text(report.diagnostics, color, on: .error), to: .error)
        if let reason = report.reason { return Console.write("zbuild: nothing to check: \(reason)\n", to: .error) }
        let text = CheckText(report, isVerbose: verbose)
        Console.write(text.differences, to: .output)
        if let remark = report.remark { Console.write("zbuild: \(remark)\n", to: .error) }
        if !quiet { Console.write(text.summary + "\n", to: .output) }
    }
}

/// What a person sees of a check.
struct CheckText {
    private let report: CheckReport
    private let isVerbose: Bool

    /// Lines shown where not everything is asked for.
    private static let limit = 40

    init(_ report: CheckReport, isVerbose: Bool) {
        self.report = report
        self.isVerbose = isVerbose
    }

    /// A line for each thing that differs.
    var differences: String {
        var lines = report.differences.map(\.description)
        if !isVerbose && lines.count > CheckText.limit {
            let left = lines.count - CheckText.limit
            lines = lines.prefix(CheckText.limit) + ["... and \(grouped(left)) more; --verbose shows all"]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// One line.
    var summary: String {
        let count = report.differences.count
        let found = "\(grouped(count)) \(count == 1 ? "difference" : "differences")"
        switch report.result {
        case .same:
            return "checked \(grouped(report.declarations)) declarations: the executable is what a clean build makes"
        case .different: return "\(found): the executable and its cache are not what a clean build makes"
        case .failed where count == 0:
            return "the sources have errors; the executable is that of the last build without, and was not compared"
        case .failed: return "the sources have errors, and there are \(found) in what the cache knows of them"
        case .unchecked: return report.reason ?? ""
        }
    }
}
