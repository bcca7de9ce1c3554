import Cache
import ZIR

@testable import Engine

/// Looks whether the reasons that builds give are true: against the texts of the project, against what the cache knew
/// before and knows now, and against the counters.
///
/// Declarations go by path and qualified name: packages in several folders may have one name.
struct ReasonChecks {
    /// All texts that a declaration ever had, the present one last.
    private var texts: [String: [String]] = [:]
    /// What is in the modules of the build now.
    private var present: Set<String> = []
    private var presentBefore: Set<String> = []
    private var changed: Set<String> = []

    /// Takes the sources of a step over: those of the modules of the build, which is after it in `snapshot`.
    mutating func read(_ sources: [String: String], of snapshot: ProgramSnapshot) {
        presentBefore = present
        present = []
        changed = []
        for file in snapshot.files where file.isPresent && !file.isManifest {
            let bytes = Array((sources[file.path] ?? "").utf8)
            for span in Scanner.scan(bytes).declarations {
                let range = Int(span.name.lowerBound)..<Int(span.name.upperBound)
                let own = String(decoding: bytes[range], as: UTF8.self)
                let name = "\(file.path) \(snapshot.package(of: file).qualifiedName(own, in: file.path))"
                // Of two with one name the first counts.
                guard present.insert(name).inserted else { continue }
                let text = String(decoding: bytes[span.range], as: UTF8.self)
                guard texts[name]?.last != text else { continue }
                changed.insert(name)
                texts[name, default: []].append(text)
            }
        }
    }

    /// What is not true of `report`.
    func faults(
        in report: Report, before: ProgramSnapshot?, _ after: ProgramSnapshot, kept: LastBuild?
    ) -> [String] {
        var faults: [String] = []
        let old = ReasonChecks.byName(before)
        let new = ReasonChecks.byName(after)
        for (index, cause) in report.causes.enumerated() {
            if let parent = cause.parent, parent >= index { faults.append("\(cause.name) stands before its cause") }
            let parent = cause.parent.map { ReasonChecks.name(report.causes[$0]) }
            let name = ReasonChecks.name(cause)
            let problems =
                [
                    kindFault(cause, parent), outcomeFault(cause, old[name], new[name], after),
                    sameFault(cause, new[name], parent.flatMap { new[$0] }),
                ]
                + placementFaults(cause, old[name], new[name])
            for problem in problems.compactMap({ $0 }) {
                faults.append("reason of \(cause.name), \(cause.kind), \(cause.outcome), '\(cause.change)': \(problem)")
            }
        }
        faults += countFaults(report, before, after)
        let isKept = after.meta.generation != before?.meta.generation
        if isKept, kept?.report.causes != report.causes { faults.append("other causes are kept than were given") }
        return faults
    }

    private static func byName(_ snapshot: ProgramSnapshot?) -> [String: ProgramSnapshot.Known] {
        Dictionary((snapshot?.declarations ?? []).map { (name($0), $0) }) { first, _ in first }
    }

    private static func name(_ cause: Cause) -> String { "\(cause.path) \(cause.name)" }

    private static func name(_ known: ProgramSnapshot.Known) -> String { "\(known.path) \(known.name)" }

    // MARK: - Why

    private func kindFault(_ cause: Cause, _ parent: String?) -> String? {
        let name = ReasonChecks.name(cause)
        switch cause.kind {
        case .added where parent.map(isImport) == false, .removed where parent.map(isImport) == false:
            return "\(parent ?? "") is no import"
        case .added: return present.contains(name) ? nil : "it is in no text"
        case .removed: return presentBefore.contains(name) ? nil : "it was in no text"
        case .changed, .layout: return changed.contains(name) ? nil : "its text is what it was"
        case .file: return isImport(name) ? nil : "it is no import"
        case .dependency, .checked:
            guard let parent else { return nil }
            return names(name, parent) ? nil : "it never names \(parent)"
        case .reached, .unreached:
            guard let parent else { return nil }
            return names(parent, name) ? nil : "\(parent) never names it"
        case .linked: return nil
        }
    }

    private func isImport(_ name: String) -> Bool { texts[name]?.contains { $0.contains("import") } ?? false }

    /// What was seen of `other` and found the same is what is asked of it.
    private func sameFault(
        _ cause: Cause, _ known: ProgramSnapshot.Known?, _ other: ProgramSnapshot.Known?
    ) -> String? {
        guard cause.change.hasPrefix("same "), let known, let other else { return nil }
        let kinds = known.state.edges.filter { $0.target == other.number }.map(\.kind)
        let asked: [String: EdgeKind] = ["same type": .type, "same value": .value, "same content": .body]
        return kinds.contains { $0 == asked[cause.change] } ? nil : "it asks \(kinds) of \(other.name)"
    }

