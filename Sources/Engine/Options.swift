import Semantics

/// What a build is asked for, apart from the sources.
public struct BuildOptions: Sendable {
    /// The project folder.
    public var folder: String = "."
    /// Which checks the program makes.
    public var mode: OptimizeMode = .debug
    /// How much is noted about where the time goes.
    public var measuring: Measuring = .nothing
    /// Whether the process ends after the build, so that memory is left to the kernel: to give a large project's back piece
    /// by piece takes a twentieth of a clean build.
    public var endsProcess = false
    /// Called once with the process number of another zbuild that holds the project, before waiting for it.
    public var waiting: @Sendable (Int32) -> Void = { _ in }

    /// Where sources are read from.
    var sources: any SourceFiles = SystemFiles()
    /// Which files are remembered in runs.
    var runs = TextRuns.Limits()
    /// What an update is deaf to; only tests ask for that.
    var ignoredEdges: IgnoredEdges = []

    /// A debug build of the current folder.
    public init() {}
}
