/// A natural number of any size: what arithmetic beyond 64 bits comes down to.
///
/// The schoolbook's algorithms. Numbers have at most some thousands of digits, and hardly any program has such a number.
struct Magnitude: Hashable, Sendable {
    /// To the base 2^64, the lowest first; the highest is not 0.
    private(set) var digits: [UInt64]

    /// The number of these digits, which may have zeros at the top.
    init(digits: [UInt64]) {
        self.digits = digits
        while self.digits.last == 0 { self.digits.removeLast() }
    }

    init(_ value: UInt64) { self.init(digits: [value]) }

    static let zero = Magnitude(digits: [])

    /// The bits up to its highest one.
    var bitWidth: Int { digits.count * 64 - (digits.last?.leadingZeroBitCount ?? 0) }

    /// The digit at `place`, also where there is none any more.
    private func digit(_ place: Int) -> UInt64 { place < digits.count ? digits[place] : 0 }

    static func + (a: Magnitude, b: Magnitude) -> Magnitude {
        var sum: [UInt64] = []
        var carry: UInt64 = 0
        for place in 0..<max(a.digits.count, b.digits.count) {
            sum.append(add(a.digit(place), b.digit(place), &carry))
        }
        return Magnitude(digits: sum + [carry])
    }

    /// The sum of two digits and of what was carried, 0 or 1; then `carry` is what is carried on.
    private static func add(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64) -> UInt64 {
        let (part, overflow) = a.addingReportingOverflow(b)
        let (digit, carryOverflow) = part.addingReportingOverflow(carry)
        carry = overflow || carryOverflow ? 1 : 0
        return digit
    }

    /// The difference; `b` is not larger than `a`.
    static func - (a: Magnitude, b: Magnitude) -> Magnitude {
        var difference: [UInt64] = []
        var borrow: UInt64 = 0
        for place in a.digits.indices {
            let (part, overflow) = a.digits[place].subtractingReportingOverflow(b.digit(place))
            let (digit, borrowOverflow) = part.subtractingReportingOverflow(borrow)
            difference.append(digit)
            borrow = overflow || borrowOverflow ? 1 : 0
        }
        return Magnitude(digits: difference)
    }

    static func * (a: Magnitude, b: Magnitude) -> Magnitude {
        var product = [UInt64](repeating: 0, count: a.digits.count + b.digits.count)
        for (place, factor) in a.digits.enumerated() {
            var carry: UInt64 = 0
            for (offset, digit) in b.digits.enumerated() {
                let (high, low) = factor.multipliedFullWidth(by: digit)
                let (part, overflow) = product[place + offset].addingReportingOverflow(low)
                let (sum, carryOverflow) = part.addingReportingOverflow(carry)
                product[place + offset] = sum
                // The product of two digits leaves room for both in its upper half.
                carry = high + (overflow ? 1 : 0) + (carryOverflow ? 1 : 0)
            }
            product[place + b.digits.count] = carry
        }
        return Magnitude(digits: product)
    }

    static func << (a: Magnitude, count: Int) -> Magnitude {
        let (places, bits) = (count / 64, UInt64(count % 64))
        var shifted = [UInt64](repeating: 0, count: places)
        for place in 0...a.digits.count {
            let below = place == 0 || bits == 0 ? 0 : a.digits[place - 1] >> (64 - bits)
            shifted.append(a.digit(place) << bits | below)
        }
        return Magnitude(digits: shifted)
    }

    static func >> (a: Magnitude, count: Int) -> Magnitude {
        let (places, bits) = (count / 64, UInt64(count % 64))
        var shifted: [UInt64] = []
        for place in places..<max(a.digits.count, places) {
            let above = bits == 0 ? 0 : a.digit(place + 1) << (64 - bits)
            shifted.append(a.digits[place] >> bits | above)
        }
        return Magnitude(digits: shifted)
    }

    /// What is left of it in its low `count` bits.
    func lowBits(_ count: Int) -> Magnitude {
        var low = Array(digits.prefix((count + 63) / 64))
        if low.count * 64 > count { low[low.count - 1] &= (1 << UInt64(count % 64)) - 1 }
        return Magnitude(digits: low)
    }
}

extension Magnitude: Comparable {
    static func < (a: Magnitude, b: Magnitude) -> Bool {
        if a.digits.count != b.digits.count { return a.digits.count < b.digits.count }
        return a.digits.reversed().lexicographicallyPrecedes(b.digits.reversed())
    }
}

