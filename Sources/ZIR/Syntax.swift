/// The parsed form of one declaration: its instructions and operands in flat arrays, no node of its own on the heap.
///
/// `insts[0]` is the declaration's own instruction. The operands of an instruction stand in `operands` in a fixed
/// order, that of the instruction's row in the table of `Opcode`: first the positional ones, then every keyword in the
/// order of the language's reference, `.absent` where the text does not give it. So operand k of an opcode always
/// means the same thing.
public struct Syntax: Sendable {
    /// The declaration's instruction, then those of its bodies in the order of the text.
    public var insts: [Inst] = []
    /// Operands of all instructions and elements of all lists; `Inst.operands` and `Operand.range` point in here.
    public var operands: [Operand] = []
    /// Instructions of the bodies: each body is a range of this.
    public var bodies: [InstIndex] = []
    /// Decoded strings, digits of large numbers and names, one after the other.
    public var bytes: [UInt8] = []

    /// An empty tree.
    public init() {}
}

/// Index of an instruction in `Syntax.insts`.
public struct InstIndex: Hashable, BitwiseCopyable, Sendable {
    /// The index itself.
    public var rawValue: UInt32
    /// The instruction at `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// The declaration's own instruction.
    public static let root = InstIndex(0)
}

/// A range of one of the arrays of `Syntax`.
public struct SyntaxRange: Hashable, BitwiseCopyable, Sendable {
    /// Index of the first element.
    public var first: UInt32
    /// Number of elements.
    public var count: UInt32
    /// `count` elements from `first`.
    public init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }
    /// No element.
    public static let empty = SyntaxRange(first: 0, count: 0)
}

/// One instruction.
public struct Inst: BitwiseCopyable, Sendable {
    /// What it does.
    public var opcode: Opcode
    /// Where its mnemonic stands.
    public var position: Position
    /// Its operands in `Syntax.operands`, one for each row of the opcode's table entry.
    public var operands: SyntaxRange
    /// The name it binds, without `%` or `@`, in `Syntax.bytes`.
    public var name: SyntaxRange

    /// An instruction.
    public init(opcode: Opcode, position: Position, operands: SyntaxRange, name: SyntaxRange) {
        self.opcode = opcode
        self.position = position
        self.operands = operands
        self.name = name
    }
}

/// One operand, or one element of a list.
public struct Operand: BitwiseCopyable, Sendable {
    /// What kind it is, and so what `payload` and `range` mean.
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A keyword operand that the text leaves out: its default holds.
        case absent
        /// `@a` or `@a.b.c`; `range` is the name without `@`, in `bytes`.
        case decl
        /// `%x`; `payload` is the `InstIndex` of the instruction that binds it.
        case local
        /// A number that fits in 64 signed bits; `payload` is its bit pattern.
        case int
        /// A larger number; `range` is its digits in `bytes`: decimal, with `-` where negative, no `_` or prefix.
        case bigInt
        /// The text of a float literal in `float(x)`; `range` in `bytes`.
        case float
        /// A string; `range` is its decoded bytes in `bytes`.
        case string
        /// A bare word; `payload` is the raw value of the case of the enum that the table names (`PrimitiveTag`,
        /// `CallingConvention`, `CompareOperator`, ...; a boolean is 0 or 1). Where a value is asked for, it is the
        /// `PrimitiveTag` of `true`, `false`, `null` or `undefined`.
        case tag
        /// `[...]`; `range` is its elements in `operands`.
        case list
        /// `{...}`; `range` is its instructions in `bodies`.
        case body
    }

    /// What kind it is.
    public var kind: Kind
    /// Where it begins.
    public var position: Position
    /// A number, tag or instruction, as `kind` says.
    public var payload: UInt64
    /// A range of one of the arrays of `Syntax`, as `kind` says.
    public var range: SyntaxRange

    /// An operand.
    public init(kind: Kind, position: Position, payload: UInt64 = 0, range: SyntaxRange = .empty) {
        self.kind = kind
        self.position = position
        self.payload = payload
        self.range = range
    }
}

extension Syntax {
    /// Operand `k` of `inst`, in the order of the opcode's table row.
    public func operand(_ k: Int, of inst: InstIndex) -> Operand {
        operands[Int(insts[Int(inst.rawValue)].operands.first) + k]
    }

    /// The bytes of a string, name or number.
    public func bytes(_ range: SyntaxRange) -> ArraySlice<UInt8> {
        bytes[Int(range.first)..<Int(range.first + range.count)]
    }

    /// The elements of a list.
    public func elements(_ range: SyntaxRange) -> ArraySlice<Operand> {
        operands[Int(range.first)..<Int(range.first + range.count)]
    }

    /// The instructions of a body.
    public func body(_ range: SyntaxRange) -> ArraySlice<InstIndex> {
        bodies[Int(range.first)..<Int(range.first + range.count)]
    }
}
