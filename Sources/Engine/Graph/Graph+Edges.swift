import Cache
import Semantics

/// Edges: what a declaration asks, kept both ways, and what follows from them for who lives.
extension Graph {
    /// Gives `declaration` the edges of its last analysis, of which the first `inEffect` hold; new ones go in before old
    /// ones go out, as `Liveness` requires. Gives whom it does not ask about any more.
    func setEdges(
        _ declaration: DeclIndex, _ edges: [EdgeRecord], inEffect: Int, _ liveness: inout Liveness
    ) -> [DeclIndex] {
        if inEffect == edges.count, edges.count <= Graph.mostAdded, edges.starts(with: self[state: declaration].edges) {
            addEdges(declaration, edges, &liveness)
            return []
        }
        let old = self[state: declaration].edges
        let oldInEffect = Int(self[state: declaration].edgesInEffect)
        let given = old == edges ? [] : replaceEdges(declaration, old, edges)
        if oldInEffect != inEffect { self[state: declaration].edgesInEffect = UInt32(inEffect) }
        guard self[state: declaration].isLive else { return given }
        for edge in edges.prefix(inEffect) where edge.kind != .exists {
            liveness.keep(DeclIndex(edge.target), by: declaration, in: self)
        }
        loseTargets(declaration, of: old.prefix(oldInEffect), keeping: edges.prefix(inEffect), &liveness)
        return given
    }

    /// What `old` kept alive and `edges` do not has lost `declaration` as its keeper, if it was that.
    private func loseTargets(
        _ declaration: DeclIndex, of old: ArraySlice<EdgeRecord>, keeping edges: ArraySlice<EdgeRecord>,
        _ liveness: inout Liveness
    ) {
        guard old.count > edges.count || old != edges.prefix(old.count) else { return }
        let kept = OrderedTargets(edges) { $0.kind != .exists }
        for edge in old where edge.kind != .exists && !kept.contains(edge.target) {
            if self[state: DeclIndex(edge.target)].keeper == declaration.rawValue {
                liveness.loseKeeper(DeclIndex(edge.target))
            }
        }
    }

    private func replaceEdges(_ declaration: DeclIndex, _ old: [EdgeRecord], _ new: [EdgeRecord]) -> [DeclIndex] {
        self[state: declaration].edges = new
        let before = OrderedTargets(old[...])
        let after = OrderedTargets(new[...])
        for target in after.list where !before.contains(target) { addUser(declaration, of: DeclIndex(target)) }
        let given = before.list.filter { !after.contains($0) }.map { DeclIndex($0) }
        for target in given { removeUser(declaration, of: target) }
        countPassing(before: passingEdges(declaration, old), after: passingEdges(declaration, new))
        return given
    }

    /// The most edges that `addEdges` takes.
    static let mostAdded = OrderedTargets.searched

    /// What a first analysis does: a few edges come behind those that there are, and all hold. So nobody loses a keeper, and
    /// lists of their targets would be more work than all the rest of it.
    func addEdges(_ declaration: DeclIndex, _ edges: [EdgeRecord], _ liveness: inout Liveness) {
        let state = state(declaration)
        let (count, isLive) = (state.pointee.edges.count, state.pointee.isLive)
        let hasContent = state.pointee.bodyHash != 0
        if count < edges.count { self[state: declaration].edges = edges }
        if state.pointee.edgesInEffect != edges.count { self[state: declaration].edgesInEffect = UInt32(edges.count) }
        edges.withUnsafeBufferPointer { edges in
            for place in edges.indices {
                let edge = edges[place]
                let target = DeclIndex(edge.target)
                var isTargetLive = false
                if place >= count, !edges[..<place].contains(where: { $0.target == edge.target }) {
                    let state = stateToChange(target)
                    addUser(declaration, of: target, state)
                    if hasContent || edge.isFromInterface { state.pointee.passingUserCount += 1 }
                    isTargetLive = state.pointee.isLive
                }
                if isLive && !isTargetLive && edge.kind != .exists { liveness.keep(target, by: declaration, in: self) }
            }
        }
    }

    /// Sets the hash of a datum's content; 0 for what has none. What content asks about, it passes changes of on.
    func setBodyHash(_ declaration: DeclIndex, _ hash: UInt64) {
        let edges = self[state: declaration].edges
        let before = passingEdges(declaration, edges)
        self[state: declaration].bodyHash = hash
        countPassing(before: before, after: passingEdges(declaration, edges))
    }

    /// Those of `edges` of `declaration` that pass a change of what they name on to its users.
    private func passingEdges(_ declaration: DeclIndex, _ edges: [EdgeRecord]) -> ArraySlice<EdgeRecord> {
        self[state: declaration].bodyHash != 0 ? edges[...] : edges.prefix { $0.isFromInterface }
    }

    private func countPassing(before old: ArraySlice<EdgeRecord>, after new: ArraySlice<EdgeRecord>) {
        guard old != new else { return }
        let before = OrderedTargets(old)
        let after = OrderedTargets(new)
        for target in after.list where !before.contains(target) {
            self[state: DeclIndex(target)].passingUserCount += 1
        }
        for target in before.list where !after.contains(target) {
            let count = self[state: DeclIndex(target)].passingUserCount
            if count > 0 { self[state: DeclIndex(target)].passingUserCount = count - 1 }
        }
    }
}
