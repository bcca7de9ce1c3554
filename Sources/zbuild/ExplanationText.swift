import Engine

/// Why a build did what it did, as causes and their effects: a root cause a line, what it caused indented below.
struct ExplanationText {
    private let report: Report
    /// Whether nothing is left out.
    private let isVerbose: Bool

    init(_ report: Report, isVerbose: Bool) {
        self.report = report
        self.isVerbose = isVerbose
    }

    /// Lines shown where not everything is asked for.
    private static let limit = 40
    /// Of those that were only checked, so many below one cause.
    private static let checkedLimit = 3
    /// Deeper effects are not indented further.
    private static let deepest = 20

    var text: String {
        var lines = report.causes.isEmpty ? [] : causeLines
        if !isVerbose && lines.count > ExplanationText.limit {
            let left = lines.count - ExplanationText.limit
            lines = lines.prefix(ExplanationText.limit) + ["... and \(grouped(left)) more; --verbose shows all"]
        }
        if report.unlistedChanges > 0 {
            lines.append("\(grouped(report.unlistedChanges)) more changes of what nothing reaches")
        }
        return (beginning + lines + [counts]).joined(separator: "\n") + "\n"
    }

    /// Why there are no causes, or more was done than they say.
    private var beginning: [String] {
        var lines: [String] = []
        if report.isRecovered { lines.append("an update that was interrupted was finished") }
        if let fallback = report.fallback {
            lines.append("everything was made anew: \(fallback.explanation)")
        } else if report.isFirst {
            lines.append("everything was made: there was no build before")
        } else if report.causes.isEmpty && report.files.read > 0 {
            let isOne = report.files.read == 1
            lines.append("read \(grouped(report.files.read)) \(isOne ? "file" : "files"): no declaration changed")
        }
        return lines
    }

    /// What the linker did, and how much of the program it was.
    private var counts: String {
        let blocks = report.blocks
        var parts = [
            "\(grouped(report.declarations.analysed)) of \(grouped(report.declarations.total)) declarations compiled",
            "\(grouped(blocks.written)) written", "\(grouped(blocks.moved)) moved", "\(grouped(blocks.freed)) freed",
        ]
        if report.positions > 0 {
            parts.append("\(grouped(report.positions)) \(report.positions == 1 ? "position" : "positions") updated")
        }
        return parts.joined(separator: ", ")
    }

    // MARK: - Causes

    private var causeLines: [String] {
        var lines: [String] = []
        var depths: [Int] = []
        let isHidden = hiddenCauses
        for (index, cause) in report.causes.enumerated() {
            let depth = cause.parent.map { depths[$0] + 1 } ?? 0
            depths.append(depth)
            guard !isHidden[index] else { continue }
            lines.append(
                lead(cause, depth) + ([cause.name + "  " + reason(cause)] + effects(cause)).joined(separator: "; "))
        }
        let left = isHidden.count { $0 }
        if left > 0 { lines.append("\(grouped(left)) more checked, not compiled again; --verbose shows all") }
        return lines
    }

    /// Of many that were only checked, those that are not shown, with what hangs below them.
    private var hiddenCauses: [Bool] {
        var isHidden: [Bool] = []
        var checked: [Int: Int] = [:]
        for cause in report.causes {
            guard let parent = cause.parent, !isVerbose else {
                isHidden.append(false)
                continue
            }
            if cause.kind == .checked { checked[parent, default: 0] += 1 }
            let isMany = cause.kind == .checked && checked[parent, default: 0] > ExplanationText.checkedLimit
            isHidden.append(isHidden[parent] || isMany)
        }
        return isHidden
    }

    private func lead(_ cause: Cause, _ depth: Int) -> String {
        guard depth > 0 else { return "\(cause.path):\(Int(cause.position.line) + 1)  " }
        return String(repeating: "   ", count: min(depth, ExplanationText.deepest) - 1) + "  └ "
    }

    /// Why it was looked at, and what came of that.
    private func reason(_ cause: Cause) -> String {
        switch cause.kind {
        case .changed: words("source changed", cause)
        case .added: words("new", cause)
        case .removed: "removed"
        case .layout: "source changed, same parsed form; not compiled again"
        case .file: words("import", cause)
        case .reached: words("used now", cause)
        case .unreached: "nothing reaches it any more"
        case .checked: "checked, not compiled again"
        case .linked: "compiled in an earlier build, which had errors"
        case .dependency: outcome(cause) ?? "not compiled again"
        }
    }

    private func words(_ reason: String, _ cause: Cause) -> String {
        guard let outcome = outcome(cause) else { return reason }
        let isSaid = cause.outcome == .compiled && cause.kind != .reached || cause.kind == .file
        return isSaid ? reason : "\(reason); \(outcome)"
    }

    private func outcome(_ cause: Cause) -> String? {
        switch cause.outcome {
        case .nothing: cause.kind == .reached ? "not compiled again" : nil
        case .unused: cause.kind == .unreached ? nil : "nothing reaches it"
        case .compiled: cause.kind == .reached ? "compiled" : "analysed again"
        case .sameCode: cause.kind == .dependency ? "analysed again, same code" : "same code"
        case .failed, .blocked: cause.change
        }
    }

    /// What of it is other now, and what the linker did.
    private func effects(_ cause: Cause) -> [String] {
        var effects: [String] = []
        let isSaid = (cause.outcome == .failed || cause.outcome == .blocked) && cause.kind != .file
        if !isSaid && !cause.change.isEmpty { effects.append(cause.change) }
        if let placement = cause.placement { effects.append(describe(placement)) }
        return effects
    }

    private func describe(_ placement: Placement) -> String {
        let (old, new) = (grouped(Int(placement.oldSize)), grouped(Int(placement.newSize)))
        if placement.newAddress == 0 {
            return "freed \(grouped(Int(placement.oldRoom))) bytes at \(hex(placement.oldAddress))"
        }
        if placement.oldAddress == 0 {
            return "\(new) \(placement.newSize == 1 ? "byte" : "bytes") at \(hex(placement.newAddress))"
        }
        var parts: [String] = []
        if placement.oldSize != placement.newSize {
            parts.append("\(placement.newSize > placement.oldSize ? "grew" : "shrank") \(old) → \(new) bytes")
        }
        if placement.oldAddress != placement.newAddress {
            let reason =
                placement.newSize > placement.oldRoom
                ? " (needed \(new), had \(grouped(Int(placement.oldRoom))))" : ""
            parts.append("moved \(hex(placement.oldAddress)) → \(hex(placement.newAddress))\(reason)")
        } else {
            parts.append(parts.isEmpty ? "written in place" : "in place")
        }
        return parts.joined(separator: ", ")
    }
}

/// An address in hexadecimal.
func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
