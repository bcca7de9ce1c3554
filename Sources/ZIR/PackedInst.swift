/// An instruction as it is kept: in little more than half the room of `Inst`, if its numbers are small, as nearly all are.
@usableFromInline
struct PackedInst: BitwiseCopyable {
    @usableFromInline let opcode: Opcode
    @usableFromInline let operandCount: UInt8
    @usableFromInline let nameCount: UInt16
    @usableFromInline let firstOperand: UInt32
    @usableFromInline let firstName: UInt32
    @usableFromInline let line: UInt16
    @usableFromInline let column: UInt16

    /// So many operands say that the instruction is too large and stands in a list of such, `firstOperand` being its index.
    @inlinable static var wideMark: UInt8 { .max }

    /// Whether `inst` is not too large. One condition, since the parser asks at every instruction.
    @inline(__always)
    static func fits(_ inst: Inst) -> Bool {
        let numbers = UInt64(inst.position.line | inst.position.column | inst.name.count)
        // Less than 128 operands, which is far from the mark; no row of the table has more than some.
        return numbers | UInt64(inst.operands.count) << 9 <= UInt64(UInt16.max)
    }

    /// `inst`, which is not too large.
    @inline(__always)
    init(_ inst: Inst) {
        assert(Self.fits(inst))
        opcode = inst.opcode
        operandCount = UInt8(truncatingIfNeeded: inst.operands.count)
        nameCount = UInt16(truncatingIfNeeded: inst.name.count)
        firstOperand = inst.operands.first
        firstName = inst.name.first
        line = UInt16(truncatingIfNeeded: inst.position.line)
        column = UInt16(truncatingIfNeeded: inst.position.column)
    }

    /// An instruction that stands at `index` of the list of those that are too large.
    init(wide index: Int, _ opcode: Opcode) {
        self.opcode = opcode
        operandCount = Self.wideMark
        firstOperand = UInt32(truncatingIfNeeded: index)
        (nameCount, firstName, line, column) = (0, 0, 0, 0)
    }

    /// Where the instruction stands in the list of those that are too large; nil if it is here.
    @inlinable @inline(__always)
    var wideIndex: Int? { operandCount == Self.wideMark ? Int(firstOperand) : nil }

    /// The instruction, which is not too large.
    @inlinable @inline(__always)
    var inst: Inst {
        Inst(
            opcode: opcode, position: Position(line: UInt32(line), column: UInt32(column)),
            operands: SyntaxRange(first: firstOperand, count: UInt32(operandCount)),
            name: SyntaxRange(first: firstName, count: UInt32(nameCount)))
    }
}
