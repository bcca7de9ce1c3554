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

    /// Of those that were only checked, so many below one cause.
    private static let checkedLimit = 3
    /// Deeper effects are not indented further.
    private static let deepest = 20

    var lines: [String] {
        var lines: [String] = []
        var depths: [Int] = []
        let isHidden = hiddenCauses
        for (index, cause) in causes.enumerated() {
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
        for cause in causes {
            guard let parent = cause.parent, !isVerbose else {
                isHidden.append(false)
                continue
            }
            if cause.kind == .checked { checked[parent, default: 0] += 1 }
            let isMany = cause.kind == .checked && checked[parent, default: 0] > CauseLines.checkedLimit
            isHidden.append(isHidden[parent] || isMany)
        }
        return isHidden
    }

    private func lead(_ cause: Cause, _ depth: Int) -> String {
        guard depth > 0 else { return "\(cause.path):\(Int(cause.position.line) + 1)  " }
        return String(repeating: "   ", count: min(depth, CauseLines.deepest) - 1) + "  └ "
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
        let isNew = cause.outcome == .compiled || cause.outcome == .analysed
        let isSaid = isNew && cause.kind != .reached || cause.kind == .file
        return isSaid ? reason : "\(reason); \(outcome)"
    }

    private func outcome(_ cause: Cause) -> String? {
        switch cause.outcome {
        case .nothing: cause.kind == .reached ? "not compiled again" : nil
        case .unused: cause.kind == .unreached ? nil : "nothing reaches it"
        case .compiled, .analysed: cause.kind == .reached ? "compiled" : "analysed again"
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
