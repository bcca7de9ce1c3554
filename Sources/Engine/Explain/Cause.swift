import Cache
import ZIR

/// Why a declaration was compiled, was checked and not compiled, or went.
public struct Cause: Sendable, Equatable {
    /// Why zbuild looked at it. Raw values are kept in the cache and never change.
    public enum Kind: UInt8, Sendable {
        /// Its text is new.
        case added = 1
        /// Its text is gone.
        case removed = 2
        /// Its text changed.
        case changed = 3
        /// Only white space or comments in its text changed.
        case layout = 4
        /// The file that it imports has come or gone.
        case file = 5
        /// Something that it uses has another type, value or content now, or exists no longer, or exists at last.
        case dependency = 6
        /// Something uses it now.
        case reached = 7
        /// Nothing reaches it any more.
        case unreached = 8
        /// Something that it uses might have changed for it, and did not.
        case checked = 9
        /// An earlier build, which had errors, compiled it; it came into the executable now.
        case linked = 10

        /// What `--json` calls it.
        public var name: String {
            switch self {
            case .added: "added"
            case .removed: "removed"
            case .changed: "changed"
            case .layout: "layout"
            case .file: "file"
            case .dependency: "dependency"
            case .reached: "reached"
            case .unreached: "unreached"
            case .checked: "checked"
            case .linked: "linked"
            }
        }
    }

    /// What was done about it. Raw values are kept in the cache and never change.
    public enum Outcome: UInt8, Sendable {
        /// It was not compiled.
        case nothing = 0
        /// It was compiled, and its machine code, or its content, is new or other than before.
        case compiled = 1
        /// It was compiled, and its machine code came out as it was.
        case sameCode = 2
        /// It has an error.
        case failed = 3
        /// It waits until something that it uses is mended.
        case blocked = 4
        /// Nothing: nothing reaches it.
        case unused = 5
        /// It was compiled; it has no code.
        case analysed = 6

        /// What `--json` calls it.
        public var name: String {
            switch self {
            case .unused: "unused"
            case .analysed: "analysed"
            case .nothing: "nothing"
            case .compiled: "compiled"
            case .sameCode: "same code"
            case .failed: "failed"
            case .blocked: "blocked"
            }
        }
    }

    /// The declaration, as the cache numbers it.
    var declaration: DeclNumber
    /// Its qualified name.
    public var name: String
    /// Its file, relative to the project folder.
    public var path: String
    /// Zero-based place of the declaration.
    public var position: FilePosition
    /// Why it was looked at.
    public var kind: Kind
    /// Index in the list of the cause above this one; nil for a root cause.
    public var parent: Int?
    /// What of it is other than before, for those who use it: "its type changed: fn() void → fn(u8) void".
    public var change: String
    /// What was done about it.
    public var outcome: Outcome
    /// What the linker did to its block; nil for nothing.
    public var placement: Placement?
}

/// What the linker did to one declaration's block.
public struct Placement: Sendable, Equatable {
    /// Bytes before; 0 if it is new.
    public var oldSize: UInt64
    /// Bytes now; 0 if it is gone.
    public var newSize: UInt64
    /// Virtual address before; 0 if it is new.
    public var oldAddress: UInt64
    /// Virtual address now; 0 if it is gone.
    public var newAddress: UInt64
    /// Bytes that the old block had room for.
    public var oldRoom: UInt64
}
