import ZIR

/// A value or nothing: the result of an instruction, or a constant. Three bits of kind, 29 of index.
public struct IRRef: Hashable, BitwiseCopyable, Sendable {
    /// Kind in the top three bits, index below.
    public var rawValue: UInt32
    private init(kind: UInt32, index: UInt32) { rawValue = kind << 29 | index }
    /// No value.
    public static let none = IRRef(kind: 0, index: 0)
    /// The result of instruction `index`.
    public static func inst(_ index: UInt32) -> IRRef { IRRef(kind: 1, index: index) }
    /// Constant `index` of the body.
    public static func constant(_ index: UInt32) -> IRRef { IRRef(kind: 2, index: index) }
    /// A raw value from `IRFunction.extra`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The index of the instruction, if it is one's result.
    @inlinable @inline(__always)
    public var instIndex: UInt32? { index(ofKind: 1) }
    /// The index of the constant, if it is one.
    @inlinable @inline(__always)
    public var constantIndex: UInt32? { index(ofKind: 2) }

    @inlinable @inline(__always)
    func index(ofKind kind: UInt32) -> UInt32? {
        // Of another kind the difference has bits above the index.
        let index = rawValue &- kind << 29
        return index < 1 << 29 ? index : nil
    }
}

/// The run-time shape of a value: what the code generator needs to know of its type.
public struct IRType: Hashable, BitwiseCopyable, Sendable {
    /// Width in bits, 1 to 64; 0 for void and noreturn. A pointer has 64, bool 1.
    public var bits: UInt8
    /// Whether it is a signed integer: then it is kept sign-extended, else zero-extended.
    public var isSigned: Bool
    /// Bytes in memory: 0, 1, 2, 4 or 8.
    public var bytes: UInt8 { bits == 0 ? 0 : bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8 }

    /// A shape.
    public init(bits: UInt8, isSigned: Bool = false) {
        self.bits = bits
        self.isSigned = isSigned
    }
    /// No value.
    public static var void: IRType { IRType(bits: 0) }
    /// One byte, 0 or 1.
    public static var bool: IRType { IRType(bits: 1) }
    /// An address.
    public static var pointer: IRType { IRType(bits: 64) }
}

/// A comptime-known operand.
public enum IRConstant: Hashable, BitwiseCopyable, Sendable {
    /// An integer or bool, sign- or zero-extended to 64 bits.
    case integer(UInt64, IRType)
    /// An address.
    case place(Place)
    /// Unspecified content.
    case undefined(IRType)
}

/// One instruction of a body.
public struct IRInst: Equatable, BitwiseCopyable, Sendable {
    /// What an instruction does, and what `a`, `b` and `data` mean to it.
    public enum Op: UInt8, BitwiseCopyable, Sendable {
        /// `a + b` at the width of `type`; where `data` is 1 an overflow is a panic, else it wraps.
        case add
        /// `a - b`, as `add`.
        case sub
        /// `a * b`, as `add`.
        case mul
        /// `a / b` without the fraction; where `data` is 1 a zero divisor and an overflow are panics.
        case div
        /// What `div` leaves, of the sign of `a`; where `data` is 1 a zero divisor is a panic.
        case rem
        /// As `rem`, of the sign of `b`: what a division that rounds down leaves.
        case mod
        /// The bits that `a` and `b` both have; of bools, whether both are true.
        case and
        /// The bits that `a` or `b` has.
        case or
        /// The bits that one of `a` and `b` has.
        case xor
        /// The bits of `a` moved up by `b`, an unsigned integer of any shape; where `data` is 1 an amount that is not
        /// below the width is a panic.
        case shiftLeft
        /// The bits of `a` moved down by `b`, as `shiftLeft`; a negative `a` stays so.
        case shiftRight
        /// `a CMP b`, a bool; `data` is the `CompareOperator`. Compares the mathematical values of `a` and `b`,
        /// whose shapes may differ in width and sign.
        case compare
        /// `a` as `type`, which holds every value of `a`'s type.
        case extend
        /// `a` as `type`; where `data` is 1 a value that does not fit is a panic, else the low bits are taken.
        case intCast
        /// The bits of `a` as `type` of the same width.
        case bitCast
        /// What stands `data` bytes behind the address `a`.
        case load
        /// Puts `b`, of shape `type`, `data` bytes behind the address `a`.
        case store
        /// Copies `data` bytes from the address `b` to the address `a`.
        case copy
        /// The address of `extra[data]` bytes of the stack frame, aligned to `extra[data + 1]`, that nothing else uses.
        case stackSlot
        /// `a + b * scale` with `b` a `usize` and `extra[data]` the scale in bytes. `extra[data + 1]` is the raw
        /// `IRRef` of the length that `b` must be below (`none`: not checked).
        case elementPointer
        /// `b - a`, the length of what begins at `a` and ends at `b`, both a `usize`. `extra[data]` is the raw `IRRef`
        /// of a length; unless `a <= b`, and `b` is not above it where it is not none, there is a panic. Where `data` is
        /// the maximum, nothing is checked.
        case sliceLength
        /// Word `data` of what the function is called with. These come before everything else, in any order.
        case argument
        /// Calls `a`, an address of a function; `extra[data]` is the number of arguments, which follow as raw
        /// `IRRef`s. `b` is none.
        case call
        /// The second word of the result of the call `a`, which stands directly before.
        case secondResult
        /// Calls what `asm` number `data` says; `extra` holds its arguments as raw `IRRef`s from `a.rawValue` on.
        case assembly
        /// Leaves the function with `a`, none for void; `b` is the second word of a result that has two.
        case ret
        /// A panic: `reached unreachable code` where `data` is 1, else undefined.
        case unreachable
        /// A breakpoint trap.
        case breakpoint
        /// The place of label `data`.
        case label
        /// Goes to label `data`.
        case jump
        /// Goes to label `data` where `a`, a bool, is false.
        case jumpIfFalse
        /// A value that several `assign`s give: how values leave a block. It may be read where one has been passed on
        /// every way; where `data` is 1 it begins as zero.
        case variable
        /// Gives the `variable` `a` the value `b`.
        case assign
        /// Nothing: room for an instruction that was not needed.
        case nothing
    }

