import Cache
import ZIR

/// What the cache knows about one declaration.
public struct DeclarationAnswer: Sendable {
    /// How it stands with the declaration.
    public enum Status: String, Sendable {
        /// It is in the executable, or needs no place there.
        case built
        /// It is compiled, and waits for a build without errors to come into the executable.
        case pending
        /// It has an error.
        case failed
        /// Something that it uses has an error: it waits until that is mended.
        case blocked
        /// Nothing reaches it since a build that had errors; what is known about it is kept until one has none.
        case dormant
        /// Nothing reaches it from an export, so it is not analysed.
        case unreached
        /// It is in no text; somebody looks for it.
        case missing
    }

    /// A declaration that is used or uses.
    public struct Use: Sendable {
        /// Its qualified name.
        public var name: String
        /// What is asked: `exists`, `type`, `value` or `content`.
        public var question: String
        /// Whether the user's type or value depends on it, and not only its body.
        public var isForInterface: Bool
        /// Whether the other declaration is in the build.
        public var isInBuild: Bool
    }

    /// Its place in the executable.
    public struct Block: Sendable {
        /// Name of the section.
        public var section: String
        /// Virtual address.
        public var address: UInt64
        /// Where it is in the file; nil for what has no bytes there.
        public var fileOffset: UInt64?
        /// Bytes in use.
        public var size: UInt64
        /// Bytes that it owns.
        public var room: UInt64
        /// Its entry in the offset table.
        public var slot: UInt32
    }

    /// Its last compilation.
    public struct Compilation: Sendable {
        /// The number of the build.
        public var build: UInt64
        /// The number of the last build.
        public var lastBuild: UInt64
        /// When it was, nanoseconds since 1970; nil if it was before the builds that are remembered.
        public var time: Int64?
        /// Why.
        public var reason: String
        /// The causes from the first to this declaration, each the parent of the next, if the last build did it.
        public var causes: [Cause] = []
    }

    /// An error that stands in it.
    public struct Problem: Sendable {
        /// The file that it stands in: in a dependency loop the error may stand at another member.
        public var path: String
        /// Where in that file, zero-based.
        public var position: FilePosition
        /// What is wrong.
        public var message: String
    }

    /// Its qualified name.
    public var name: String
    /// Its file, relative to the project folder.
    public var path: String
    /// Where it stands in its file, zero-based.
    public var position: FilePosition
    /// How it stands with it.
    public var status: Status
    /// Its instruction; nil if it has none.
    public var instruction: String?
    /// Its type.
    public var type: String?
    /// Its comptime value, where there is a short way to say it.
    public var value: String?
    /// Its place in the executable; nil for none.
    public var block: Block?
    /// When and why it was compiled last; nil for never.
    public var compilation: Compilation?
    /// The first that it uses, in the order of its questions.
    public var uses: [Use] = []
    /// How many it uses.
    public var useCount = 0
    /// Some of those that use it.
    public var users: [Use] = []
    /// How many use it.
    public var userCount = 0
    /// Who keeps it in the program: its keeper, that one's, and so on to an export. Of many the first ones, and the
    /// export.
    public var keepers: [String] = []
    /// How many keepers there are to the export.
    public var keeperCount = 0
    /// The symbol of the export at the end of the keepers, or of itself.
    public var symbol: String?
    /// What it waits for.
    public var blocker: String?
    /// Errors that stand in it.
    public var problems: [Problem] = []
    /// Whether the sources, or the cache, are other now.
    public var freshness = Freshness()
}

/// What the question about a name found.
public enum NameAnswer: Sendable {
    /// The declaration.
    case found(DeclarationAnswer)
    /// Several that the name could mean.
    case several([String])
    /// None, and names that are near.
    case none(nearest: [String])
}

extension Engine {
    /// What the cache knows about the declaration with the qualified name `name`, or the only one whose qualified name
    /// ends so. Builds nothing, and writes nothing. Of what it uses, who uses it and who keeps it, at most `limit` each
    /// are named.
    public static func explain(
        _ name: String, _ options: BuildOptions = BuildOptions(), limit: Int = 10
    ) throws(ProjectError) -> NameAnswer {
        try CacheReader.read(options) { (reader) throws(UpdateStop) in
            let search = NameSearch(reader: reader)
            let found = try search.declarations(named: name)
            switch found.count {
            case 0: return .none(nearest: search.names(near: name))
            case 1: return .found(try reader.answer(found[0], limit: limit))
            default: return .several(found.map(reader.update.qualifiedName).sorted())
            }
        }
    }
}
