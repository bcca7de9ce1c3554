import Cache
import Semantics

/// Who lives: each live declaration stores its *keeper*, a live user, and a *rank* above its keeper's; exports have
/// no keeper. So the chain of keepers of any live declaration ends at an export, and when a use goes away only the
/// neighbourhood of the change has to be looked at to tell who died.
///
/// Requires that edges are inserted before old ones are deleted. Guarantees, after `resolve`, that exactly what an
/// export reaches is live. What is no longer reached becomes *dormant*: its results are kept until a build without
/// errors takes it away, because it may be reached again before.
struct Liveness: ~Copyable {
    /// Ranks are this far apart where nothing was there before, so that later keepers find room between them.
    private static let gap: Int64 = 1 << 20

    /// What a cache may hold. A rank rises by at most a gap for each declaration that comes to life and by one for each
    /// that gets another keeper: before one is higher, more than 2^42 of these have happened.
    static let rankLimit = Int64.max / 2

    /// Live declarations that no one kept until now, to be analysed.
    private let reached = FlatTable<DeclIndex>()
    /// Declarations that are live no more.
    private(set) var unreached: [Loss] = []

    /// A declaration that is live no more, and who kept it last.
    struct Loss {
        var declaration: DeclIndex
        var keeper: DeclIndex
    }

    /// How many more are live than at the start.
    private(set) var change: Int64 = 0

    private var lost: [DeclIndex] = []
    private var suspects: Set<DeclIndex> = []

    /// Takes `declaration`, which is an export now, into life; who kept it before, if somebody did, does not matter.
    mutating func root(_ declaration: DeclIndex, in graph: Graph) {
        guard graph[state: declaration].isLive else {
            return begin(declaration, keeper: .none, rank: Liveness.gap, in: graph)
        }
        graph[state: declaration].keeper = 0
        graph[state: declaration].rank = min(graph[state: declaration].rank, Liveness.gap)
    }

    /// Takes `declaration`, which `keeper` uses, into life.
    mutating func keep(_ declaration: DeclIndex, by keeper: DeclIndex, in graph: Graph) {
        guard !graph.state(declaration).pointee.isLive else { return }
        begin(declaration, keeper: keeper, rank: graph.state(keeper).pointee.rank + Liveness.gap, in: graph)
    }

    private mutating func begin(_ declaration: DeclIndex, keeper: DeclIndex, rank: Int64, in graph: Graph) {
        let state = graph.stateToChange(declaration)
        state.pointee.isLive = true
        state.pointee.keeper = keeper.rawValue
        state.pointee.rank = rank
        change += 1
        reached.append(declaration)
    }

    /// Says that `declaration`'s keeper does not use it any more, or that it is an export no more.
    mutating func loseKeeper(_ declaration: DeclIndex) {
        lost.append(declaration)
    }

    /// Whether `resolve` has something to do.
    var hasLost: Bool { !lost.isEmpty }

    /// Hands over what became live since this was done last, one by one.
    mutating func takeReached(_ body: (DeclIndex) -> Void) {
        for place in 0..<reached.count { body(reached[place]) }
        reached.removeAll()
    }

    /// Hands over what became dormant since the last call; it may have come to life again.
    mutating func takeUnreached() -> [Loss] {
        defer { unreached = [] }
        return unreached
    }

    /// Finds a new keeper for whoever lost its own, and who has none.
    mutating func resolve(_ graph: Graph) {
        guard !lost.isEmpty else { return }
        var queue = RankQueue()
        for declaration in lost { suspect(declaration, in: graph, &queue) }
        lost = []
        while let declaration = queue.pop()?.declaration {
            let kept = uses(of: declaration, in: graph).filter { graph[state: $0].keeper == declaration.rawValue }
            // Whoever hangs on it, directly or not, has a rank from this on.
            let ceiling = kept.map { graph[state: $0].rank }.min() ?? Int64.max
            if let keeper = keeper(for: declaration, below: ceiling - 1, in: graph) {
                hang(declaration, on: keeper, in: graph)
            } else {
                for declaration in kept { suspect(declaration, in: graph, &queue) }
            }
        }
        rehang(graph)
        bury(graph)
    }

    private mutating func suspect(_ declaration: DeclIndex, in graph: Graph, _ queue: inout RankQueue) {
        guard graph[state: declaration].isLive, suspects.insert(declaration).inserted else { return }
        queue.push(declaration, rank: graph[state: declaration].rank)
    }

    /// A live user that is no suspect, of a rank smaller than `rank`.
    private func keeper(for declaration: DeclIndex, below rank: Int64, in graph: Graph) -> DeclIndex? {
        graph.firstUser(of: declaration) { user in
            graph[state: user].isLive && graph[state: user].rank < rank && !suspects.contains(user)
                && isUsed(declaration, by: user, in: graph)
        }
    }

    /// Hangs suspects that a live user still has on that user, whatever its rank, and what they use on them.
    private mutating func rehang(_ graph: Graph) {
        let ordered = suspects.sorted { a, b in
            let (x, y) = (graph[state: a].rank, graph[state: b].rank)
            return x != y ? x < y : a < b
        }
        for declaration in ordered where suspects.contains(declaration) {
            guard let keeper = keeper(for: declaration, below: Int64.max, in: graph) else { continue }
            hang(declaration, on: keeper, in: graph)
            var stack = [declaration]
            while let parent = stack.popLast() {
                for used in uses(of: parent, in: graph) where suspects.contains(used) {
                    hang(used, on: parent, in: graph)
                    stack.append(used)
                }
            }
        }
    }

    private mutating func hang(_ declaration: DeclIndex, on keeper: DeclIndex, in graph: Graph) {
        suspects.remove(declaration)
        graph[state: declaration].keeper = keeper.rawValue
        let rank = graph[state: keeper].rank + 1
        if graph[state: declaration].rank < rank { graph[state: declaration].rank = rank }
    }

    /// The suspects that are left have no live user.
    private mutating func bury(_ graph: Graph) {
        for declaration in suspects.sorted() {
            graph[state: declaration].isLive = false
            graph[state: declaration].isDormant = true
            unreached.append(Loss(declaration: declaration, keeper: DeclIndex(graph[state: declaration].keeper)))
            graph[state: declaration].keeper = 0
            change -= 1
        }
        suspects = []
    }

    /// What `declaration` keeps or could keep: the targets of its edges that hold.
    private func uses(of declaration: DeclIndex, in graph: Graph) -> [DeclIndex] {
        let inEffect = Int(graph[state: declaration].edgesInEffect)
        return graph[state: declaration].edges.prefix(inEffect).filter { $0.kind != .exists }
            .map { DeclIndex($0.target) }
    }

    private func isUsed(_ declaration: DeclIndex, by user: DeclIndex, in graph: Graph) -> Bool {
        let inEffect = Int(graph[state: user].edgesInEffect)
        return graph[state: user].edges.prefix(inEffect)
            .contains { $0.target == declaration.rawValue && $0.kind != .exists }
    }
}
