/// Index of an instruction in `Syntax.insts`.
public struct InstIndex: Hashable, BitwiseCopyable, Sendable {
    /// The index itself.
    public var rawValue: UInt32
    /// The instruction at `rawValue`.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// The declaration's own instruction.
    @inlinable public static var root: InstIndex { InstIndex(0) }
}

/// A range of one of the lists of `Syntax`.
public struct SyntaxRange: Hashable, BitwiseCopyable, Sendable {
    /// Index of the first element.
    public var first: UInt32
    /// Number of elements.
    public var count: UInt32
    /// `count` elements from `first`.
    @inlinable
    public init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }
    /// No element.
    @inlinable public static var empty: SyntaxRange { SyntaxRange(first: 0, count: 0) }
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
    @inlinable
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
        // First those of which `payload` says all, then those with a range.

        /// A keyword operand that the text leaves out: its default holds.
        case absent
        /// `%x`; `payload` is the `InstIndex` of the instruction that binds it.
        case local
        /// A number that fits in 64 signed bits; `payload` is its bit pattern.
        case int
        /// A bare word; `payload` is the raw value of the case of the enum that the table names (`PrimitiveTag`,
        /// `CallingConvention`, `CompareOperator`, ...; a boolean is 0 or 1). Where a value is asked for, it is the
        /// `PrimitiveTag` of `true`, `false`, `null` or `undefined`.
        case tag
        /// `@a` or `@a.b.c`; `range` is the name without `@`, in `bytes`.
        case decl
        /// A larger number; `range` is its digits in `bytes`: decimal, with `-` where negative, no `_` or prefix.
        case bigInt
        /// The text of a float literal in `float(x)`; `range` in `bytes`.
        case float
        /// A string; `range` is its decoded bytes in `bytes`.
        case string
        /// `[...]`; `range` is its elements in `operands`.
        case list
        /// `{...}`; `range` is its instructions in `bodies`.
        case body
    }

    /// A number, tag or instruction, as `kind` says; of all other kinds the two halves of `range`.
    public var payload: UInt64
    /// Where it begins.
    public var position: Position
    /// What kind it is.
    public let kind: Kind

    /// An operand with a number, tag or instruction, or with nothing.
    @inlinable
    public init(kind: Kind, position: Position, payload: UInt64 = 0) {
        self.payload = payload
        self.position = position
        self.kind = kind
    }

    /// An operand with a range.
    @inlinable
    public init(kind: Kind, position: Position, range: SyntaxRange) {
        self.init(kind: kind, position: position, payload: UInt64(range.first) | UInt64(range.count) << 32)
    }

    /// A range of one of the lists of `Syntax`, as `kind` says.
    @inlinable
    public var range: SyntaxRange {
        SyntaxRange(
            first: UInt32(truncatingIfNeeded: payload), count: UInt32(truncatingIfNeeded: payload >> 32))
    }
}