// Division. The divisor is not 0.
extension Magnitude {
    func quotientAndRemainder(dividingBy divisor: Magnitude) -> (quotient: Magnitude, remainder: Magnitude) {
        if self < divisor { return (.zero, self) }
        if divisor.digits.count == 1 {
            let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor.digits[0])
            return (quotient, Magnitude(remainder))
        }
        return longDivision(by: divisor)
    }

    private func quotientAndRemainder(dividingBy divisor: UInt64) -> (quotient: Magnitude, remainder: UInt64) {
        var quotient = digits
        var remainder: UInt64 = 0
        for place in digits.indices.reversed() {
            (quotient[place], remainder) = divisor.dividingFullWidth((remainder, digits[place]))
        }
        return (Magnitude(digits: quotient), remainder)
    }

    /// Knuth, The Art of Computer Programming, volume 2, section 4.3.1, algorithm D. The divisor has two digits or more
    /// and is not larger.
    private func longDivision(by divisor: Magnitude) -> (quotient: Magnitude, remainder: Magnitude) {
        // With the highest bit of the divisor set, a digit guessed from the highest digits is at most two too high.
        let shift = divisor.digits[divisor.digits.count - 1].leadingZeroBitCount
        let scaled = (divisor << shift).digits
        var rest = (self << shift).digits
        rest += repeatElement(0, count: digits.count + 1 - rest.count)
        let places = rest.count - scaled.count
        var quotient = [UInt64](repeating: 0, count: places)
        for place in (0..<places).reversed() {
            var digit = Magnitude.guess(rest[(place + scaled.count - 2)...].prefix(3), scaled.suffix(2))
            if Magnitude.subtract(digit, times: scaled, from: &rest, at: place) {
                digit -= 1
                Magnitude.add(scaled, to: &rest, at: place)
            }
            quotient[place] = digit
        }
        return (Magnitude(digits: quotient), Magnitude(digits: rest) >> shift)
    }

    /// The digit of the quotient, or one more, from the highest three digits of the rest and two of the divisor.
    private static func guess(_ rest: ArraySlice<UInt64>, _ divisor: ArraySlice<UInt64>) -> UInt64 {
        let (low, middle, high) = (rest[rest.startIndex], rest[rest.startIndex + 1], rest[rest.startIndex + 2])
        let (second, first) = (divisor[divisor.startIndex], divisor[divisor.startIndex + 1])
        var digit = UInt64.max
        var remainder = middle
        var overflow = false
        if high < first {
            (digit, remainder) = first.dividingFullWidth((high, middle))
        } else {
            (remainder, overflow) = middle.addingReportingOverflow(first)
        }
        while !overflow {
            let product = digit.multipliedFullWidth(by: second)
            if (product.high, product.low) <= (remainder, low) { break }
            digit -= 1
            (remainder, overflow) = remainder.addingReportingOverflow(first)
        }
        return digit
    }

    /// Subtracts `digit` times `divisor` from the digits of `rest` from `start` on; whether that is below 0, in which case
    /// what stands there is too large by 2^64 to the power of the number of these digits.
    private static func subtract(
        _ digit: UInt64, times divisor: [UInt64], from rest: inout [UInt64], at start: Int
    ) -> Bool {
        var carry: UInt64 = 0
        for (offset, factor) in divisor.enumerated() {
            let (high, low) = digit.multipliedFullWidth(by: factor)
            let (product, overflow) = low.addingReportingOverflow(carry)
            let (difference, borrow) = rest[start + offset].subtractingReportingOverflow(product)
            rest[start + offset] = difference
            carry = high + (overflow ? 1 : 0) + (borrow ? 1 : 0)
        }
        let (difference, borrow) = rest[start + divisor.count].subtractingReportingOverflow(carry)
        rest[start + divisor.count] = difference
        return borrow
    }

    private static func add(_ divisor: [UInt64], to rest: inout [UInt64], at start: Int) {
        var carry: UInt64 = 0
        for (offset, digit) in divisor.enumerated() {
            rest[start + offset] = add(rest[start + offset], digit, &carry)
        }
        rest[start + divisor.count] &+= carry
    }
}

// Decimal digits, 19 at a time: so many fit in 64 bits.
extension Magnitude {
    private static let decimalsAtOnce = 19
    private static let powerAtOnce: UInt64 = 10_000_000_000_000_000_000

    /// The number that `decimals` spell; nil unless they are digits, one or more.
    init?(decimal decimals: ArraySlice<UInt8>) {
        guard !decimals.isEmpty else { return nil }
        self = .zero
        var rest = decimals
        while !rest.isEmpty {
            let part = rest.prefix(Self.decimalsAtOnce)
            var value: UInt64 = 0
            var power: UInt64 = 1
            for byte in part {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
                power *= 10
            }
            self = self * Magnitude(power) + Magnitude(value)
            rest = rest.dropFirst(part.count)
        }
    }

    /// Its decimal digits.
    var decimal: String {
        var parts: [String] = []
        var rest = self
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: Self.powerAtOnce)
            let part = String(remainder)
            let isFirst = quotient == .zero
            parts.append(isFirst ? part : String(repeating: "0", count: Self.decimalsAtOnce - part.utf8.count) + part)
            rest = quotient
        } while rest != .zero
        return parts.reversed().joined()
    }
}
