import Cache
import Foundation
import Semantics
import Testing

@testable import Engine

/// Who lives, by keepers and ranks, compared with everything that the exports reach: random graphs under random
/// updates, without sources, analysis or an executable.
///
/// `ZBUILD_GRAPH_UPDATES` makes it go on with new graphs for as many updates; `ZBUILD_GRAPH_SEED` says which is first.
/// `tools/random-graphs` sets both.
@Suite struct LivenessTests {
    /// Updates of one graph.
    private static let updates = 40

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func theLiveAreThoseThatExportsReach(seed: UInt64) throws {
        try LivenessTests.run(seed)
    }

    @Test(.enabled(if: LivenessTests.number("ZBUILD_GRAPH_UPDATES") != nil))
    func theLiveAreThoseThatExportsReachForLong() throws {
        let count = LivenessTests.number("ZBUILD_GRAPH_UPDATES") ?? 0
        let first = LivenessTests.number("ZBUILD_GRAPH_SEED") ?? 1000
        let graphs = (count + UInt64(LivenessTests.updates) - 1) / UInt64(LivenessTests.updates)
        for seed in first..<(first + graphs) { try LivenessTests.run(seed) }
        print("\(graphs) graphs, \(graphs * UInt64(LivenessTests.updates)) updates")
    }

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    private static func run(_ seed: UInt64) throws {
        var maker = try RandomGraph(seed: seed)
        for update in 0...updates {
            try maker.update(isFirst: update == 0)
            let faults = maker.graph.faults()
            guard faults.isEmpty else {
                Issue.record("seed \(seed), update \(update):\n\(faults.prefix(12).joined(separator: "\n"))")
                return
            }
        }
    }

    /// The keeper of `d` drops it, and so does its last user, of a higher rank. Nothing is to be made of `d`, although its
    /// turn was before that user's.
    @Test func whoHangsOnALaterOneIsLookedAtAfterIt() throws {
        let graph = try TestGraph(count: 5)
        let (root, d, near, far, other) = (graph[0], graph[1], graph[2], graph[3], graph[4])
        try graph.update(
            [root: TestEdges(to: [d, near]), near: TestEdges(to: [far]), far: TestEdges(to: [d])], newRoots: [root])
        try graph.update([root: TestEdges(to: [near]), d: TestEdges(to: [other]), far: TestEdges()])
        #expect(graph.faults() == [])
    }

    // MARK: - Ranks

    /// Two that keep each other in turns, each time from a new root: the rank rises with each update.
    @Test func ranksRiseByLessThanAGapForEachUpdate() throws {
        let graph = try TestGraph(count: 300)
        let (a, b) = (graph[0], graph[1])
        try graph.update([a: TestEdges(to: [b]), b: TestEdges(to: [a])], newRoots: [graph[2]])
        var last = [a, b]
        for number in 0..<200 {
            let root = graph[3 + number]
            last.reverse()
            let old = number == 0 ? graph[2] : graph[2 + number]
            try graph.update([root: TestEdges(to: [last[0]])], newRoots: [root], lostRoots: [old])
            #expect(graph.faults() == [])
        }
        let highest = graph.all.map { graph.graph[state: $0].rank }.max() ?? 0
        #expect(highest <= 202 << 20)
        #expect(highest < Liveness.rankLimit)
    }

    /// At the end of what a cache may hold there is room for one more update, whatever it does.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func theHighestRanksLeaveRoomForAnUpdate(seed: UInt64) throws {
        var maker = try RandomGraph(seed: seed)
        try maker.update(isFirst: true)
        let highest = maker.graph.all.map { maker.graph.graph[state: $0].rank }.max() ?? 0
        maker.graph.raiseRanks(by: Liveness.rankLimit - highest)
        try maker.graph.update([:])
        maker.graph.reopen()
        try maker.update()
        #expect(maker.graph.faults() == [])
    }

    /// Beyond that no rank has come from updates.
    @Test func aRankBeyondTheLimitIsDamage() throws {
        let graph = try TestGraph(count: 1)
        try graph.update([:], newRoots: [graph[0]])
        graph.raiseRanks(by: Liveness.rankLimit)
        try graph.update([:])
        graph.reopen()
        _ = graph.graph[state: graph[0]].rank
        #expect(graph.graph.failure == .damaged(.state, .number))
    }

    // MARK: - Users

    /// A row that is gone is noticed, and not taken for a declaration that has fewer users.
    @Test func aLostRowOfUsersIsDamage() throws {
        let graph = try TestGraph(count: 3000)
        let user = TestEdges(to: [graph[0]])
        let changes = Dictionary(uniqueKeysWithValues: graph.all.dropFirst().map { ($0, user) })
        try graph.update(changes, newRoots: Array(graph.all.dropFirst()))
        #expect(graph.graph.users(of: graph[0]).count == 2999)
        try graph.store.removeUserRow(graph[0].rawValue, part: 1)
        graph.reopen()
        _ = graph.graph.users(of: graph[0])
        #expect(graph.graph.failure == .damaged(.user, .number))
    }
}

