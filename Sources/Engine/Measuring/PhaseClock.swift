import Cache

/// Measures the phases of one build.
///
/// A build is in one phase at each moment, so that the times of the phases add up to its own. A part of a phase may count as
/// another phase: the generation of some functions, in the midst of the analysis of all. Where nobody asked for measurements, all
/// that this costs is finding that out.
final class PhaseClock {
    private let measuring: Measuring
    private let now: () -> Int64
    private var measurements = Measurements()
    private var start: Int64 = 0
    /// What the build is in, and since when.
    private var phase = Phase.project
    private var phaseStart: Int64 = 0
    /// The part of it that the build is in.
    private var part: Part?
    /// Parts that are over and whose subject has no name yet, by place among the spans.
    private var unnamedParts: [(span: Int, part: Part)] = []
    /// When the costs were brought up to date, and what the cache had counted then.
    private var lastTime: Int64 = 0
    private var lastCounters = CacheCounters()
    private weak var store: CacheStore?

    private struct Part {
        var phase: Phase
        var subject: UInt32
        var count: Int
        var start: Int64
    }

    /// Begins with the phase `project`. `now` gives nanoseconds that only grow.
    init(_ measuring: Measuring, now: @escaping () -> Int64 = Clock.monotonic) {
        self.measuring = measuring
        self.now = now
        guard measuring != .nothing else { return }
        measurements.startTime = Clock.processorTime()
        start = now()
        lastTime = start
        phaseStart = start
    }

    /// From now on counts what is read from `store`, which nobody used yet, and written to it. The clock does not keep it
    /// open.
    func watch(_ store: CacheStore) {
        guard measuring != .nothing, self.store !== store else { return }
        update()
        self.store = store
        lastCounters = CacheCounters()
    }

    /// Ends the phase that the build is in, and begins `next`.
    func begin(_ next: Phase) {
        guard measuring != .nothing else { return }
        endPart()
        guard next != phase else { return }
        update()
        addSpan(phase, isPart: false, since: phaseStart)
        phase = next
        phaseStart = lastTime
    }

    /// Begins a part of the phase that counts as another: that of `count` files or declarations, of which `subject` is the
    /// number of the first.
    func beginPart(_ next: Phase, of subject: UInt32, count: Int = 1) {
        guard measuring != .nothing else { return }
        endPart()
        update()
        part = Part(phase: next, subject: subject, count: count, start: lastTime)
    }

    /// Ends the part.
    func endPart() {
        guard measuring != .nothing, let part else { return }
        update()
        if measuring == .spans { unnamedParts.append((measurements.spans.count, part)) }
        addSpan(part.phase, isPart: true, since: part.start)
        self.part = nil
    }

    /// Names the parts so far, while somebody knows what their numbers mean.
    func nameParts(_ name: (Phase, UInt32) -> String) {
        for (span, part) in unnamedParts {
            let others = part.count > 1 ? " and \(part.count - 1) more" : ""
            measurements.spans[span].subject = name(part.phase, part.subject) + others
        }
        unnamedParts = []
    }

    /// Ends the build. Gives nil where nobody asked.
    func finish() -> Measurements? {
        guard measuring != .nothing else { return nil }
        endPart()
        update()
        addSpan(phase, isPart: false, since: phaseStart)
        phaseStart = lastTime
        measurements.spans.sort { $0.start != $1.start ? $0.start < $1.start : !$0.isPart && $1.isPart }
        return measurements
    }

    /// Adds what came to pass since the last time to the cost of what the build is in.
    private func update() {
        let time = now()
        let counters = store?.counters ?? lastCounters
        measurements[part?.phase ?? phase].add(counters, since: lastCounters)
        measurements[part?.phase ?? phase].nanoseconds += time - lastTime
        lastTime = time
        lastCounters = counters
    }

    private func addSpan(_ phase: Phase, isPart: Bool, since spanStart: Int64) {
        guard measuring == .spans else { return }
        measurements.spans.append(
            .init(phase: phase, isPart: isPart, start: spanStart - start, duration: lastTime - spanStart))
    }
}

extension Measurements.Cost {
    /// Adds what the cache counted after it had counted `before`.
    fileprivate mutating func add(_ counters: CacheCounters, since before: CacheCounters) {
        rows.read += counters.rowsRead + counters.fileRowsRead - before.rowsRead - before.fileRowsRead
        rows.written += counters.rowsWritten + counters.fileRowsWritten - before.rowsWritten - before.fileRowsWritten
        bytes.read += counters.bytesRead + counters.fileBytesRead - before.bytesRead - before.fileBytesRead
        bytes.written +=
            counters.bytesWritten + counters.fileBytesWritten - before.bytesWritten - before.fileBytesWritten
    }
}
