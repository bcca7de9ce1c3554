import Cache
import Semantics

/// Invalidate: whom a change may concern.
extension Update {
    /// Marks whatever may have another interface because of `changed`, and has the live ones looked at.
    ///
    /// A use in an interface passes a change on, and so does a use in content to those who read that content; a use in
    /// a function's body does not. With one changed declaration, the users in bodies wait until its interface turns out
    /// to be another, or until what they keep is to be looked at; with several, they are queued at once, in the order of
    /// rank.
    func invalidate() {
        for declaration in changed {
            setMark(declaration, Mark.suspect)
            enqueue(declaration)
            let isLive = graph[state: declaration].isLive && graph[text: declaration].isPresent
            if !isLive { announce(declaration) }
        }
        spreadSuspicion(isAlone: changed.count == 1)
        if suspects.count == 1 { suspects = [] }
    }

    /// A declaration of which the interface, or only the content, may be another.
    private struct Suspicion {
        var declaration: DeclIndex
        var isOfContent: Bool
    }

    private func spreadSuspicion(isAlone: Bool) {
        let stack = FlatTable<Suspicion>()
        for declaration in changed { stack.append(Suspicion(declaration: declaration, isOfContent: false)) }
        var seenContents: Set<DeclIndex> = []
        while let suspicion = stack.popLast() {
            let declaration = suspicion.declaration
            if isAlone { suspects.insert(declaration) }
            if isAlone && graph[state: declaration].passingUserCount == 0 { continue }
            for user in graph.users(of: declaration) {
                let uses = edges(of: user, to: declaration).filter { !suspicion.isOfContent || $0.kind == .body }
                guard !uses.isEmpty else { continue }
                if uses.contains(where: \.isFromInterface) {
                    guard !hasMark(user, Mark.suspect) else { continue }
                    setMark(user, Mark.suspect)
                    explanation.noteSuspicion(user, because: declaration)
                    stack.append(Suspicion(declaration: user, isOfContent: false))
                    enqueue(user)
                    continue
                }
                if graph[state: user].bodyHash != 0, seenContents.insert(user).inserted {
                    stack.append(Suspicion(declaration: user, isOfContent: true))
                }
                if !isAlone {
                    explanation.noteSuspicion(user, because: declaration)
                    enqueue(user)
                }
            }
        }
    }

    // MARK: - Users that wait

    /// Has those that keep `declaration` alive looked at first, if one of them may use no more what it keeps. It is
    /// looked at after them.
    func defersToKeepers(_ declaration: DeclIndex) -> Bool {
        // Whatever led to the one that changed still does.
        guard !suspects.isEmpty, declaration != changed.first else { return false }
        var isDeferred = false
        var used = declaration
        var keeper = DeclIndex(graph[state: used].keeper)
        // What led to a keeper that was looked at was looked at before.
        while keeper != .none && !hasMark(keeper, Mark.lookedAt) {
            if mayLeave(used, keeper) {
                enqueue(keeper)
                isDeferred = true
            }
            // Ranks fall along a chain of keepers, so it has an end.
            guard graph[state: keeper].rank < graph[state: used].rank else {
                graph.fail(.damaged(.state, .order))
                return false
            }
            used = keeper
            keeper = DeclIndex(graph[state: used].keeper)
        }
        return isDeferred
    }

    /// Whether an answer that `user` saw before it asked about `used` may be another.
    private func mayLeave(_ used: DeclIndex, _ user: DeclIndex) -> Bool {
        let inEffect = graph[state: user].edges.prefix(Int(graph[state: user].edgesInEffect))
        return inEffect.prefix { $0.target != used.rawValue }.contains { edge in
            let target = DeclIndex(edge.target)
            guard suspects.contains(target) else { return false }
            let isKnown = hasMark(target, edge.kind == .body ? Mark.lookedAt : Mark.settled)
            return !isKnown || answer(target, edge.kind) != edge.seen
        }
    }

    // MARK: - Answers

    /// Has everybody looked at who saw another answer of `declaration` than it gives now, or who waits for one.
    func announce(_ declaration: DeclIndex) {
        for user in graph.users(of: declaration) {
            let isOutdated = edges(of: user, to: declaration).contains { $0.seen != answer(declaration, $0.kind) }
            guard isOutdated || isWaiting(user) else { continue }
            // Of a file that left the build, the import that named it is the cause.
            if !removedFiles.contains(graph.file(of: declaration)) {
                explanation.noteDependency(user, on: declaration, isWaiting: !isOutdated)
            }
            enqueue(user)
        }
    }

    /// Whether something that `declaration` asked about is a failure; it may have an error of its own behind that.
    private func isWaiting(_ declaration: DeclIndex) -> Bool {
        let state = graph[state: declaration]
        if state.interfaceState == .blocked || state.bodyState == .blocked { return true }
        // Those of the interface come first.
        return state.bodyState == .none && state.edges.last.map { !$0.isFromInterface } ?? false
    }

    /// What `user` asked of `target`, and is to hear of.
    private func edges(of user: DeclIndex, to target: DeclIndex) -> [EdgeRecord] {
        let edges = allEdges(of: user, to: target)
        return options.ignoredEdges.isEmpty ? edges : edges.filter { !options.ignoredEdges.contains($0.kind) }
    }

    /// What `user` asked of `target`. Where it asked much, each of those may announce something, so their places are
    /// noted.
    private func allEdges(of user: DeclIndex, to target: DeclIndex) -> [EdgeRecord] {
        let edges = graph[state: user].edges
        guard edges.count > Update.fewEdges else { return edges.filter { $0.target == target.rawValue } }
        if edgePlaces[user] == nil { edgePlaces[user] = Dictionary(grouping: edges.indices) { edges[$0].target } }
        return (edgePlaces[user]?[target.rawValue] ?? []).map { edges[$0] }
    }

    private static let fewEdges = 64

    /// The hash of the answer that `declaration` gives now to a question of `kind`; 0 where it is a failure.
    func answer(_ declaration: DeclIndex, _ kind: EdgeKind) -> UInt64 {
        let isPresent = graph[text: declaration].isPresent
        if kind == .exists { return isPresent ? Answer.found : Answer.notFound }
        guard isPresent else { return Answer.notFound }
        guard graph[state: declaration].interfaceState == .done, !graph[text: declaration].isBroken else { return 0 }
        switch kind {
        case .exists, .type: return graph[state: declaration].typeHash
        case .value: return graph[state: declaration].valueHash
        case .body:
            let state = graph[state: declaration].bodyState
            return state == .failed || state == .blocked ? 0 : graph[state: declaration].bodyHash
        }
    }
}

/// Answers that are no hashes. 0 is a failure.
enum Answer {
    static let found: UInt64 = 1
    static let notFound: UInt64 = 2
}
