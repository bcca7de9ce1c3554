import Cache
import ZIR

/// What one run did and found: what the person sees and what `--json` prints.
public struct Report: Sendable {
    /// How it ended.
    public enum Result: String, Sendable {
        /// The executable was made or changed.
        case built
        /// It was right already.
        case unchanged
        /// The sources have errors; the executable is as it was.
        case failed
    }

    /// How it ended.
    public var result: Result = .unchanged
    /// Path of the executable, relative to the project folder.
    public var output = ""
    /// Duration of the run inside the process.
    public var microseconds: Int64 = 0
    /// Modules of the build, and those whose content was read.
    public var files = Files()
    /// What happened to declarations.
    public var declarations = Declarations()
    /// Entries of the positions table that changed because text moved.
    public var positions = 0
    /// What happened to blocks of the executable.
    public var blocks = Blocks()
    /// Rows of the cache, the table of files apart.
    public var rows = Traffic()
    /// Bytes of those rows.
    public var bytes = Traffic()
    /// Why everything was made anew.
    public var fallback: Fallback?
    /// Errors in the sources, in the order of path and position.
    public var diagnostics: [RenderedDiagnostic] = []
    /// Why what was done was done; empty where everything was made anew.
    public var causes: [Cause] = []
    /// Changes of declarations that nothing reaches and that are not in `causes`, because there are many.
    public var unlistedChanges = 0
    /// Whether there was no build before.
    public var isFirst = false
    /// Whether an update that was interrupted was finished first.
    public var isRecovered = false
    /// Where the time went, if the options ask for that.
    public var measurements: Measurements?

    /// Numbers of files.
    public struct Files: Sendable {
        /// Modules of the build.
        public var total = 0
        /// Whose content was read.
        public var read = 0
    }

    /// Numbers of declarations.
    public struct Declarations: Sendable {
        /// Those in the build: reached from an export.
        public var total = 0
        /// Whose text was parsed.
        public var parsed = 0
        /// Which were analysed.
        public var analysed = 0
        /// For which machine code or data was generated.
        public var generated = 0
        /// Which left the build.
        public var removed = 0
    }

    /// Numbers of blocks.
    public struct Blocks: Sendable {
        /// Whose bytes were written.
        public var written = 0
        /// Which got another place.
        public var moved = 0
        /// Whose room was given back.
        public var freed = 0
    }

    /// Amounts in both directions.
    public struct Traffic: Equatable, Sendable {
        /// From the cache.
        public var read = 0
        /// To the cache.
        public var written = 0
    }

    /// A report of nothing.
    public init() {}
}

/// Why a build began from nothing although there was something.
///
/// The number is fixed for ever; a person may search for it.
public enum Fallback: Int, Error, CaseIterable, Sendable {
    /// The cache was written by another zbuild binary.
    case otherTool = 1
    /// The machine was restarted since: without syncing, a database that looks sound may be torn.
    case otherBoot = 2
    /// The database is of another schema version.
    case otherSchema = 3
    /// The file is no database, or one of something else.
    case foreignCache = 4
    /// The database is damaged.
    case damagedCache = 5
    /// The executable is gone.
    case missingExecutable = 6
    /// The executable is not the one that zbuild wrote last.
    case changedExecutable = 7
    /// An interrupted update cannot be finished: its files are not those it knew.
    case lostUpdate = 8
    /// The executable cannot hold the change in place.
    case fullImage = 9
    /// The project's root file or output has another path than before.
    case otherProject = 10
    /// The database may only be read.
    case readOnlyCache = 11
    /// More than two thirds of the executable, or half of the cache, is room that nothing uses any more.
    case wastedRoom = 12

    /// What messages and `--json` call it.
    public var name: String {
        switch self {
        case .otherTool: "other-zbuild"
        case .otherBoot: "restarted"
        case .otherSchema: "other-schema"
        case .foreignCache: "foreign-cache"
        case .damagedCache: "damaged-cache"
        case .missingExecutable: "missing-executable"
        case .changedExecutable: "changed-executable"
        case .lostUpdate: "lost-update"
        case .fullImage: "full-image"
        case .otherProject: "other-project"
        case .readOnlyCache: "read-only-cache"
        case .wastedRoom: "wasted-room"
        }
    }

    /// Why everything is made anew, in one line.
    public var explanation: String {
        switch self {
        case .otherTool: "the cache is from another zbuild"
        case .otherBoot: "the machine was restarted since the last build"
        case .otherSchema: "the cache has another schema version"
        case .foreignCache: "the cache is not one of zbuild's"
        case .damagedCache: "the cache is damaged"
        case .missingExecutable: "the executable is missing"
        case .changedExecutable: "the executable was changed by something else"
        case .lostUpdate: "an interrupted update cannot be finished"
        case .fullImage: "the executable has no room for the change"
        case .otherProject: "the project's root file or output path changed"
        case .readOnlyCache: "the cache may only be read"
        case .wastedRoom: "most of the executable or of the cache is unused"
        }
    }
}

/// A diagnostic with its place in a file and the line it stands on.
public struct RenderedDiagnostic: Equatable, Sendable {
    /// Whether it is the error itself or a remark on one.
    public enum Severity: String, Sendable {
        /// An error.
        case error
        /// A remark on the error before it.
        case note
    }

    /// Path relative to the project folder.
    public var path: String
    /// Where in the file.
    public var position: FilePosition
    /// Whether it is the error itself or a remark.
    public var severity: Severity
    /// What is wrong.
    public var message: String
    /// The source line that it stands on, without its end; nil where there is none to show. It is a part of the file's
    /// bytes: a line may be as long as the file, and hold many errors.
    public var line: ArraySlice<UInt8>?
    /// Remarks.
    public var notes: [RenderedDiagnostic]
}
