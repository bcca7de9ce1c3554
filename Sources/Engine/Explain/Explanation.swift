import Cache
import Semantics

/// What is noted along the way so that a run can say why it did what it did.
struct Explanation: ~Copyable {
    /// An answer of `declaration` is not the one that somebody saw; or, of somebody who `isWaiting`, it is that again.
    struct Dependency {
        var declaration: DeclIndex
        var isWaiting: Bool
    }

    /// What happened to texts, in the order of the files.
    private(set) var texts: [(declaration: DeclIndex, kind: Cause.Kind)] = []
    /// Why a declaration was looked at: what it uses answers otherwise than before.
    private(set) var dependencies: [DeclIndex: Dependency] = [:]
    /// What might have changed for a declaration.
    private(set) var suspicions: [DeclIndex: DeclIndex] = [:]
    /// Who reached a declaration first that was not in the build.
    private(set) var reached: [DeclIndex: DeclIndex] = [:]
    /// Who kept a declaration that nothing reaches any more.
    private(set) var unreached: [DeclIndex: DeclIndex] = [:]
    /// What became of a declaration, for those who use it.
    private(set) var changes: [DeclIndex: String] = [:]
    /// What became of the files that imports name.
    private(set) var fileChanges: [DeclIndex: String] = [:]
    /// The files that imports named before, or name if that did not change.
    private(set) var files: [DeclIndex: FileNumber] = [:]
    /// Whose interface was analysed and came out as it was.
    private(set) var sameInterfaces: Set<DeclIndex> = []
    /// Whose content came out different.
    private(set) var contentChanges: Set<DeclIndex> = []
    /// Whose machine code came out different.
    private(set) var codeChanges: Set<DeclIndex> = []
    /// In the order in which they were analysed.
    private(set) var analysed: [DeclIndex] = []
    /// What the linker did to blocks.
    let placements = DeclTable<Placement>()

    mutating func noteText(_ declaration: DeclIndex, _ kind: Cause.Kind) { texts.append((declaration, kind)) }

    /// The file that an import named before, or names if it names no other.
    mutating func noteTarget(_ file: FileNumber?, of declaration: DeclIndex) { files[declaration] = file }

    mutating func noteFile(of declaration: DeclIndex, path: String, isPresent: Bool) {
        noteText(declaration, .file)
        fileChanges[declaration] = "'\(path)' can\(isPresent ? " be read now" : "not be read any more")"
    }

    /// An import of the package `name` leads to another file now; to none that can be read if there is no `path`.
    mutating func notePackage(of declaration: DeclIndex, _ name: String, path: String?) {
        noteText(declaration, .file)
        fileChanges[declaration] = "'\(name)' is \(path.map { "'\($0)'" } ?? "nothing that can be read") now"
    }

    mutating func noteDependency(_ user: DeclIndex, on declaration: DeclIndex, isWaiting: Bool) {
        if let known = dependencies[user], !known.isWaiting || isWaiting { return }
        dependencies[user] = Dependency(declaration: declaration, isWaiting: isWaiting)
    }

    mutating func noteSuspicion(_ user: DeclIndex, because declaration: DeclIndex) {
        if suspicions[user] == nil { suspicions[user] = declaration }
    }

    mutating func noteReached(_ declaration: DeclIndex, by keeper: DeclIndex) {
        if keeper != .none { reached[declaration] = keeper }
    }

    mutating func noteUnreached(_ declaration: DeclIndex, keptBy keeper: DeclIndex) { unreached[declaration] = keeper }

    mutating func noteChange(_ declaration: DeclIndex, _ change: String) { changes[declaration] = change }

    mutating func noteSameInterface(_ declaration: DeclIndex) { sameInterfaces.insert(declaration) }

    mutating func noteContentChange(_ declaration: DeclIndex) { contentChanges.insert(declaration) }

    mutating func noteCodeChange(_ declaration: DeclIndex) { codeChanges.insert(declaration) }

