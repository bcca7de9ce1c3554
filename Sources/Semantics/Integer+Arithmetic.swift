// Exact arithmetic. Where 64 bits hold operands and result, no large number is made.
extension Integer {
    /// The sum.
    public static func + (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 {
            let (sum, overflow) = x.addingReportingOverflow(y)
            if !overflow { return Integer(sum) }
        }
        return Integer(a.large + b.large)
    }

    /// The difference.
    public static func - (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 {
            let (difference, overflow) = x.subtractingReportingOverflow(y)
            if !overflow { return Integer(difference) }
        }
        return Integer(a.large - b.large)
    }

    /// The product.
    public static func * (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 {
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            if !overflow { return Integer(product) }
        }
        return Integer(a.large * b.large)
    }

    /// The number with the other sign.
    public static prefix func - (a: Integer) -> Integer { Integer.zero - a }

    /// 0
    public static let zero = Integer(Int64(0))
}

// Division. The divisor is not zero.
extension Integer {
    /// The quotient without its fraction: rounded towards zero.
    public func quotient(by divisor: Integer) -> Integer {
        if let x = int64, let y = divisor.int64 {
            let (quotient, overflow) = x.dividedReportingOverflow(by: y)
            if !overflow { return Integer(quotient) }
        }
        return Integer(large.quotientAndRemainder(dividingBy: divisor.large).quotient)
    }

    /// What `quotient` leaves: zero, or of this number's sign.
    public func remainder(by divisor: Integer) -> Integer {
        if let x = int64, let y = divisor.int64 {
            let (remainder, overflow) = x.remainderReportingOverflow(dividingBy: y)
            return overflow ? .zero : Integer(remainder)
        }
        return Integer(large.quotientAndRemainder(dividingBy: divisor.large).remainder)
    }

    /// What a division that rounds down leaves: zero, or of the divisor's sign.
    public func modulo(by divisor: Integer) -> Integer {
        let remainder = remainder(by: divisor)
        return remainder == .zero || remainder.isNegative == divisor.isNegative ? remainder : remainder + divisor
    }
}

// Bits, of the two's complement without end.
extension Integer {
    /// The bits that both have.
    public static func & (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 { return Integer(x & y) }
        return combine(a, b, &)
    }

    /// The bits that either has.
    public static func | (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 { return Integer(x | y) }
        return combine(a, b, |)
    }

    /// The bits that one of the two has.
    public static func ^ (a: Integer, b: Integer) -> Integer {
        if let x = a.int64, let y = b.int64 { return Integer(x ^ y) }
        return combine(a, b, ^)
    }

    /// The bits that it has not.
    public static prefix func ~ (a: Integer) -> Integer { Integer(Int64(-1)) - a }

    /// Applies `operation` to the bytes of both numbers, the shorter one continued with its sign.
    private static func combine(_ a: Integer, _ b: Integer, _ operation: (UInt8, UInt8) -> UInt8) -> Integer {
        let (x, y) = (a.minimalBytes, b.minimalBytes)
        var bytes: [UInt8] = []
        // One byte beyond both holds the sign of the result.
        for index in 0...Swift.max(x.count, y.count) {
            bytes.append(
                operation(
                    index < x.count ? x[index] : a.isNegative ? 0xff : 0,
                    index < y.count ? y[index] : b.isNegative ? 0xff : 0))
        }
        return Integer(littleEndian: bytes[...], isSigned: true)
    }

    /// The number times two to the power of `count`, which is not negative. The caller sees to it that the result has
    /// a size.
    public func shiftedLeft(by count: Int) -> Integer {
        if let value = int64, bitWidth + count < 63 { return Integer(value << Int64(count)) }
        return Integer(LargeInteger(large.magnitude << count, isNegative: isNegative))
    }

    /// The number divided by two to the power of `count`, which is not negative, rounded down.
    public func shiftedRight(by count: Int) -> Integer {
        if let value = int64 { return Integer(value >> Int64(Swift.min(count, 63))) }
        if count > bitWidth { return isNegative ? Integer(Int64(-1)) : .zero }
        // The division truncates; of a negative number it is that of the bits it has not.
        guard !isNegative else { return ~(~self).shiftedRight(by: count) }
        return Integer(LargeInteger(large.magnitude >> count))
    }
}
