import Engine

/// Why a run did what it did, as causes and their effects: a root cause a line, what it caused indented below.
struct ExplanationText {
    private let report: Report
    /// Whether nothing is left out.
    private let isVerbose: Bool
    private let placements: [String: Placement]

    init(_ report: Report, isVerbose: Bool) {
        self.report = report
        self.isVerbose = isVerbose
        placements = Dictionary(report.placements.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Lines shown where not everything is asked for.
    private static let limit = 40

    var text: String {
        var lines = report.causes.indices.map(line)
        let explained = Set(report.causes.map(\.name))
        lines += report.placements.filter { !explained.contains($0.name) }.map { "\($0.name)  \(describe($0))" }
        if !isVerbose && lines.count > ExplanationText.limit {
            let left = lines.count - ExplanationText.limit
            lines = lines.prefix(ExplanationText.limit) + ["... and \(grouped(left)) more; --verbose shows all"]
        }
        lines.append(counts)
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ index: Int) -> String {
        let cause = report.causes[index]
        var depth = 0
        var parent = cause.parent
        while let above = parent, depth < report.causes.count {
            depth += 1
            parent = report.causes[above].parent
        }
        let lead =
            depth == 0
            ? "\(cause.path):\(Int(cause.position.line) + 1)  "
            : String(repeating: "   ", count: depth - 1) + "  └ "
        return "\(lead)\(cause.name)  \(what(cause))"
    }

    private func what(_ cause: Cause) -> String {
        var parts: [String] = []
        switch cause.kind {
        case .changed: parts.append("source changed")
        case .added: parts.append("new")
        case .removed: parts.append("removed")
        case .reached: parts.append("used now")
        case .dependency: parts.append(cause.detail.isEmpty ? "checked" : "because \(cause.detail)")
        }
        if cause.kind == .dependency || cause.kind == .reached {
            parts.append(effect(cause))
        }
        if let placement = placements[cause.name] { parts.append(describe(placement)) }
        return parts.joined(separator: "; ")
    }

    private func effect(_ cause: Cause) -> String {
        if cause.isBlocked { return "waits for that" }
        guard cause.isCompiled else { return "not compiled again" }
        if cause.kind == .reached { return "compiled" }
        return cause.isCodeChanged ? "analysed again" : "analysed again, same code"
    }

    private func describe(_ placement: Placement) -> String {
        if placement.newSize == 0 { return "freed \(grouped(Int(placement.oldRoom))) bytes" }
        var parts: [String] = []
        let (old, new) = (grouped(Int(placement.oldSize)), grouped(Int(placement.newSize)))
        if placement.oldSize != placement.newSize {
            parts.append("\(placement.newSize > placement.oldSize ? "grew" : "shrank") \(old) → \(new) bytes")
        }
        if placement.oldAddress != placement.newAddress {
            let needed = "needed \(new), had \(grouped(Int(placement.oldRoom)))"
            parts.append("moved \(hex(placement.oldAddress)) → \(hex(placement.newAddress)) (\(needed))")
        } else if placement.newSize > placement.oldRoom {
            parts.append("in place")
        }
        return parts.isEmpty ? "written in place" : parts.joined(separator: ", ")
    }

    private func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

    private var counts: String {
        let blocks = report.blocks
        return
            "\(grouped(report.declarations.analysed)) of \(grouped(report.declarations.total)) declarations compiled, "
            + "\(grouped(blocks.written)) written, \(grouped(blocks.moved)) moved, \(grouped(blocks.freed)) freed"
    }
}