    /// Whether some text of `user` has the last part of the name of `used`, or that of something of which a text has it,
    /// and so on: an address in static data that is read in analysis is used by whoever reads it.
    private func names(_ user: String, _ used: String) -> Bool {
        let wanted = String(used.split(separator: ".").last ?? "")
        var seen: Set<String> = []
        var stack = [user]
        while let name = stack.popLast() {
            guard seen.insert(name).inserted, let texts = texts[name] else { continue }
            let words = Set(texts.flatMap(ReasonChecks.references))
            if words.contains(wanted) { return true }
            stack += self.texts.keys.filter { words.contains(String($0.split(separator: ".").last ?? "")) }
        }
        return false
    }

    /// The parts of all references in a text.
    private static func references(_ text: String) -> [String] {
        let ends: Set<Character> = [" ", ",", "(", ")", "[", "]", "{", "}", "=", "\"", "\n", "\t", "\r", ";"]
        return text.split(whereSeparator: { ends.contains($0) })
            .flatMap { $0.drop { $0 == "@" }.split(separator: ".").map(String.init) }
    }

    // MARK: - What was done

    private func outcomeFault(
        _ cause: Cause, _ old: ProgramSnapshot.Known?, _ new: ProgramSnapshot.Known?, _ after: ProgramSnapshot
    ) -> String? {
        let isCompiled = new?.state.compiledAt == after.meta.generation
        switch cause.outcome {
        case .nothing, .unused: return isCompiled ? "it was compiled" : nil
        case .analysed: return isCompiled ? nil : "it was not compiled"
        case .compiled:
            if !isCompiled { return "it was not compiled" }
            return old != nil && old?.state.codeHash == new?.state.codeHash ? "its code is what it was" : nil
        case .sameCode:
            if !isCompiled { return "it was not compiled" }
            return old?.state.codeHash == new?.state.codeHash ? nil : "its code is other"
        case .failed:
            let hasError = after.diagnostics.contains { $0.declaration == new?.number }
            let isInLoop = cause.change == CauseTree.loop
            return hasError || isInLoop || isOfManifest(cause, after) ? nil : "no error stands in it"
        case .blocked:
            let isBlocked = new?.state.interfaceState == .blocked || new?.state.bodyState == .blocked
            return isBlocked ? nil : "it waits for nothing"
        }
    }

    /// Whether it is an import, and the error is in the `zbuild.toml` of what it imports.
    private func isOfManifest(_ cause: Cause, _ after: ProgramSnapshot) -> Bool {
        texts[ReasonChecks.name(cause)]?.last?.contains("import") == true
            && after.diagnostics.contains { after.file($0.file)?.isManifest == true }
    }

    private func placementFaults(
        _ cause: Cause, _ old: ProgramSnapshot.Known?, _ new: ProgramSnapshot.Known?
    ) -> [String?] {
        guard let placement = cause.placement else { return [] }
        let (before, after) = (old?.state.link, new?.state.link)
        return [
            placement.oldSize == before?.size ?? 0
                ? nil : "it had \(before?.size ?? 0) bytes, not \(placement.oldSize)",
            placement.oldRoom == before?.room ?? 0 ? nil : "it had room for \(before?.room ?? 0)",
            placement.newSize == after?.size ?? 0 ? nil : "it has \(after?.size ?? 0) bytes, not \(placement.newSize)",
            (placement.oldAddress == 0) == (before == nil) ? nil : "its address before is \(placement.oldAddress)",
            (placement.newAddress == 0) == (after == nil) ? nil : "its address is \(placement.newAddress)",
        ]
    }

    /// Whatever was compiled, moved or freed has a reason.
    private func countFaults(_ report: Report, _ before: ProgramSnapshot?, _ after: ProgramSnapshot) -> [String] {
        guard after.meta.generation > 1, after.meta.generation != before?.meta.generation else { return [] }
        var faults: [String] = []
        let explained = Set(report.causes.map(ReasonChecks.name))
        for known in after.declarations where known.state.compiledAt == after.meta.generation {
            let isExplained = explained.contains(ReasonChecks.name(known))
            if !isExplained { faults.append("\(known.name) was compiled for no reason") }
        }
        let placements = report.causes.compactMap(\.placement)
        let moved = placements.count { $0.oldAddress != 0 && $0.newAddress != 0 && $0.oldAddress != $0.newAddress }
        let freed = placements.count { $0.newAddress == 0 }
        if moved != report.blocks.moved { faults.append("\(report.blocks.moved) blocks moved, \(moved) are explained") }
        if freed != report.blocks.freed { faults.append("\(report.blocks.freed) blocks freed, \(freed) are explained") }
        return faults
    }
}
