import Cache
import Semantics

/// Edges: what a declaration asks, kept both ways, and what follows from them for who lives.
extension Graph {
    /// Gives `declaration` the edges of its last analysis, of which the first `inEffect` hold; new ones go in before old
    /// ones go out, as `Liveness` requires. Gives whom it does not ask about any more.
    func setEdges(
        _ declaration: DeclIndex, _ edges: [EdgeRecord], inEffect: Int, _ liveness: inout Liveness
    ) -> [DeclIndex] {
        let old = self[state: declaration].edges
        let oldInEffect = Int(self[state: declaration].edgesInEffect)
        let given = old == edges ? [] : replaceEdges(declaration, old, edges)
        if oldInEffect != inEffect { self[state: declaration].edgesInEffect = UInt32(inEffect) }
        if self[state: declaration].isLive {
            let kept = Graph.targets(edges.prefix(inEffect), keeping: true)
            for target in kept { liveness.keep(target, by: declaration, in: self) }
            for target in Graph.targets(old.prefix(oldInEffect), keeping: true) where !kept.contains(target) {
                if self[state: target].keeper == declaration.rawValue { liveness.loseKeeper(target) }
            }
        }
        return given
    }

    private func replaceEdges(_ declaration: DeclIndex, _ old: [EdgeRecord], _ new: [EdgeRecord]) -> [DeclIndex] {
        self[state: declaration].edges = new
        let before = Graph.targets(old[...])
        let after = Graph.targets(new[...])
        for target in after where !before.contains(target) { addUser(declaration, of: target) }
        let given = before.filter { !after.contains($0) }
        for target in given { removeUser(declaration, of: target) }
        countPassing(before: passingTargets(declaration, old), after: passingTargets(declaration, new))
        return given
    }

    /// Sets the hash of a datum's content; 0 for what has none. What content asks about, it passes changes of on.
    func setBodyHash(_ declaration: DeclIndex, _ hash: UInt64) {
        let edges = self[state: declaration].edges
        let before = passingTargets(declaration, edges)
        self[state: declaration].bodyHash = hash
        countPassing(before: before, after: passingTargets(declaration, edges))
    }

    /// Of what `edges` of `declaration` name, that of which a change concerns its users too.
    private func passingTargets(_ declaration: DeclIndex, _ edges: [EdgeRecord]) -> OrderedTargets {
        let hasContent = self[state: declaration].bodyHash != 0
        return Graph.targets(hasContent ? edges[...] : edges.prefix { $0.isFromInterface })
    }

    private func countPassing(before old: OrderedTargets, after new: OrderedTargets) {
        for target in new where !old.contains(target) { self[state: target].passingUserCount += 1 }
        for target in old where !new.contains(target) && self[state: target].passingUserCount > 0 {
            self[state: target].passingUserCount -= 1
        }
    }

    /// The declarations that `edges` name, each once; with `keeping` those that the edges keep alive.
    private static func targets(_ edges: ArraySlice<EdgeRecord>, keeping: Bool = false) -> OrderedTargets {
        var targets = OrderedTargets()
        for edge in edges where !keeping || edge.kind != .exists { targets.insert(DeclIndex(edge.target)) }
        return targets
    }
}
