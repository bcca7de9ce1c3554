import Cache
import Semantics
import ZIR

/// The causes of one run as a forest: below each declaration what its change caused.
struct CauseTree: ~Copyable {
    private let update: Update
    private var children: [DeclIndex: [DeclIndex]] = [:]
    private let kinds = DeclTable<Cause.Kind>()
    private var roots: [DeclIndex] = []
    private var result: [Cause] = []
    private var isShown: Set<DeclIndex> = []
    /// For each file that came or went an import whose change that is.
    private var importsOfFiles: [FileNumber: DeclIndex] = [:]
    /// Changes that concern nobody and that are not in the list, because there are too many.
    private(set) var unlisted = 0

    /// So many changes of what nothing reaches are listed.
    private static let unusedLimit = 20

    init(update: Update) {
        self.update = update
        let hasErrors = update.report.result == .failed
        let texts = textChanges()
        findImports(texts)
        addTexts(texts)
        for (declaration, dependency) in sorted(update.explanation.dependencies) where wasLookedAt(declaration) {
            guard !dependency.isWaiting || update.hasMark(declaration, Mark.analysed) || !isStuck(declaration) else {
                continue
            }
            add(declaration, .dependency, below: cause(of: declaration, dependency))
        }
        for (declaration, keeper) in sorted(update.explanation.reached) where isLive(declaration) {
            add(declaration, .reached, below: keeper)
        }
        for (declaration, suspect) in sorted(update.explanation.suspicions) where wasChecked(declaration) {
            add(declaration, .checked, below: suspect)
        }
        if !hasErrors {
            for (declaration, keeper) in sorted(update.explanation.unreached) where hasLeft(declaration) {
                add(declaration, .unreached, below: keeper)
            }
        }
        addRest()
    }

    private func sorted<Value>(_ table: [DeclIndex: Value]) -> [(key: DeclIndex, value: Value)] {
        table.sorted { $0.key < $1.key }
    }

    private mutating func add(_ declaration: DeclIndex, _ kind: Cause.Kind, below parent: DeclIndex) {
        guard kinds[declaration] == nil else { return }
        kinds[declaration] = kind
        if parent == .none {
            roots.append(declaration)
        } else {
            children[parent, default: []].append(declaration)
        }
    }

    private typealias TextChange = (declaration: DeclIndex, kind: Cause.Kind)

    /// Finds the imports that stand for files which came or went.
    private mutating func findImports(_ texts: [TextChange]) {
        for (declaration, _) in texts {
            if let file = update.explanation.files[declaration] { noteImport(declaration, of: file) }
            if let file = update.importedFile(declaration) { noteImport(declaration, of: file) }
        }
    }

    private mutating func noteImport(_ declaration: DeclIndex, of file: FileNumber) {
        if hasComeOrGone(file) && importsOfFiles[file] == nil { importsOfFiles[file] = declaration }
    }

    /// Nobody's import stands for the root file.
    private func hasComeOrGone(_ file: FileNumber) -> Bool {
        file != update.rootFile && (update.changedTargets.contains(file) || update.removedFiles.contains(file))
    }

    /// Whose change it is that the text of `declaration` came or went: that of the import of its file, if the whole file
    /// did; else nobody's but its own.
    private func cause(ofText declaration: DeclIndex, _ kind: Cause.Kind) -> DeclIndex {
        guard kind == .added || kind == .removed else { return .none }
        return importsOfFiles[update.graph.file(of: declaration)] ?? .none
    }

    /// The changes of texts. What concerned nobody is not listed beyond a limit.
    private mutating func addTexts(_ texts: [TextChange]) {
        let causes = Set(update.explanation.dependencies.values.map(\.declaration))
            .union(update.explanation.suspicions.values)
            .union(update.explanation.unreached.values).union(update.explanation.unreached.keys)
        var unused = 0
        for (declaration, kind) in texts {
            let concerns =
                isLive(declaration) || causes.contains(declaration) || update.hasMark(declaration, Mark.analysed)
                || update.explanation.placements[declaration] != nil
            if !concerns { unused += 1 }
            if concerns || unused <= CauseTree.unusedLimit {
                add(declaration, kind, below: cause(ofText: declaration, kind))
            } else {
                unlisted += 1
            }
        }
    }

