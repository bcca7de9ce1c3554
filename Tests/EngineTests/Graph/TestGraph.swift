import Cache
import Semantics

@testable import Engine

/// What a declaration asks: its edges, of which the first `inEffect` hold.
struct TestEdges: Equatable {
    var edges: [EdgeRecord] = []
    var inEffect = 0

    /// Edges that keep `targets` alive, all in effect.
    init(to targets: [DeclIndex] = []) {
        edges = targets.map { EdgeRecord(target: $0.rawValue, kind: .type, isFromInterface: false, seen: 3) }
        inEffect = edges.count
    }

    /// Whom they keep alive.
    var kept: [DeclIndex] {
        edges.prefix(inEffect).filter { $0.kind != .exists }.map { DeclIndex($0.target) }
    }
}

/// Declarations that are nothing but edges, in the engine's `Graph` on a cache in memory, and the same as plain arrays.
///
/// An update goes as `Update.analyse` does it: what changed and what is reached gets its edges in the order of the
/// agenda. What nothing reaches keeps its edges until an update "succeeds".
final class TestGraph {
    let store: CacheStore
    private(set) var graph: Graph
    private var liveness = Liveness()
    /// What each declaration asks once it is analysed, by number less `first`.
    private(set) var wanted: [TestEdges]
    private(set) var roots: Set<DeclIndex> = []
    private var dormant: Set<DeclIndex> = []
    /// Whoever got its edges in the last update.
    private var analysed: Set<DeclIndex> = []
    /// Live declarations, as `Liveness` counts them.
    private(set) var liveCount: Int64 = 0

    /// The number of the first declaration: page 0 is no page.
    static let first = declarationsPerPage

    init(count: Int) throws {
        store = try CacheStore.createInMemory()
        graph = Graph(store: store, pageCount: 1, fileLimit: 2)
        wanted = Array(repeating: TestEdges(), count: count)
        for _ in 0...(count / declarationsPerPage) { _ = graph.addPage(file: 1) }
        try graph.save()
    }

    var all: [DeclIndex] { wanted.indices.map { self[$0] } }

    /// The declaration at a place.
    subscript(_ place: Int) -> DeclIndex { DeclIndex(UInt32(TestGraph.first + place)) }

    func place(of declaration: DeclIndex) -> Int { Int(declaration.rawValue) - TestGraph.first }

    // MARK: - Updates

    /// Makes these declarations ask something else, and others exports or exports no more.
    func update(
        _ changes: [DeclIndex: TestEdges], newRoots: [DeclIndex] = [], lostRoots: [DeclIndex] = [],
        succeeds: Bool = true
    ) throws {
        for root in newRoots where roots.insert(root).inserted { liveness.root(root, in: graph) }
        for root in lostRoots where roots.remove(root) != nil { liveness.loseKeeper(root) }
        var agenda = Agenda()
        for (declaration, edges) in changes.sorted(by: { $0.key < $1.key }) {
            wanted[place(of: declaration)] = edges
            let state = graph[state: declaration]
            if state.isLive { agenda.add(concerned: declaration, rank: state.rank) }
        }
        analyse(&agenda)
        if succeeds { purge() }
        liveCount += liveness.change
        liveness = Liveness()
        try graph.save()
        if let failure = graph.failure { throw failure }
    }

    private func analyse(_ agenda: inout Agenda) {
        analysed = []
        addReached(to: &agenda)
        while let declaration = agenda.next(&liveness, in: graph) {
            if graph[state: declaration].isLive { setWantedEdges(declaration) }
            addReached(to: &agenda)
        }
        dormant.formUnion(liveness.takeUnreached().map(\.declaration))
    }

    private func addReached(to agenda: inout Agenda) {
        liveness.takeReached { declaration in
            agenda.add(reached: declaration, rank: graph[state: declaration].rank)
        }
    }

    private func setWantedEdges(_ declaration: DeclIndex) {
        analysed.insert(declaration)
        graph[state: declaration].isDormant = false
        let edges = wanted[place(of: declaration)]
        _ = graph.setEdges(declaration, edges.edges, inEffect: edges.inEffect, &liveness)
    }

