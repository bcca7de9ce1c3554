import Cache
import Testing

@testable import Engine

/// The clock of phases, by a clock that the tests turn.
@Suite struct PhaseClockTests {
    /// Shows what it is set to.
    private final class Hands {
        var time: Int64 = 1000
    }

    private let hands = Hands()

    private func clock(_ measuring: Measuring) -> PhaseClock {
        PhaseClock(measuring, now: { [hands] in hands.time })
    }

    /// A build with two files and two functions.
    private func build(_ clock: PhaseClock) {
        func pass(_ time: Int64) { hands.time += time }
        pass(1)
        clock.begin(.scan)
        pass(10)
        clock.beginPart(.diff, of: 1)
        pass(100)
        clock.endPart()
        clock.beginPart(.diff, of: 2)
        pass(200)
        clock.endPart()
        pass(20)
        clock.begin(.analyse)
        pass(1000)
        clock.beginPart(.generate, of: 7, count: 3)
        pass(2000)
        clock.endPart()
        clock.beginPart(.generate, of: 8)
        pass(4000)
        clock.nameParts { "\($0.name) \($1)" }
        clock.begin(.report)
        pass(3)
    }

    private static let times: [Phase: Int64] = [
        .project: 1, .scan: 30, .diff: 300, .analyse: 1000, .generate: 6000, .report: 3,
    ]

    @Test(arguments: [Measuring.phases, .spans])
    func eachMomentCountsForOnePhase(_ measuring: Measuring) throws {
        let clock = clock(measuring)
        build(clock)
        let measurements = try #require(clock.finish())
        for phase in Phase.allCases {
            #expect(measurements[phase].nanoseconds == PhaseClockTests.times[phase] ?? 0, "\(phase)")
        }
        #expect(measurements.total.nanoseconds == hands.time - 1000)
    }

    @Test func partsLieInTheirPhases() throws {
        let clock = clock(.spans)
        build(clock)
        let spans = try #require(clock.finish()).spans
        let texts = spans.map { span in
            "\(span.isPart ? "  " : "")\(span.phase) \(span.start) \(span.end) \(span.subject ?? "-")"
        }
        #expect(
            texts == [
                "project 0 1 -", "scan 1 331 -", "  diff 11 111 diff 1", "  diff 111 311 diff 2", "analyse 331 7331 -",
                "  generate 1331 3331 generate 7 and 2 more", "  generate 3331 7331 -", "report 7331 7334 -",
            ])
    }

    @Test func spansAreOnlyKeptIfAskedFor() throws {
        let clock = clock(.phases)
        build(clock)
        #expect(try #require(clock.finish()).spans.isEmpty)
    }

    @Test func nothingIsMeasuredIfNobodyAsks() {
        let clock = PhaseClock(
            .nothing,
            now: {
                Issue.record("it looks at the time")
                return 0
            })
        build(clock)
        #expect(clock.finish() == nil)
    }

    @Test func aPhaseThatBeginsAgainGoesOn() throws {
        let clock = clock(.spans)
        clock.begin(.commit)
        hands.time += 5
        clock.begin(.commit)
        hands.time += 6
        let measurements = try #require(clock.finish())
        #expect(measurements[.commit].nanoseconds == 11)
        #expect(measurements.spans.map(\.duration) == [0, 11])
    }

    /// The traffic with a cache counts for the phase in which it was, also if another cache comes in its place.
    @Test func rowsCountForTheirPhase() throws {
        let clock = clock(.phases)
        try write(2, clock, then: .report)
        clock.begin(.commit)
        try write(3, clock, then: .report)
        let measurements = try #require(clock.finish())
        #expect(measurements[.project].rows == Report.Traffic(read: 0, written: 2))
        #expect(measurements[.commit].rows == Report.Traffic(read: 0, written: 3))
        #expect(measurements[.commit].bytes.written > 0)
        #expect(measurements.total.rows.written == 5)
    }

    /// Puts rows into a cache of their own, which is gone afterwards.
    private func write(_ count: Int, _ clock: PhaseClock, then phase: Phase) throws {
        let store = try CacheStore.createInMemory()
        clock.watch(store)
        for _ in 0..<count { try store.putMeta(MetaRow()) }
        clock.watch(store)
        clock.begin(phase)
    }
}
