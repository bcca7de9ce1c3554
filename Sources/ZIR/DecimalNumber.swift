/// A natural number in base 10^18, which is all that turning a literal into decimal digits needs.
struct DecimalNumber {
    private static let base: UInt64 = 1_000_000_000_000_000_000
    private static let digitsOfLimb = 18
    /// Least significant first.
    private var limbs: [UInt64] = []

    /// Multiplies by a factor below 2^57 and adds a number below it; so a carry stays below the base.
    mutating func multiply(by factor: UInt64, adding addend: UInt64) {
        var carry = addend
        for index in limbs.indices {
            var (high, low) = limbs[index].multipliedFullWidth(by: factor)
            let (sum, overflowed) = low.addingReportingOverflow(carry)
            low = sum
            if overflowed { high &+= 1 }
            let (quotient, remainder) = Self.base.dividingFullWidth((high, low))
            limbs[index] = remainder
            carry = quotient
        }
        if carry > 0 { limbs.append(carry) }
    }

    /// The decimal digits, most significant first; none of zero.
    var digits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(limbs.count * Self.digitsOfLimb)
        for limb in limbs {
            var rest = limb
            for _ in 0..<Self.digitsOfLimb {
                digits.append(Byte.zero &+ UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
        }
        while digits.last == Byte.zero { digits.removeLast() }
        digits.reverse()
        return digits
    }
}
