import Cache
import Semantics

/// What the cache says about the last build that changed it.
public struct LastBuild: Sendable {
    /// What it did and why, as far as that is kept.
    public var report: Report
    /// Errors that stood after it.
    public var errorCount: Int
    /// Which one it was, counted from when everything was made anew.
    public var number: UInt64
    /// When it was, nanoseconds since 1970.
    public var time: Int64
    /// Whether the sources, or the cache, are other now.
    public var freshness: Freshness
}

/// What is other since the last build, as far as that can be told without reading sources.
public struct Freshness: Sendable {
    /// Files with other times or sizes, relative to the project folder.
    public var changedFiles: [String] = []
    /// Whether an update was interrupted: the executable is not what the cache says yet.
    public var isInterrupted = false
    /// Whether the machine was restarted, so that the next build makes everything anew.
    public var isRestarted = false
}

extension Engine {
    /// What the last build did and why. Builds nothing, and writes nothing.
    public static func lastBuild(_ options: BuildOptions = BuildOptions()) throws(ProjectError) -> LastBuild {
        try CacheReader.read(options) { (reader) throws(UpdateStop) in try reader.lastBuild() }
    }
}
