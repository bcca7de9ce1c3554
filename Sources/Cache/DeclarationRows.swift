import BLAKE3

// What the cache remembers of declarations and who uses them, as plain structs: see Rows.swift.

/// A text record, of one declaration: what finding the changed declarations of a changed file needs.
public struct TextRecord: Equatable, Sendable {
    /// Whether the number is taken: by a declaration in the text, or by a name that somebody looked up in vain, or by
    /// a declaration that is gone from the text and not yet from the executable.
    public var isUsed: Bool = false
    /// Whether the file's text has it.
    public var isPresent: Bool = false
    /// Whether its text does not parse.
    public var isBroken: Bool = false
    /// What its instruction is, as the language numbers mnemonics; 255 if it has none.
    public var opcode: UInt8 = 255
    /// Name in its module, without `@`.
    public var name = DeclName()
    /// BLAKE3 of its text.
    public var contentHash: Digest = Digest()
    /// BLAKE3 of its parsed form without positions.
    public var structureHash: Digest = Digest()
    /// Line relative to the page's base; may be negative after edits.
    public var line: Int32 = 0
    /// Zero-based column in bytes.
    public var column: UInt32 = 0
    /// Byte offset relative to the page's base.
    public var offset: Int64 = 0
    /// Bytes of its text.
    public var length: UInt32 = 0
    /// Its slot in the offset table, 0 for none.
    public var slot: UInt32 = 0

    /// An unused record.
    public init() {}
}

/// A page's record of kind `text`.
public struct TextPage: Equatable, Sendable {
    /// The page.
    public var number: PageNumber
    /// The file that all its declarations are in.
    public var file: FileNumber
    /// Always 64.
    public var records: [TextRecord]
    /// A page without declarations.
    public init(number: PageNumber, file: FileNumber) {
        self.number = number
        self.file = file
        self.records = Array(repeating: TextRecord(), count: declarationsPerPage)
    }
}

/// How far a part of a declaration's analysis has come.
public enum AnalysisState: UInt8, Sendable {
    /// Never analysed, or forgotten.
    case none
    /// Good.
    case done
    /// It has an error of its own.
    case failed
    /// Something that it asked about has failed.
    case blocked
}

/// What an edge asks.
public enum EdgeKind: UInt8, Sendable {
    /// Whether the name exists.
    case exists
    /// Type and category: the value is an address.
    case type
    /// Type and comptime value.
    case value
    /// The content of its storage.
    case body
}

/// One question of a declaration about another, and a hash of the answer it got.
public struct EdgeRecord: Equatable, Sendable {
    /// The declaration asked about.
    public var target: DeclNumber
    /// What was asked.
    public var kind: EdgeKind
    /// Whether the interface asked; else the body did. An interface's edges come first.
    public var isFromInterface: Bool
    /// The first 8 bytes of the BLAKE3 of the serialised answer; 0 where the answer was a failure.
    public var seen: UInt64
    /// An edge.
    public init(target: DeclNumber, kind: EdgeKind, isFromInterface: Bool, seen: UInt64) {
        self.target = target
        self.kind = kind
        self.isFromInterface = isFromInterface
        self.seen = seen
    }
}

/// A relocation of a linked declaration.
public struct RelocationRecord: Equatable, Sendable {
    /// Bytes from the start of the block.
    public var offset: UInt32
    /// Raw value of the code generator's kind.
    public var kind: UInt8
    /// Whose slot or address.
    public var target: DeclNumber
    /// Added to it.
    public var addend: Int64
    /// A relocation.
    public init(offset: UInt32, kind: UInt8, target: DeclNumber, addend: Int64) {
        self.offset = offset
        self.kind = kind
        self.target = target
        self.addend = addend
    }
}

