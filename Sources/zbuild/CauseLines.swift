import Engine

/// Causes and what they caused, a line each.
struct CauseLines {
    private let causes: [Cause]
    /// Whether nothing is left out.
    private let isVerbose: Bool

    init(_ causes: [Cause], isVerbose: Bool) {
        self.causes = causes
        self.isVerbose = isVerbose
    }

    /// Deeper effects are not indented further.
    private static let deepest = 20

    var lines: [String] {
        let selection = isVerbose ? CauseSelection(all: causes) : CauseSelection(causes) { cause in words(cause) }
        var lines: [String] = []
        var depths: [Int] = []
        for (index, cause) in causes.enumerated() {
            let depth = cause.parent.map { depths[$0] + 1 } ?? 0
            depths.append(depth)
            switch selection.forms[index] {
            case .line: lines.append("\(lead(cause, depth))\(cause.name)  \(words(cause))\(placement(cause))")
            case .summary(let count): lines.append("\(lead(cause, depth))\(grouped(count)) more: \(words(cause))")
            case .hidden: break
            }
        }
        return lines
    }

    private func lead(_ cause: Cause, _ depth: Int) -> String {
        guard depth > 0 else { return "\(cause.path):\(Int(cause.position.line) + 1)  " }
        return String(repeating: "   ", count: min(depth, CauseLines.deepest) - 1) + "  └ "
    }

    /// Why it was looked at, and what came of that.
    private func reason(_ cause: Cause) -> String {
        switch cause.kind {
        case .changed: with("source changed", cause)
        case .added: with("new", cause)
        case .removed: "removed"
        case .layout: "source changed, same parsed form; not compiled again"
        case .file: with("import", cause)
        case .reached: cause.outcome == .nothing ? "used again, as it was" : with("used now", cause)
        case .unreached: "nothing reaches it any more"
        case .checked: "checked, not compiled again" + sameAnswer(cause)
        case .linked: "compiled in an earlier build, which had errors"
        case .dependency: outcome(cause) ?? "not compiled again" + sameAnswer(cause)
        }
    }

    /// Why something was not compiled again.
    private func sameAnswer(_ cause: Cause) -> String {
        saysWhyNot(cause) ? ": \(cause.change)" : ""
    }

    /// Whether the cause's change is what it saw and found the same.
    private func saysWhyNot(_ cause: Cause) -> Bool { cause.change.hasPrefix("same ") }

    private func with(_ reason: String, _ cause: Cause) -> String {
        guard let outcome = outcome(cause) else { return reason }
        let isNew = cause.outcome == .compiled || cause.outcome == .analysed
        let isSaid = isNew && cause.kind != .reached || cause.kind == .file
        return isSaid ? reason : "\(reason); \(outcome)"
    }

    private func outcome(_ cause: Cause) -> String? {
        switch cause.outcome {
        case .nothing: nil
        case .unused: cause.kind == .unreached ? nil : "nothing reaches it"
        case .compiled, .analysed: cause.kind == .reached ? "compiled" : "analysed again"
        case .sameCode: cause.kind == .dependency ? "analysed again, same code" : "same code"
        case .failed, .blocked: cause.change
        }
    }

    /// Why it was looked at, what came of that, and what of it is other now.
    private func words(_ cause: Cause) -> String {
        let isStuck = (cause.outcome == .failed || cause.outcome == .blocked) && cause.kind != .file
        let isSaid = isStuck || saysWhyNot(cause) || cause.change.isEmpty
        return isSaid ? reason(cause) : "\(reason(cause)); \(change(cause))"
    }

    /// What the linker did.
    private func placement(_ cause: Cause) -> String { cause.placement.map { "; \(describe($0))" } ?? "" }

    /// What changed; in short where a long difference is that of the cause above.
    private func change(_ cause: Cause) -> String {
        guard !isVerbose, let parent = cause.parent, let change = Self.parts(cause.change),
            change.difference.utf8.count > CauseLines.longDifference,
            change.difference == Self.parts(causes[parent].change)?.difference
        else { return cause.change }
        return "\(change.subject) likewise"
    }

    /// A difference of so many bytes reads well a second time.
    private static let longDifference = 24

    /// `its type changed` and `A → B`.
    private static func parts(_ change: String) -> (subject: Substring, difference: Substring)? {
        guard change.contains(" → "), let colon = change.firstIndex(of: ":") else { return nil }
        return (change[..<colon], change[colon...])
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
