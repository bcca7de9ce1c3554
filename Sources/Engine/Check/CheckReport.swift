/// What `zbuild check` found.
public struct CheckReport: Sendable {
    /// How it ended.
    public enum Result: String, Sendable {
        /// Executable and cache are what a clean build makes.
        case same
        /// They are not.
        case different
        /// The sources have errors. What the cache knows of them was compared; the executable is an older one.
        case failed
        /// There is nothing that could be compared with a clean build of the present sources.
        case unchecked
    }

    /// How it ended.
    public var result: Result = .same
    /// Path of the executable, relative to the project folder.
    public var output = ""
    /// Declarations that were compared.
    public var declarations = 0
    /// What is not as a clean build makes it.
    public var differences: [Difference] = []
    /// Errors that a clean build finds in the sources.
    public var diagnostics: [RenderedDiagnostic] = []
    /// Why nothing was compared; nil if something was.
    public var reason: String?
    /// What else a person should know: the next build will not trust the executable, say.
    public var remark: String?
    /// Duration of the run inside the process.
    public var microseconds: Int64 = 0

    /// Nothing found yet.
    public init() {}
}

/// One thing that is not as a clean build makes it, or that contradicts another.
public struct Difference: Equatable, Sendable {
    /// What it is about. Names are fixed: scripts read them.
    public enum Kind: String, Sendable, CaseIterable {
        /// The table of packages.
        case packages
        /// The table of files.
        case files
        /// Text of a declaration: its hashes, its length, what it is.
        case text
        /// Where a declaration stands in its file, as the cache has it.
        case place
        /// Type and comptime value.
        case interface
        /// How far analysis has come.
        case state
        /// Content of storage.
        case content
        /// Questions that were asked, and hashes of the answers.
        case edges
        /// The edges the other way round.
        case users
        /// Whether a declaration is in the build.
        case life
        /// Who keeps a declaration in the build, and ranks.
        case keeper
        /// Bytes of code and data, fields of addresses apart.
        case code
        /// The list of fields that depend on addresses.
        case relocations
        /// A field that does not hold the address that it should.
        case field
        /// The offset table.
        case slot
        /// The executable's table of positions.
        case position
        /// The executable's symbols.
        case symbol
        /// Exports and the entry point.
        case exports
        /// Bytes of a section that belong to nobody, or to two.
        case room
        /// Free bytes that are not what free bytes are.
        case fill
        /// zbuild's own code in the executable.
        case runtime
        /// ELF headers and the places of sections.
        case headers
        /// The file of the executable.
        case executable
        /// Counters.
        case counters
        /// Something is left of what is not in the build.
        case leftovers
        /// The errors that stand.
        case errors
        /// The database cannot be read as it should.
        case database
    }

    /// What it is about.
    public var kind: Kind
    /// The declaration's qualified name; empty if it is about none.
    public var name: String
    /// The source file; of what is about no declaration, the file that it is about.
    public var path: String
    /// One-based line of the declaration; 0 if it is about none.
    public var line: UInt32
    /// What differs, and by how much.
    public var message: String
}

extension Difference: CustomStringConvertible {
    /// `path:line name: message`.
    public var description: String {
        name.isEmpty ? "\(path): \(message)" : "\(path):\(line) \(name): \(message)"
    }
}