/// Where a declaration stands in the executable.
public struct LinkRecord: Equatable, Sendable {
    /// Raw value of the image's section number.
    public var section: UInt8
    /// Block: bytes from the start of the section.
    public var offset: UInt64
    /// Block: bytes that it owns.
    public var room: UInt64
    /// Bytes that it uses.
    public var size: UInt64
    /// First 8 bytes of the BLAKE3 of its bytes with relocation fields zero, followed by its relocations.
    public var codeHash: UInt64
    /// Index of its local symbol.
    public var symbol: UInt32
    /// Its fields that depend on addresses.
    public var relocations: [RelocationRecord]
    /// A place in the executable.
    public init(
        section: UInt8, offset: UInt64, room: UInt64, size: UInt64, codeHash: UInt64, symbol: UInt32,
        relocations: [RelocationRecord]
    ) {
        self.section = section
        self.offset = offset
        self.room = room
        self.size = size
        self.codeHash = codeHash
        self.symbol = symbol
        self.relocations = relocations
    }
}

/// A state record, of one declaration: what was found out about it.
public struct StateRecord: Equatable, Sendable {
    /// Whether an export reaches it.
    public var isLive: Bool = false
    /// Whether nothing reaches it since a build that failed: its results are kept until a build succeeds.
    public var isDormant: Bool = false
    /// Its own text changed since it was analysed last.
    public var isStale: Bool = false
    /// The shallow part.
    public var interfaceState: AnalysisState = .none
    /// The rest: a function's body, a datum's content.
    public var bodyState: AnalysisState = .none
    /// The live user that keeps it alive; 0 for an export.
    public var keeper: DeclNumber = 0
    /// Above its keeper's.
    public var rank: Int64 = 0
    /// Serialised interface; empty if there is none.
    public var interface: [UInt8] = []
    /// First 8 bytes of the BLAKE3 of the answer to `type`; 0 for none.
    public var typeHash: UInt64 = 0
    /// The same of the answer to `value`.
    public var valueHash: UInt64 = 0
    /// The same of the answer to `body`.
    public var bodyHash: UInt64 = 0
    /// First 8 bytes of the BLAKE3 of its machine code and relocations as analysed; 0 for none.
    public var codeHash: UInt64 = 0
    /// What it asked, in order.
    public var edges: [EdgeRecord] = []
    /// How many of `edges` hold: all, unless one of the answers is a failure; then those up to it.
    public var edgesInEffect: UInt32 = 0
    /// Who asks about it, ascending; not used once there are too many: see `UserRow`.
    public var users: DeclNumbers = []
    /// How many user records hold its users: one that is missing is noticed.
    public var userRowCount: UInt32 = 0
    /// How many of its users pass a change on: those that ask about it in their interface, and data whose content does.
    /// None has most functions: then nobody need be looked at before its own interface turns out to be another.
    public var passingUserCount: UInt32 = 0
    /// Where it stands in the executable.
    public var link: LinkRecord?
    /// Generation of the update that compiled it last.
    public var compiledAt: UInt64 = 0
    /// Why, as the kind of a `CauseRow`; 0: with everything else.
    public var compiledFor: UInt8 = 0
    /// The declaration that caused it; 0 for none.
    public var compiledAfter: DeclNumber = 0

    /// A declaration of which nothing is known.
    public init() {}
}

/// A page's record of kind `state`.
public struct StatePage: Equatable, Sendable {
    /// The page.
    public var number: PageNumber
    /// Always 64.
    public var records: [StateRecord]
    /// A page of which nothing is known.
    public init(number: PageNumber) {
        self.number = number
        self.records = Array(repeating: StateRecord(), count: declarationsPerPage)
    }
}

/// A user record: some of the users of a declaration that has many.
public struct UserRow: Equatable, Sendable {
    /// The declaration that is used.
    public var target: DeclNumber
    /// Users whose number divided by 1024 is this.
    public var part: UInt32
    /// Ascending, never empty.
    public var users: [DeclNumber]
    /// Some users.
    public init(target: DeclNumber, part: UInt32, users: [DeclNumber]) {
        self.target = target
        self.part = part
        self.users = users
    }
}
