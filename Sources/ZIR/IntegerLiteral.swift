/// An integer as it is written, checked for form: sign, base and digits.
///
/// Its digits are looked at without allocating until the number is known to be within the limit, since the text of a
/// number may be as long as a file.
struct IntegerLiteral {
    let isNegative: Bool
    private let radix: UInt64
    /// The digits behind prefix and leading zeros; `_` may be among them.
    private let digits: UnsafeBufferPointer<UInt8>
    /// The number of digits in `digits`.
    private let digitCount: Int

    /// Nil if `word` has not the form of an integer.
    init?(_ word: UnsafeBufferPointer<UInt8>) {
        var rest = word[...]
        isNegative = rest.first == Byte.minus
        if isNegative { rest = rest.dropFirst() }
        let radix = Self.takePrefix(&rest)
        self.radix = UInt64(radix)
        guard Self.hasForm(rest, radix) else { return nil }
        let significant = rest.drop { $0 == Byte.zero || $0 == Byte.underscore }
        digits = UnsafeBufferPointer(rebasing: significant)
        digitCount = significant.reduce(0) { $1 == Byte.underscore ? $0 : $0 + 1 }
    }

    private static func takePrefix(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> UInt8 {
        guard rest.count > 2, rest.first == Byte.zero else { return 10 }
        let radix: UInt8
        switch rest[rest.startIndex + 1] {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return 10
        }
        rest = rest.dropFirst(2)
        return radix
    }

    /// Digits of the base, with a single `_` between two of them here and there.
    private static func hasForm(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ radix: UInt8) -> Bool {
        var isAfterDigit = false
        for byte in text {
            if byte == Byte.underscore {
                guard isAfterDigit else { return false }
                isAfterDigit = false
            } else {
                guard let digit = byte.hexDigit, digit < radix else { return false }
                isAfterDigit = true
            }
        }
        return isAfterDigit
    }

    /// The magnitude has no more bits than an integer may have.
    var isWithinLimit: Bool {
        guard let first = digits.first?.hexDigit else { return true }
        if radix == 10 { return isDecimalWithinLimit }
        let bitsOfDigit = radix.trailingZeroBitCount
        let bitsOfFirst = UInt8.bitWidth - first.leadingZeroBitCount
        return digitCount <= Parser.maximumIntegerBits
            && (digitCount - 1) * bitsOfDigit + bitsOfFirst <= Parser.maximumIntegerBits
    }

    /// Only a number with as many digits as the limit must be compared with it digit by digit.
    private var isDecimalWithinLimit: Bool {
        let limit = Self.limitDigits
        if digitCount != limit.count { return digitCount < limit.count }
        return digits.lazy.filter { $0 != Byte.underscore }.lexicographicallyPrecedes(limit)
    }

    /// The decimal digits of the smallest magnitude that is too large.
    private static let limitDigits: [UInt8] = {
        var limit = DecimalNumber()
        limit.multiply(by: 1, adding: 1)
        for _ in 0..<Parser.maximumIntegerBits / 32 { limit.multiply(by: 1 << 32, adding: 0) }
        return limit.digits
    }()

    /// The value, if 64 bits hold it.
    var int64: Int64? {
        var magnitude: UInt64 = 0
        guard digitCount <= 64 else { return nil }
        for byte in digits {
            guard let digit = byte.hexDigit else { continue }
            let (product, overflowed) = magnitude.multipliedReportingOverflow(by: radix)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
            if overflowed || carried { return nil }
            magnitude = sum
        }
        if !isNegative { return Int64(exactly: magnitude) }
        return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }

    /// The digits of the magnitude in base ten. The number must be within the limit: the time is quadratic in it.
    func decimalDigits() -> [UInt8] {
        if radix == 10 { return digits.filter { $0 != Byte.underscore } }
        var number = DecimalNumber()
        var chunk: UInt64 = 0
        var scale: UInt64 = 1
        for byte in digits {
            guard let digit = byte.hexDigit else { continue }
            chunk = chunk &* radix &+ UInt64(digit)
            scale = scale &* radix
            if scale >= 1 << 52 {
                number.multiply(by: scale, adding: chunk)
                (chunk, scale) = (0, 1)
            }
        }
        number.multiply(by: scale, adding: chunk)
        return number.digits
    }
}
