import ArgumentParser
import Engine

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what the last build did and why, or what is known about a declaration.",
        discussion: "Answers from the cache: nothing is built or written.")

    @Argument(help: "A declaration: its qualified name, or the end of it.")
    var name: String?

    @OptionGroup var variant: VariantOptions

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Everything, not only the most important.")
    var verbose = false

    func run() throws {
        let options = variant.buildOptions
        if let name { return try explain(name, options) }
        let last = try Engine.lastBuild(options)
        Console.write(json ? JSONReport(last).text + "\n" : text(last), to: .output)
    }

    private func explain(_ name: String, _ options: BuildOptions) throws {
        let limit = verbose || json ? Int.max : DeclarationText.limit
        switch try Engine.explain(name, options, limit: limit) {
        case .found(let answer):
            let text =
                json ? DeclarationJSON(answer).text + "\n" : DeclarationText(answer, isVerbose: verbose).text
            Console.write(text, to: .output)
        case .several(let names):
            var lines = names.prefix(limit).map { "  \($0)\n" }
            let left = names.count - lines.count
            if left > 0 { lines.append("  ... and \(grouped(left)) more; --verbose shows all\n") }
            let title = "zbuild: '\(name)' is the name of \(grouped(names.count)) declarations, say which:\n"
            Console.write(title + lines.joined(), to: .error)
            throw ExitStatus.wrongUse
        case .none(let nearest):
            Console.write("zbuild: there is no declaration '\(name)'\(suggestion(nearest))\n", to: .error)
            throw ExitStatus.wrongUse
        }
    }

    private func suggestion(_ names: [String]) -> String {
        guard let last = names.last else { return "" }
        let first = names.dropLast().joined(separator: ", ")
        return "; did you mean \(first.isEmpty ? "" : first + " or ")\(last)?"
    }

    private func text(_ last: LastBuild) -> String {
        let beginning = "the last build was number \(last.number), \(Moment(last.time).text)\n"
        let explanation = ExplanationText(last.report, isVerbose: verbose).text
        return beginning + FreshnessText(last.freshness).text + explanation + summary(last) + "\n"
    }

    private func summary(_ last: LastBuild) -> String {
        switch last.report.result {
        case .built: return "it made \(last.report.output)"
        case .unchanged: return "\(last.report.output) was right already"
        case .failed:
            return "it had \(grouped(last.errorCount)) \(last.errorCount == 1 ? "error" : "errors")"
        }
    }
}

/// What is other since the last build, each in a line.
struct FreshnessText {
    private let freshness: Freshness

    init(_ freshness: Freshness) { self.freshness = freshness }

    var text: String {
        var text = ""
        if let first = freshness.changedFiles.first {
            let more = freshness.changedFiles.count - 1
            let others = more == 0 ? "" : " and \(grouped(more)) more"
            text += "\(first)\(others) changed since; zbuild has not looked at that yet\n"
        }
        if freshness.isInterrupted { text += "it was interrupted: the next build finishes it first\n" }
        if freshness.isRestarted { text += "the machine was restarted since: the next build makes everything anew\n" }
        return text
    }
}
