/// An operand as it is kept: in a third of the room of `Operand`, if its numbers are small, as nearly all are. Operands are
/// most of what is kept of a text.
///
/// From the lowest bit on 4 of the kind, 14 each of line and column, then 20 of the lower and 12 of the upper half of the
/// payload: of a range, which begins within a MiB and has less than 4,096 elements, or of a number below 2^20.
@usableFromInline
struct PackedOperand: BitwiseCopyable {
    @usableFromInline let word: UInt64

    @inlinable static var kindMask: UInt64 { 0xF }
    @inlinable static var placeMask: UInt64 { 1 << 14 - 1 }
    @inlinable static var lowerMask: UInt64 { 1 << 20 - 1 }
    @inlinable static var upperMask: UInt64 { 1 << 12 - 1 }

    /// Whether `operand` is not too large. One condition, since the parser asks at every operand.
    @inline(__always)
    static func fits(_ operand: Operand) -> Bool {
        let place = UInt64(operand.position.line | operand.position.column)
        return place & ~placeMask | operand.payload & ~(lowerMask | upperMask << 32) == 0
    }

    /// `operand`, which is not too large.
    @inline(__always)
    init(_ operand: Operand) {
        assert(Self.fits(operand))
        word =
            UInt64(operand.kind.rawValue) | UInt64(operand.position.line) &<< 4
            | UInt64(operand.position.column) &<< 18 | (operand.payload & Self.lowerMask) &<< 32
            | (operand.payload &>> 32) &<< 52
    }

    /// An operand that stands at `index` of the list of those that are too large. Its kind is none that there is.
    init(wide index: Int) { word = UInt64(index) << 4 | Self.kindMask }

    /// Where the operand stands in the list of those that are too large; nil if it is here.
    @inlinable @inline(__always)
    var wideIndex: Int? { word & Self.kindMask == Self.kindMask ? Int(truncatingIfNeeded: word &>> 4) : nil }

    /// The number of the instruction that the operand refers to, if it does and is not too large.
    @inlinable @inline(__always)
    var local: Int? {
        guard word & Self.kindMask == UInt64(Operand.Kind.local.rawValue) else { return nil }
        return Int(truncatingIfNeeded: word &>> 32 & Self.lowerMask)
    }

    /// The operand, which is not too large.
    @inlinable @inline(__always)
    var operand: Operand {
        let position = Position(
            line: UInt32(truncatingIfNeeded: word &>> 4 & Self.placeMask),
            column: UInt32(truncatingIfNeeded: word &>> 18 & Self.placeMask))
        // What stands there is a kind, since only `init` writes it; asking is a hundredth of a clean build.
        let kind = unsafeBitCast(UInt8(truncatingIfNeeded: word & Self.kindMask), to: Operand.Kind.self)
        return Operand(kind: kind, position: position, payload: word &>> 32 & Self.lowerMask | (word &>> 52) &<< 32)
    }
}
