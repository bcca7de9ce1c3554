import Semantics

/// What is noted along the way so that a run can say why it did what it did.
struct Explanation {
    /// What happened to texts, in the order of the files.
    private(set) var texts: [(declaration: DeclIndex, kind: Cause.Kind)] = []
    /// Only positions inside their text are other.
    private(set) var repositioned: [DeclIndex] = []
    /// Why a declaration was looked at: what it uses answers otherwise than before.
    private(set) var dependencies: [DeclIndex: DeclIndex] = [:]
    /// Who reached a declaration first that was not in the build.
    private(set) var reached: [DeclIndex: DeclIndex] = [:]
    /// What became of the answers of a declaration.
    var answers: [DeclIndex: String] = [:]
    /// Whose machine code came out different.
    private(set) var codeChanged: Set<DeclIndex> = []
    /// In the order in which they were analysed.
    private(set) var analysed: [DeclIndex] = []
    /// What the linker did to blocks that were there before.
    var placements: [Placement] = []

    mutating func noteText(_ declaration: DeclIndex, _ kind: Cause.Kind) { texts.append((declaration, kind)) }

    mutating func noteReposition(_ declaration: DeclIndex) { repositioned.append(declaration) }

    mutating func noteDependency(_ user: DeclIndex, on declaration: DeclIndex) {
        if dependencies[user] == nil { dependencies[user] = declaration }
    }

    mutating func noteReached(_ declaration: DeclIndex, by keeper: DeclIndex) {
        if keeper != .none { reached[declaration] = keeper }
    }

    mutating func noteCodeChange(_ declaration: DeclIndex) { codeChanged.insert(declaration) }

    mutating func noteAnalysis(_ declaration: DeclIndex) { analysed.append(declaration) }
}

extension Update {
    /// Why what was compiled was compiled: each root cause, the ones that caused most first, with what it caused below.
    func causes() -> [Cause] {
        guard !isFromNothing else { return [] }
        var tree = CauseTree(update: self)
        return tree.flattened()
    }

    /// Whether there was no build before that this one could begin with.
    private var isFromNothing: Bool { meta.generation <= 1 }

    /// Notes for people how the answers of `declaration` differ from before.
    func noteAnswers(_ declaration: DeclIndex, before: Interface?, _ after: Interface?) {
        guard options.explains else { return }
        switch (before, after) {
        case (nil, nil): return
        case (nil, .some): explanation.answers[declaration] = "it can be used now"
        case (.some, nil): explanation.answers[declaration] = "it has an error now"
        case (let before?, let after?):
            let (old, new) = (analyzer.types.name(of: before.type), analyzer.types.name(of: after.type))
            if before.type != after.type || before.category != after.category {
                explanation.answers[declaration] = "its type changed: \(old) → \(new)"
            } else if before.value != after.value {
                explanation.answers[declaration] =
                    "its value changed: \(describe(before.value)) → \(describe(after.value))"
            }
        }
    }

    private func describe(_ value: Value) -> String {
        switch value {
        case .integer(let integer): "\(integer)"
        case .bool(let bool): "\(bool)"
        case .type(let type): analyzer.types.name(of: type)
        default: "another"
        }
    }
}

/// The causes of one run as a forest.
private struct CauseTree {
    let update: Update
    private var children: [DeclIndex: [DeclIndex]] = [:]
    private var kinds: [DeclIndex: Cause.Kind] = [:]
    private var roots: [DeclIndex] = []
    private var weights: [DeclIndex: Int] = [:]
    private var isShown: Set<DeclIndex> = []
    private var result: [Cause] = []

    init(update: Update) {
        self.update = update
        let explanation = update.explanation
        for (declaration, kind) in explanation.texts where concerns(declaration) {
            kinds[declaration] = kind
            roots.append(declaration)
        }
        let others = Set(explanation.dependencies.keys).union(explanation.reached.keys).union(explanation.analysed)
        for declaration in others.sorted() where kinds[declaration] == nil {
            if let parent = explanation.dependencies[declaration] {
                kinds[declaration] = .dependency
                children[parent, default: []].append(declaration)
            } else if let parent = explanation.reached[declaration], update.hasMark(declaration, Mark.analysed) {
                kinds[declaration] = .reached
                children[parent, default: []].append(declaration)
            }
        }
    }

    /// A change that nobody noticed caused nothing.
    private func concerns(_ declaration: DeclIndex) -> Bool {
        update.graph[state: declaration].isLive || update.explanation.dependencies.values.contains(declaration)
            || update.explanation.analysed.contains(declaration)
    }

    mutating func flattened() -> [Cause] {
        for root in roots { weights[root] = weigh(root) }
        let weights = weights
        let ordered = roots.enumerated().sorted { a, b in
            let (x, y) = (weights[a.element] ?? 0, weights[b.element] ?? 0)
            return x != y ? x > y : a.offset < b.offset
        }
        for (_, root) in ordered { append(root, below: nil) }
        return result
    }

    /// How many declarations hang below `root`, itself included.
    private func weigh(_ root: DeclIndex) -> Int {
        var seen: Set<DeclIndex> = []
        var stack = [root]
        while let declaration = stack.popLast() {
            guard seen.insert(declaration).inserted else { continue }
            stack += children[declaration] ?? []
        }
        return seen.count
    }

    private mutating func append(_ root: DeclIndex, below parent: Int?) {
        var stack: [(declaration: DeclIndex, parent: Int?)] = [(root, parent)]
        while let (declaration, parent) = stack.popLast() {
            guard isShown.insert(declaration).inserted else { continue }
            result.append(cause(declaration, parent: parent))
            let index = result.count - 1
            for child in (children[declaration] ?? []).sorted(by: update.isBefore).reversed() {
                stack.append((child, index))
            }
        }
    }

    private func cause(_ declaration: DeclIndex, parent: Int?) -> Cause {
        let kind = kinds[declaration] ?? .dependency
        let parentName = update.explanation.dependencies[declaration]
        var detail = ""
        if kind == .dependency, let parentName {
            detail = update.explanation.answers[parentName] ?? presence(parentName)
        }
        return Cause(
            name: update.qualifiedName(declaration), path: update.path(of: declaration),
            position: update.position(of: declaration), kind: kind, parent: parent, detail: detail,
            isCompiled: update.hasMark(declaration, Mark.analysed), isBlocked: isBlocked(declaration),
            isCodeChanged: update.explanation.codeChanged.contains(declaration))
    }

    private func isBlocked(_ declaration: DeclIndex) -> Bool {
        let state = update.graph[state: declaration]
        return state.interfaceState == .blocked || state.bodyState == .blocked
    }

    private func presence(_ declaration: DeclIndex) -> String {
        guard update.graph[text: declaration].isPresent else { return "it is gone" }
        if isBlocked(declaration) { return "it cannot be used now" }
        return kinds[declaration] == .added ? "it is there now" : "it can be used again"
    }
}