    /// What it does.
    public var op: Op
    /// The shape of its result.
    public var type: IRType
    /// First operand.
    public var a: IRRef
    /// Second operand.
    public var b: IRRef
    /// As `op` says.
    public var data: UInt32
    /// Where the instruction of the text stands that it comes from, for errors.
    public var position: Position
    /// The number of that instruction in the parsed form: a panic names its place, which white space may change
    /// without a change of the code.
    public var source: InstIndex
    /// Makes it 32 bytes, so that the place of an instruction in a list is a shift of its number: 2 of 100 of all that the
    /// generator does.
    private let padding: UInt32 = 0

    /// An instruction.
    @inlinable
    public init(
        _ op: Op, type: IRType = .void, a: IRRef = .none, b: IRRef = .none, data: UInt32 = 0, position: Position,
        source: InstIndex = .root
    ) {
        self.op = op
        self.type = type
        self.a = a
        self.b = b
        self.data = data
        self.position = position
        self.source = source
    }
}

/// The texts of one `asm`, already checked for form: constraints are parsed, the source is not.
public struct IRAssembly: Equatable, Sendable {
    /// Instructions, GNU AT&T spelling, separated by newlines or `;`.
    public var source: [UInt8]
    /// `rax` of `"={rax}"`; empty for `"=r"`; nil without an output.
    public var output: [UInt8]?
    /// For each argument its register: `rdi` of `"{rdi}"`, empty for `"r"`.
    public var inputs: [[UInt8]]
    /// Bare words.
    public var clobbers: [[UInt8]]
    /// Whether it stays when nobody uses its result.
    public var isVolatile: Bool
    /// Where the source stands, for an error in it.
    public var sourcePosition: Position
    /// Where the output constraint stands.
    public var outputPosition: Position
    /// Where each input constraint stands.
    public var inputPositions: [Position]
    /// Where each clobber stands.
    public var clobberPositions: [Position]

    /// An asm.
    public init(
        source: [UInt8], output: [UInt8]?, inputs: [[UInt8]], clobbers: [[UInt8]], isVolatile: Bool,
        sourcePosition: Position, outputPosition: Position, inputPositions: [Position], clobberPositions: [Position]
    ) {
        self.source = source
        self.output = output
        self.inputs = inputs
        self.clobbers = clobbers
        self.isVolatile = isVolatile
        self.sourcePosition = sourcePosition
        self.outputPosition = outputPosition
        self.inputPositions = inputPositions
        self.clobberPositions = clobberPositions
    }
}
