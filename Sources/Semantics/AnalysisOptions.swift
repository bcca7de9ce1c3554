/// How code is optimised and what it checks.
public enum OptimizeMode: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    /// Checks everything; compiles fast.
    case debug
    /// Checks everything; runs fast.
    case safe
    /// Checks nothing; runs fast.
    case fast
    /// Checks nothing; small.
    case small

    /// Its name on the command line. Spelled out, since what the compiler makes of `"\(mode)"` asks the runtime about the
    /// type, which takes a third as long as a build that finds nothing to do.
    public var description: String {
        switch self {
        case .debug: "debug"
        case .safe: "safe"
        case .fast: "fast"
        case .small: "small"
        }
    }
}

/// What of the command line analysis depends on.
public struct AnalysisOptions: Hashable, Sendable {
    /// How code is optimised and what it checks.
    public var mode: OptimizeMode

    /// Options.
    public init(mode: OptimizeMode = .debug) { self.mode = mode }

    /// Whether an operation that fails at run time is a panic.
    public var checksSafety: Bool { mode == .debug || mode == .safe }
}