    mutating func noteAnalysis(_ declaration: DeclIndex) { analysed.append(declaration) }

    mutating func notePlacement(_ declaration: DeclIndex, _ placement: Placement) {
        placements[declaration] = placement
    }
}

extension Update {
    /// Says why, while the names of what is gone are still known, and notes of what was compiled what that was for.
    func explain() {
        guard !isFromNothing else { return }
        var tree = CauseTree(update: self)
        report.causes = tree.flattened()
        report.unlistedChanges = tree.unlisted
        for cause in report.causes where hasMark(DeclIndex(cause.declaration), Mark.analysed) {
            let state = graph.stateToChange(DeclIndex(cause.declaration))
            state.pointee.compiledFor = cause.kind.rawValue
            state.pointee.compiledAfter = cause.parent.map { report.causes[$0].declaration } ?? 0
        }
    }

    /// Notes how the interface of `declaration`, which was looked at anew, differs from what it was.
    func noteInterface(
        _ declaration: DeclIndex, before: (state: AnalysisState, interface: Interface?), _ after: Interface?
    ) {
        guard !isFromNothing else { return }
        guard let after else {
            let hasFailed = graph[state: declaration].interfaceState == .failed
            return explanation.noteChange(declaration, hasFailed ? "it has an error now" : "it cannot be used now")
        }
        if let old = before.interface, let change = difference(old, after) ?? fileDifference(declaration, after) {
            explanation.noteChange(declaration, change)
        } else if before.state == .done {
            explanation.noteSameInterface(declaration)
        } else if before.state != .none {
            explanation.noteChange(declaration, "it can be used now")
        }
    }

    private func difference(_ before: Interface, _ after: Interface) -> String? {
        if before.type != after.type || before.category != after.category {
            let (old, new) = (typeText(before), typeText(after))
            return old == new ? "its type changed" : "its type changed: \(old) → \(new)"
        }
        guard before.value != after.value else { return nil }
        let (old, new) = (valueText(before.value), valueText(after.value))
        return old == new ? "its value changed" : "its value changed: \(old) → \(new)"
    }

    /// How the file that an import names differs from the one that it named.
    private func fileDifference(_ declaration: DeclIndex, _ after: Interface) -> String? {
        guard after.category == .module, let new = importedFile(declaration),
            let old = explanation.files[declaration], old != new
        else { return nil }
        return "its file changed: '\(files.path(old))' → '\(files.path(new))'"
    }

    /// The type of `interface` for people.
    func typeText(_ interface: Interface) -> String {
        switch interface.category {
        case .module: "a module"
        case .export: "an export"
        default: Update.shortened(analyzer.types.name(of: interface.type))
        }
    }

    /// `value` for people.
    func valueText(_ value: Value) -> String {
        Update.shortened(ValueText(types: analyzer.types, name: qualifiedName).text(of: value))
    }

    /// Types and numbers can be very long.
    private static func shortened(_ text: String) -> String {
        text.utf8.count <= 120 ? text : text.prefix(100) + "..."
    }

    /// Whether `declaration` waits for another to be mended.
    func isBlocked(_ declaration: DeclIndex) -> Bool {
        let state = graph[state: declaration]
        return state.interfaceState == .blocked || state.bodyState == .blocked
    }

    /// Whether `declaration` has an error of its own.
    func isFailed(_ declaration: DeclIndex) -> Bool {
        let state = graph[state: declaration]
        return state.interfaceState == .failed || state.bodyState == .failed
            || !(semanticErrors[declaration] ?? []).isEmpty
    }

    /// What `declaration`, which is blocked, waits for: the first that it asked about and that has no answer.
    func blocker(of declaration: DeclIndex) -> DeclIndex? {
        let state = graph[state: declaration]
        let edges = state.edges.prefix(Int(state.edgesInEffect))
        let edge = edges.first { $0.kind != .exists && answer(DeclIndex($0.target), $0.kind) == 0 } ?? edges.last
        return edge.map { DeclIndex($0.target) }
    }
}