    /// Takes the edges of what nothing reaches away, as a build without errors does.
    private func purge() {
        for declaration in dormant.sorted() where !graph[state: declaration].isLive {
            _ = graph.setEdges(declaration, [], inEffect: 0, &liveness)
            graph[state: declaration].isDormant = false
            graph[state: declaration].rank = 0
        }
        dormant = []
    }

    /// Goes on as another process would: nothing is loaded yet, and the counters of the cache begin at 0.
    func reopen() {
        graph = Graph(store: store, pageCount: graph.pageCount, fileLimit: 2)
        counted = store.counters
    }

    private var counted = CacheCounters()

    /// Rows that were read since the last `reopen`: pages of 64 declarations, and of a popular one parts of its users.
    var rowsRead: Int { store.counters.rowsRead - counted.rowsRead }
    /// The same of rows that were written.
    var rowsWritten: Int { store.counters.rowsWritten - counted.rowsWritten }

    /// Lets the ranks of all live declarations be higher by as much, as they are after very many updates.
    func raiseRanks(by amount: Int64) {
        for declaration in all where graph[state: declaration].isLive { graph[state: declaration].rank += amount }
    }

    // MARK: - What must hold

    /// What an export reaches.
    func reached() -> Set<DeclIndex> {
        var reached = roots
        var stack = Array(roots)
        while let declaration = stack.popLast() {
            for target in wanted[place(of: declaration)].kept where reached.insert(target).inserted {
                stack.append(target)
            }
        }
        return reached
    }

    /// What is not as it must be after an update.
    func faults() -> [String] {
        let reached = reached()
        var faults: [String] = []
        for declaration in all {
            let state = graph[state: declaration]
            let isReached = reached.contains(declaration)
            if state.isLive != isReached { faults.append("\(declaration.rawValue) lives: \(state.isLive)") }
            if state.isLive && isReached { faults += keeperFaults(declaration, state) }
            let edges = wanted[place(of: declaration)]
            let hasEdges = state.edges == edges.edges && state.edgesInEffect == edges.inEffect
            if !isReached && analysed.contains(declaration) {
                faults.append("\(declaration.rawValue) is dead and was analysed")
            }
            if state.isLive && !hasEdges { faults.append("\(declaration.rawValue) has other edges") }
            if !state.isLive && !dormant.contains(declaration) && !state.edges.isEmpty {
                faults.append("\(declaration.rawValue) is dead and has edges")
            }
        }
        if liveCount != reached.count { faults.append("\(liveCount) live ones are counted, not \(reached.count)") }
        return faults + userFaults()
    }

    private func keeperFaults(_ declaration: DeclIndex, _ state: StateRecord) -> [String] {
        let keeper = DeclIndex(state.keeper)
        if keeper == .none { return roots.contains(declaration) ? [] : ["\(declaration.rawValue) has no keeper"] }
        var faults: [String] = []
        if !graph[state: keeper].isLive { faults.append("the keeper of \(declaration.rawValue) is dead") }
        if graph[state: keeper].rank >= state.rank {
            faults.append("the keeper of \(declaration.rawValue) is above it")
        }
        if !wanted[place(of: keeper)].kept.contains(declaration) {
            faults.append("the keeper of \(declaration.rawValue) does not use it")
        }
        return faults
    }

    /// Users are the edges the other way round, each once; those that pass a change on are counted.
    private func userFaults() -> [String] {
        var users: [DeclIndex: [DeclIndex]] = [:]
        var passing: [DeclIndex: UInt32] = [:]
        for declaration in all {
            let edges = graph[state: declaration].edges
            for target in Set(edges.map(\.target)) { users[DeclIndex(target), default: []].append(declaration) }
            for target in Set(edges.filter(\.isFromInterface).map(\.target)) {
                passing[DeclIndex(target), default: 0] += 1
            }
        }
        return all.compactMap { declaration in
            let found = graph.users(of: declaration)
            if found.sorted() != users[declaration, default: []] { return "\(declaration.rawValue) has users \(found)" }
            let count = graph[state: declaration].passingUserCount
            let isRight = count == passing[declaration, default: 0]
            return isRight ? nil : "\(declaration.rawValue) counts \(count) users that pass changes on"
        }
    }
}
