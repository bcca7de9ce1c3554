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

    /// So many users, and steps to an export, are named where not everything is asked for.
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
        return [line + ":"] + CauseLines(compilation.causes, isVerbose: true).lines.map { "    \($0)" }
    }

    /// Who keeps it in the program.
    private var life: String? {
        let end = answer.symbol.map { " (export \"\($0)\")" } ?? ""
        guard !answer.keepers.isEmpty else { return answer.symbol.map { "exported as \"\($0)\"" } }
        var names = answer.keepers
        if !isVerbose && names.count > DeclarationText.limit {
            let left = names.count - DeclarationText.limit
            names.replaceSubrange((DeclarationText.limit - 1)..<(names.count - 1), with: ["\(grouped(left)) more"])
        }
        return "kept in the program by \(names.joined(separator: " ← "))\(end)"
    }

    private var uses: [String] {
        guard !answer.uses.isEmpty else { return [] }
        return ["  uses \(grouped(answer.uses.count)):"] + answer.uses.map(line)
    }

    private var users: [String] {
        guard answer.userCount > 0 else { return [] }
        let left = answer.userCount - answer.users.count
        return ["  used by \(grouped(answer.userCount)):"] + answer.users.map(line)
            + (left > 0 ? ["    ... and \(grouped(left)) more; --verbose shows all"] : [])
    }

    private func line(_ use: DeclarationAnswer.Use) -> String {
        "    \(use.name)  \(use.question)\(use.isInBuild || use.question == "exists" ? "" : ", not in the build")"
    }
}