/// A graph that changes at random.
struct RandomGraph {
    let graph: TestGraph
    private var dice: Dice
    /// How many edges a declaration has at most.
    private let density: Int
    /// Whom many use; more than stand in one record if the graph is large.
    private let hub: DeclIndex

    init(seed: UInt64) throws {
        dice = Dice(seed: seed)
        let isLarge = seed % 8 == 0
        graph = try TestGraph(count: isLarge ? 60 + dice.roll(90) : 4 + dice.roll(40))
        density = 1 + Int(seed % 4)
        hub = graph[0]
    }

    mutating func update(isFirst: Bool = false) throws {
        if dice.once(in: 2) { graph.reopen() }
        if isFirst {
            let edges = graph.all.map { ($0, randomEdges()) }
            let roots = (0...dice.roll(3)).map { _ in randomDeclaration() }
            return try graph.update(Dictionary(uniqueKeysWithValues: edges), newRoots: roots)
        }
        var changes: [DeclIndex: TestEdges] = [:]
        for _ in 0...dice.roll(3) {
            let declaration = randomDeclaration()
            changes[declaration] = changed(graph.wanted[graph.place(of: declaration)])
        }
        let newRoots = dice.once(in: 8) ? [randomDeclaration()] : []
        let rootsLeft = graph.roots.sorted().filter { !newRoots.contains($0) }
        let lostRoots = dice.once(in: 8) && rootsLeft.count > 1 ? [dice.pick(rootsLeft) ?? hub] : []
        try graph.update(changes, newRoots: newRoots, lostRoots: lostRoots, succeeds: !dice.once(in: 5))
    }

    private mutating func randomDeclaration() -> DeclIndex {
        dice.once(in: 9) ? hub : graph[dice.roll(graph.wanted.count)]
    }

    private mutating func randomEdges() -> TestEdges {
        var edges = TestEdges()
        for _ in 0..<dice.roll(density + 1) { edges.add(randomEdge()) }
        settle(&edges)
        return edges
    }

    private mutating func changed(_ old: TestEdges) -> TestEdges {
        var edges = old
        if !edges.edges.isEmpty, !dice.once(in: 3) { edges.edges.remove(at: dice.roll(edges.edges.count)) }
        if dice.once(in: 2) { edges.add(randomEdge()) }
        settle(&edges)
        return edges
    }

    /// Those of the interface come first; sometimes an answer is a failure, and what is behind it does not hold.
    private mutating func settle(_ edges: inout TestEdges) {
        edges.edges = edges.edges.filter(\.isFromInterface) + edges.edges.filter { !$0.isFromInterface }
        edges.inEffect = dice.once(in: 6) ? dice.roll(edges.edges.count + 1) : edges.edges.count
    }

    private mutating func randomEdge() -> EdgeRecord {
        let kinds: [EdgeKind] = [.exists, .type, .type, .value, .body]
        return EdgeRecord(
            target: randomDeclaration().rawValue, kind: dice.pick(kinds) ?? .type, isFromInterface: dice.once(in: 3),
            seen: UInt64(3 + dice.roll(4)))
    }
}

extension TestEdges {
    /// Adds a question, unless it was asked already.
    mutating func add(_ edge: EdgeRecord) {
        if !edges.contains(where: { $0.target == edge.target && $0.kind == edge.kind }) { edges.append(edge) }
    }
}
