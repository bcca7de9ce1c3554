import Foundation
import Semantics
import Testing

@testable import Engine

/// What an update loads of a large graph: rows of the cache near the change, however large the graph is.
///
/// A row is a page of 64 declarations, or up to 1,024 users of a popular one. The bounds are for the worst of all
/// updates, and the same for any size. `tools/random-graphs` measures 100,000 declarations, as `ZBUILD_GRAPH_SIZE` says.
@Suite struct LivenessCostTests {
    /// A chain of calls, and everybody calls the last one too.
    private static func chain() throws -> (graph: TestGraph, count: Int, hub: DeclIndex) {
        let graph = try TestGraph(count: count + 2)
        var changes: [DeclIndex: TestEdges] = [:]
        for place in 0..<count {
            changes[graph[place]] = TestEdges(
                to: place + 1 < count ? [graph[place + 1], graph[count]] : [graph[count]])
        }
        try graph.update(changes, newRoots: [graph[0]])
        return (graph, count, graph[count])
    }

    private static let count = ProcessInfo.processInfo.environment["ZBUILD_GRAPH_SIZE"].flatMap { Int($0) } ?? 6_400

    @Test func aCallGoesThroughANewFunction() throws {
        let (graph, count, hub) = try LivenessCostTests.chain()
        let (caller, called, helper) = (graph[count / 2], graph[count / 2 + 1], graph[count + 1])
        let cost = try cost(of: [caller: TestEdges(to: [helper, hub]), helper: TestEdges(to: [called])], in: graph)
        #expect(cost <= 4)
        #expect(graph.faults() == [])
    }

    @Test func twoHundredStopCallingTheHub() throws {
        let (graph, count, _) = try LivenessCostTests.chain()
        var costs: [Int] = []
        for place in stride(from: 10, to: count - 10, by: count / 200) {
            costs.append(try cost(of: [graph[place]: TestEdges(to: [graph[place + 1]])], in: graph))
        }
        costs.sort()
        #expect(costs[costs.count / 2] <= 3)
        #expect(costs[costs.count * 99 / 100] <= 5)
        #expect(graph.faults() == [])
    }

    @Test func theKeeperDropsTheHub() throws {
        let (graph, _, hub) = try LivenessCostTests.chain()
        let keeper = DeclIndex(graph.graph[state: hub].keeper)
        let next = graph[graph.place(of: keeper) + 1]
        #expect(try cost(of: [keeper: TestEdges(to: [next])], in: graph) <= 5)
        #expect(graph.faults() == [])
    }

    /// What dies is read, and the users of what it used.
    @Test func theEndOfAChainDies() throws {
        let (graph, count, hub) = try LivenessCostTests.chain()
        let cost = try cost(of: [graph[count - 1001]: TestEdges(to: [hub])], in: graph)
        #expect(graph.liveCount == Int64(count) - 1000 + 1)
        #expect(cost <= 1000 / 64 + 6)
        #expect(graph.faults() == [])
    }

    /// A cycle that nobody else uses dies, all of it.
    @Test func aCycleDies() throws {
        let (graph, count, hub) = try LivenessCostTests.chain()
        try graph.update([graph[count - 1]: TestEdges(to: [graph[count - 2999], hub])])
        let cost = try cost(of: [graph[count - 3000]: TestEdges(to: [hub])], in: graph)
        #expect(graph.liveCount == Int64(count) - 2999 + 1)
        #expect(cost <= 2999 / 64 + 10)
        #expect(graph.faults() == [])
    }

    /// The hub's first user drops it, and everybody else is deeper: the hub's new keeper has a higher rank than the old.
    @Test func theRootDropsTheHub() throws {
        let count = LivenessCostTests.count
        let graph = try TestGraph(count: count)
        let (root, hub, helper) = (graph[0], graph[1], graph[2])
        var changes = [root: TestEdges(to: [hub, graph[3]]), hub: TestEdges(to: [helper])]
        for place in 3..<count {
            changes[graph[place]] = TestEdges(to: place + 1 < count ? [graph[place + 1], hub] : [hub])
        }
        try graph.update(changes, newRoots: [root])
        #expect(graph.graph[state: hub].keeper == root.rawValue)
        #expect(try cost(of: [root: TestEdges(to: [graph[3]])], in: graph) <= 4)
        #expect(graph.faults() == [])
    }

    /// Rows read by an update in a process of its own; none is written that was not read.
    private func cost(of changes: [DeclIndex: TestEdges], in graph: TestGraph) throws -> Int {
        graph.reopen()
        try graph.update(changes)
        #expect(graph.rowsWritten <= graph.rowsRead)
        return graph.rowsRead
    }
}
