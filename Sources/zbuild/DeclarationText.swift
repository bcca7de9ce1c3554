import Engine

/// What the cache knows about one declaration, for people.
struct DeclarationText {
    private let answer: DeclarationAnswer
    /// Whether nothing is left out.
    private let isVerbose: Bool

    init(_ answer: DeclarationAnswer, isVerbose: Bool) {
        self.answer = answer
        self.isVerbose = isVerbose
    }

    /// So many used, users, causes, and steps to an export, are named where not everything is asked for.
    static let limit = 10

    var text: String {
        var lines = ["\(answer.name)  \(place)"]
        lines += [what, whereabouts, status].compactMap { $0 }.map { "  \($0)" }
        lines += answer.problems.map { problem in
            "  \(problem.path):\(problem.position.line + 1):\(problem.position.column + 1): error: \(problem.message)"
        }
        lines += compilation
        if let life { lines.append("  \(life)") }
        lines += uses + users
        return FreshnessText(answer.freshness).text + lines.joined(separator: "\n") + "\n"
    }

    private var place: String {
        answer.status == .missing
            ? "is not in \(answer.path)"
            : "\(answer.path):\(answer.position.line + 1):\(answer.position.column + 1)"
    }

    private var what: String? {
        guard let instruction = answer.instruction else { return nil }
        var text = instruction
        if let type = answer.type { text += ", type \(type)" }
        if let value = answer.value { text += ", value \(value)" }
        return text
    }

    private var whereabouts: String? {
        guard let block = answer.block else { return nil }
        var parts = ["\(grouped(Int(block.size))) \(block.size == 1 ? "byte" : "bytes") in \(block.section)"]
        parts.append("at \(hex(block.address))")
        if let offset = block.fileOffset { parts.append("file offset \(hex(offset))") }
        parts.append("room for \(grouped(Int(block.room)))")
        parts.append("slot \(block.slot)")
        return parts.joined(separator: ", ")
    }

    private var status: String? {
        switch answer.status {
        case .built: return nil
        case .pending: return "compiled, and waits for a build without errors to come into the executable"
        case .failed: return "has an error"
        case .blocked: return "waits for \(answer.blocker ?? "something that it uses") to be mended"
        case .dormant: return "nothing reaches it since a build that had errors; it is kept until one has none"
        case .unreached: return "nothing reaches it from an export, so it is not compiled"
        case .missing: return "there is no such declaration; a use of the name waits for it"
        }
    }

    /// When and why it was compiled last; if the last build did it, with the causes.
    private var compilation: [String] {
        guard let compilation = answer.compilation else { return [] }
        let time = compilation.time.map { ", \(Moment($0).text)" } ?? ""
        let build = "build \(grouped(Int(compilation.build))) of \(grouped(Int(compilation.lastBuild)))"
        let line = "  compiled last in \(build)\(time)"
        guard !compilation.causes.isEmpty else { return ["\(line), because \(compilation.reason)"] }
        return [line + ":"] + lines(compilation.causes).map { "    \($0)" }
    }

    /// A chain of causes, of a long one both ends.
    private func lines(_ causes: [Cause]) -> [String] {
        let left = causes.count - DeclarationText.limit
        guard !isVerbose, left > 0 else { return CauseLines(causes, isVerbose: isVerbose).lines }
        let first = DeclarationText.limit / 2
        var shown = causes.prefix(first) + causes.suffix(DeclarationText.limit - first)
        for place in shown.indices.dropFirst() { shown[place].parent = place - 1 }
        var lines = CauseLines(Array(shown), isVerbose: false).lines
        let indent = String(repeating: "   ", count: first - 1)
        lines.insert("\(indent)  ... \(grouped(left)) more; --verbose shows all", at: first)
        return lines
    }

    /// Who keeps it in the program.
    private var life: String? {
        let end = answer.symbol.map { " (export \"\($0)\")" } ?? ""
        guard !answer.keepers.isEmpty else { return answer.symbol.map { "exported as \"\($0)\"" } }
        var names = answer.keepers
        let left = answer.keeperCount - names.count
        if left > 0 { names.insert("\(grouped(left)) more", at: names.count - 1) }
        return "kept in the program by \(names.joined(separator: " ← "))\(end)"
    }

    private var uses: [String] { list("uses", answer.uses, of: answer.useCount) }

    private var users: [String] { list("used by", answer.users, of: answer.userCount) }

    private func list(_ title: String, _ uses: [DeclarationAnswer.Use], of count: Int) -> [String] {
        guard count > 0 else { return [] }
        let left = count - uses.count
        return ["  \(title) \(grouped(count)):"] + uses.map(line)
            + (left > 0 ? ["    ... and \(grouped(left)) more; --verbose shows all"] : [])
    }

    private func line(_ use: DeclarationAnswer.Use) -> String {
        "    \(use.name)  \(use.question)\(use.isInBuild || use.question == "exists" ? "" : ", not in the build")"
    }
}
