/// How code is optimised and what it checks.
public enum OptimizeMode: UInt8, CaseIterable, Sendable {
    /// Checks everything; compiles fast.
    case debug
    /// Checks everything; runs fast.
    case safe
    /// Checks nothing; runs fast.
    case fast
    /// Checks nothing; small.
    case small
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
