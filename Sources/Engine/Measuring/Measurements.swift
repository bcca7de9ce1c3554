/// How much a build notes about where its time goes.
public enum Measuring: Sendable {
    /// Nothing.
    case nothing
    /// What each phase costs.
    case phases
    /// Also when each phase, and each of its parts, began and ended.
    case spans
}

/// Where the time of a build went.
public struct Measurements: Sendable {
    /// What one phase cost.
    public struct Cost: Equatable, Sendable {
        /// Time that passed in it, without that of its parts which count as another phase.
        public var nanoseconds: Int64 = 0
        /// Rows of the cache, its table of files included.
        public var rows = Report.Traffic()
        /// Bytes of those rows.
        public var bytes = Report.Traffic()
    }

    /// A time in which the build was in one phase.
    public struct Span: Equatable, Sendable {
        /// Which one.
        public var phase: Phase
        /// Whether it is a part of another phase's span, which it lies in.
        public var isPart: Bool
        /// The file or the declaration that a part was about; of several the first, and how many more.
        public var subject: String?
        /// Nanoseconds since the build began.
        public var start: Int64
        /// Its length in nanoseconds.
        public var duration: Int64

        /// Nanoseconds since the build began.
        public var end: Int64 { start + duration }
    }

    /// By phase; empty until there are some.
    private var costs: [Cost] = []
    /// In the order of their starts, a part after the span that it lies in; empty unless they were asked for.
    public internal(set) var spans: [Span] = []
    /// Nanoseconds of processor time that the process had used before the build began.
    public internal(set) var startTime: Int64 = 0
    /// The most memory that the process had so far, in bytes; 0 where the system does not tell.
    public internal(set) var peakMemory = 0

    /// What `phase` cost.
    public internal(set) subscript(phase: Phase) -> Cost {
        get { costs.isEmpty ? Cost() : costs[phase.rawValue] }
        set {
            if costs.isEmpty { costs = Array(repeating: Cost(), count: Phase.allCases.count) }
            costs[phase.rawValue] = newValue
        }
    }

    /// What all phases cost.
    public var total: Cost {
        costs.reduce(into: Cost()) { total, cost in
            total.nanoseconds += cost.nanoseconds
            total.rows += cost.rows
            total.bytes += cost.bytes
        }
    }
}

extension Report.Traffic {
    static func += (sum: inout Report.Traffic, other: Report.Traffic) {
        sum.read += other.read
        sum.written += other.written
    }
}
