/// An integer of any size by sign and magnitude: what an `Integer` is beyond 64 bits.
struct LargeInteger: Hashable, Sendable {
    let magnitude: Magnitude
    /// Never of 0.
    let isNegative: Bool

    init(_ magnitude: Magnitude, isNegative: Bool = false) {
        self.magnitude = magnitude
        self.isNegative = isNegative && magnitude != .zero
    }

    init(_ value: Int64) { self.init(Magnitude(value.magnitude), isNegative: value < 0) }

    /// The number, if 64 signed bits hold it.
    var int64: Int64? {
        guard magnitude.digits.count <= 1 else { return nil }
        let value = Int64(bitPattern: lowBits)
        return (value < 0) == isNegative ? value : nil
    }

    /// The low 64 bits of its two's complement.
    var lowBits: UInt64 {
        let digit = magnitude.digits.first ?? 0
        return isNegative ? 0 &- digit : digit
    }

    static prefix func - (a: LargeInteger) -> LargeInteger { LargeInteger(a.magnitude, isNegative: !a.isNegative) }

    static func + (a: LargeInteger, b: LargeInteger) -> LargeInteger {
        if a.isNegative == b.isNegative { return LargeInteger(a.magnitude + b.magnitude, isNegative: a.isNegative) }
        if a.magnitude < b.magnitude { return LargeInteger(b.magnitude - a.magnitude, isNegative: b.isNegative) }
        return LargeInteger(a.magnitude - b.magnitude, isNegative: a.isNegative)
    }

    static func - (a: LargeInteger, b: LargeInteger) -> LargeInteger { a + -b }

    static func * (a: LargeInteger, b: LargeInteger) -> LargeInteger {
        LargeInteger(a.magnitude * b.magnitude, isNegative: a.isNegative != b.isNegative)
    }

    /// The quotient rounded towards zero, and what that leaves: zero, or of this number's sign. The divisor is not zero.
    func quotientAndRemainder(
        dividingBy divisor: LargeInteger
    ) -> (quotient: LargeInteger, remainder: LargeInteger) {
        let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
        return (
            LargeInteger(quotient, isNegative: isNegative != divisor.isNegative),
            LargeInteger(remainder, isNegative: isNegative)
        )
    }

    /// The number that the low `count` bits of its two's complement are.
    func lowBits(_ count: Int) -> Magnitude {
        let low = magnitude.lowBits(count)
        return isNegative && low != .zero ? (Magnitude(1) << count) - low : low
    }
}

extension LargeInteger: Comparable {
    static func < (a: LargeInteger, b: LargeInteger) -> Bool {
        if a.isNegative != b.isNegative { return a.isNegative }
        return a.isNegative ? b.magnitude < a.magnitude : a.magnitude < b.magnitude
    }
}