    /// What became of texts in the end: a file may be read, and leave the build because another does not import it any
    /// more.
    private func textChanges() -> [TextChange] {
        let texts = update.explanation.texts
        let removed = Set(texts.lazy.filter { $0.kind == .removed }.map(\.declaration))
        guard !removed.isEmpty else { return texts }
        let passing = Set(
            texts.lazy.filter { $0.kind == .added && removed.contains($0.declaration) }.map(\.declaration))
        return texts.filter { declaration, kind in
            kind == .removed ? !passing.contains(declaration) : !removed.contains(declaration)
        }
    }

    /// What waits hangs below what it waits for, if that is new.
    private func cause(of declaration: DeclIndex, _ dependency: Explanation.Dependency) -> DeclIndex {
        guard update.isBlocked(declaration), let blocker = update.blocker(of: declaration), blocker != declaration,
            kinds[blocker] != nil || update.explanation.dependencies[blocker] != nil
        else { return dependency.declaration }
        return blocker
    }

    /// What no other reason is known for: work that earlier builds left.
    private mutating func addRest() {
        for declaration in update.explanation.analysed.sorted() where kinds[declaration] == nil {
            add(declaration, .dependency, below: .none)
        }
        for declaration in update.explanation.placements.declarations where kinds[declaration] == nil {
            guard let placement = update.explanation.placements[declaration] else { continue }
            add(declaration, placement.newSize == 0 && placement.newAddress == 0 ? .unreached : .linked, below: .none)
        }
    }

    private func isLive(_ declaration: DeclIndex) -> Bool { update.graph[state: declaration].isLive }

    private func wasLookedAt(_ declaration: DeclIndex) -> Bool {
        isLive(declaration) || update.hasMark(declaration, Mark.analysed)
    }

    /// Whether it waits as it did before.
    private func isStuck(_ declaration: DeclIndex) -> Bool {
        update.isBlocked(declaration) || update.isFailed(declaration)
    }

    private func wasChecked(_ declaration: DeclIndex) -> Bool {
        isLive(declaration) && update.hasMark(declaration, Mark.settled) && !update.hasMark(declaration, Mark.analysed)
            && !isStuck(declaration)
    }

    private func hasLeft(_ declaration: DeclIndex) -> Bool {
        !isLive(declaration) && update.graph[state: declaration].compiledAt != 0
    }

    // MARK: - The list

    /// Each cause before what it caused; of the first causes those first that caused most.
    mutating func flattened() -> [Cause] {
        let shown = reachable()
        // What hangs on nobody who is listed, or on itself, is a first cause.
        for declaration in kinds.declarations where !shown.contains(declaration) { roots.append(declaration) }
        let weights = roots.map { weigh($0) }
        let order = roots.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        for index in order { append(roots[index]) }
        return result
    }

    private func reachable() -> Set<DeclIndex> {
        var seen: Set<DeclIndex> = []
        var stack = roots
        while let declaration = stack.popLast() {
            if seen.insert(declaration).inserted { stack += children[declaration] ?? [] }
        }
        return seen
    }

    /// How many declarations below `root`, itself included, were more than checked.
    private func weigh(_ root: DeclIndex) -> Int {
        var seen: Set<DeclIndex> = []
        var stack = [root]
        var weight = 0
        while let declaration = stack.popLast() {
            guard seen.insert(declaration).inserted else { continue }
            if kinds[declaration] != .checked && (isLive(declaration) || kinds[declaration] == .unreached) {
                weight += 1
            }
            stack += children[declaration] ?? []
        }
        return weight
    }

