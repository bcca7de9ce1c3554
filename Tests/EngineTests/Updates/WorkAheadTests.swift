import CSystem
import Glibc
import Testing

@testable import Engine

/// Results come from whoever computed them, each once and whole.
@Suite struct WorkAheadTests {
    /// Takes long enough for others to overtake it.
    @Sendable private static func sum(_ count: Int) -> Int { (0..<count).reduce(0) { $0 &+ $1 } }

    private static func expected(_ count: Int) -> Int { count * (count - 1) / 2 }

    @Test(arguments: [1, 4, 1000]) func resultsInOrder(fewest: Int) {
        let work = WorkAhead(fewest: fewest, Self.sum)
        let counts = (0..<500).map { 100 + $0 * 37 % 1000 }
        let tickets = counts.map { work.add($0) }
        for (count, ticket) in zip(counts, tickets) { #expect(work.take(ticket) == Self.expected(count)) }
    }

    @Test func resultsFromTheLastOn() {
        let work = WorkAhead(fewest: 1, Self.sum)
        let counts = Array(0..<300)
        let tickets = counts.map { work.add($0) }
        for (count, ticket) in zip(counts, tickets).reversed() { #expect(work.take(ticket) == Self.expected(count)) }
    }

    /// As many jobs go in as come out, so that helpers go and come.
    @Test func alternately() {
        let work = WorkAhead(fewest: 1, Self.sum)
        for count in 0..<2000 {
            let ticket = work.add(count)
            #expect(work.take(ticket) == Self.expected(count))
        }
    }

    /// Helpers that went because nothing came are followed by others.
    @Test func pauses() {
        let work = WorkAhead(fewest: 1, Self.sum)
        for _ in 0..<4 {
            let tickets = (0..<100).map { work.add($0) }
            for (count, ticket) in tickets.enumerated() { #expect(work.take(ticket) == Self.expected(count)) }
            usleep(8_000)
        }
    }

    /// A thread is not left to wait until its creator's turn is over.
    @Test func anotherProcessor() {
        let found = Locked<Int?>(nil)
        guard DetachedThread.start({ found.with { $0 = zbuild_processor_count() } }) else { return }
        while found.with({ $0 }) == nil { usleep(100) }
        #expect(found.with { $0 } == max(DetachedThread.processorCount - 1, 1))
    }

    /// A job adds jobs, as a source does that names others.
    @Test func jobsOfJobs() {
        let tree = Tree()
        let root = tree.work.add(1)
        var pending = [root]
        var count = 0
        while let ticket = pending.popLast() {
            pending += tree.work.take(ticket)
            count += 1
        }
        #expect(count == 255)
    }

    private final class Tree: Sendable {
        let work: WorkAhead<Int, [Int]>

        init() {
            let box = Locked<WorkAhead<Int, [Int]>?>(nil)
            work = WorkAhead(fewest: 1) { node in
                guard node < 128, let work = box.with({ $0 }) else { return [] }
                return [work.add(2 * node), work.add(2 * node + 1)]
            }
            let work = work
            box.with { $0 = work }
        }
    }

    @Test func whatIsCancelledIsNotDone() {
        let done = Locked<Int>(0)
        let work = WorkAhead<Int, Int>(fewest: 1000) { job in
            done.with { $0 += 1 }
            return job
        }
        let first = work.add(1)
        for job in 2..<10 { work.add(job) }
        #expect(work.take(first) == 1)
        work.cancel()
        work.add(10)
        #expect(done.with { $0 } == 1)
    }
}