    private mutating func append(_ root: DeclIndex) {
        var stack = [root]
        /// Where the causes above these are in the list, -1 for none.
        var parents = [-1]
        while let declaration = stack.popLast(), let parent = parents.popLast() {
            guard isShown.insert(declaration).inserted else { continue }
            let above = parent < 0 ? DeclIndex.none : DeclIndex(result[parent].declaration)
            result.append(cause(declaration, parent: parent < 0 ? nil : parent, above: above))
            for child in (children[declaration] ?? []).sorted(by: update.isBefore).reversed() {
                stack.append(child)
                parents.append(result.count - 1)
            }
        }
    }

    private func cause(_ declaration: DeclIndex, parent: Int?, above: DeclIndex) -> Cause {
        let kind = kinds[declaration] ?? .dependency
        let outcome = outcome(declaration)
        let isUnused = outcome == .nothing && !isLive(declaration) && update.graph[text: declaration].isPresent
        return Cause(
            declaration: declaration.rawValue, name: update.qualifiedName(declaration),
            path: update.path(of: declaration),
            position: update.position(of: declaration), kind: kind, parent: parent,
            change: change(declaration, kind, outcome, above), outcome: isUnused ? .unused : outcome,
            placement: update.explanation.placements[declaration])
    }

    private func outcome(_ declaration: DeclIndex) -> Cause.Outcome {
        let text = update.graph[text: declaration]
        if text.isBroken { return .failed }
        guard text.isPresent, wasLookedAt(declaration) else { return .nothing }
        if update.isFailed(declaration) { return .failed }
        if update.isBlocked(declaration) { return .blocked }
        guard update.hasMark(declaration, Mark.analysed) else { return .nothing }
        guard update.hasMark(declaration, Mark.generated) else { return .analysed }
        return update.explanation.codeChanges.contains(declaration) ? .compiled : .sameCode
    }

    /// What is said of members of a loop: the error stands at one of them only.
    static let loop = "it is in a dependency loop"

    /// A member of a loop has failed and is to be analysed again in any case.
    private func isInLoop(_ declaration: DeclIndex) -> Bool {
        let state = update.graph[state: declaration]
        return state.interfaceState == .failed && state.isStale
    }

    /// What became of `declaration`, as far as that concerns others; or, if nothing did, what it saw of `above` and found
    /// the same.
    private func change(
        _ declaration: DeclIndex, _ kind: Cause.Kind, _ outcome: Cause.Outcome, _ above: DeclIndex
    ) -> String {
        if let change = update.explanation.fileChanges[declaration], kind == .file { return change }
        if outcome == .blocked, let blocker = update.blocker(of: declaration) {
            return "it waits for \(update.qualifiedName(blocker))"
        }
        if outcome == .failed { return isInLoop(declaration) ? CauseTree.loop : "it has an error" }
        if let change = update.explanation.changes[declaration] { return change }
        if kind == .checked || kind == .dependency && outcome == .nothing { return sameAnswer(declaration, above) }
        if kind == .added || kind == .reached { return "" }
        if update.explanation.contentChanges.contains(declaration) { return "its content changed" }
        guard update.explanation.sameInterfaces.contains(declaration),
            let interface = update.decodedInterface(declaration)
        else { return "" }
        switch interface.category {
        case .function, .constantStorage, .global: return "type as before"
        case .constant: return "value as before"
        case .module: return kind == .file ? "" : "file as before"
        case .export: return ""
        }
    }

    /// What `user` asked of `declaration`, whose answer is as before.
    private func sameAnswer(_ user: DeclIndex, _ declaration: DeclIndex) -> String {
        let edges = update.graph[state: user].edges.filter { $0.target == declaration.rawValue }
        switch edges.map(\.kind).max(by: { $0.rawValue < $1.rawValue }) {
        case .type: return "same type"
        case .value: return "same value"
        case .body: return "same content"
        case .exists, nil: return ""
        }
    }
}
