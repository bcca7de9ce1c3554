import BigInt
import Testing

@testable import Semantics

/// Arithmetic beyond 64 bits, against another implementation of it.
struct LargeIntegerTests {
    /// Numbers of `count` digits to the base 2^64 in which the digits at the edges are frequent: these find what goes wrong
    /// in carries and in guesses of a division.
    private static func number(_ count: Int, _ dice: inout some RandomNumberGenerator) -> BigInt {
        let edges: [UInt64] = [0, 1, 1 << 63, (1 << 63) - 1, .max - 1, .max]
        let words = (0..<count).map { _ in
            Bool.random(using: &dice)
                ? edges.randomElement(using: &dice) ?? 0 : UInt64.random(in: 0...(.max), using: &dice)
        }
        let magnitude = BigUInt(words: words.map { UInt($0) })
        return BigInt(sign: Bool.random(using: &dice) ? .minus : .plus, magnitude: magnitude)
    }

    private static func integer(_ number: BigInt) throws -> Integer {
        try #require(Integer(decimal: Array(number.description.utf8)[...]))
    }

    @Test(arguments: 0..<8, 0..<6)
    func operations(_ left: Int, _ right: Int) throws {
        var dice = SeededGenerator(UInt64(left * 8 + right))
        for _ in 0..<60 {
            let (x, y) = (Self.number(left, &dice), Self.number(right, &dice))
            let (a, b) = (try Self.integer(x), try Self.integer(y))
            #expect(a.description == x.description)
            #expect((a + b).description == (x + y).description, "\(x) + \(y)")
            #expect((a - b).description == (x - y).description, "\(x) - \(y)")
            #expect((a * b).description == (x * y).description, "\(x) * \(y)")
            #expect((a < b) == (x < y), "\(x) < \(y)")
            #expect((~a).description == (-x - 1).description, "~\(x)")
            guard y != 0 else { continue }
            let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
            #expect(a.quotient(by: b).description == quotient.description, "\(x) / \(y)")
            #expect(a.remainder(by: b).description == remainder.description, "\(x) % \(y)")
        }
    }

    /// Word by word, up to one that holds nothing but signs. The other implementation is no help: of some negative numbers it
    /// says 0.
    @Test(arguments: 0..<5, 0..<5)
    func bitwise(_ left: Int, _ right: Int) throws {
        var dice = SeededGenerator(UInt64(left * 5 + right))
        for _ in 0..<60 {
            let a = try Self.integer(Self.number(left, &dice))
            let b = try Self.integer(Self.number(right, &dice))
            for shift in stride(from: 0, through: 64 * 5, by: 64) {
                let (x, y) = (a.shiftedRight(by: shift).lowBits, b.shiftedRight(by: shift).lowBits)
                #expect((a & b).shiftedRight(by: shift).lowBits == x & y, "\(a) & \(b)")
                #expect((a | b).shiftedRight(by: shift).lowBits == x | y, "\(a) | \(b)")
                #expect((a ^ b).shiftedRight(by: shift).lowBits == x ^ y, "\(a) ^ \(b)")
            }
        }
    }

    @Test(arguments: 0..<5, [0, 1, 7, 63, 64, 65, 127, 128, 200])
    func bits(_ count: Int, _ shift: Int) throws {
        var dice = SeededGenerator(UInt64(count * 1000 + shift))
        for _ in 0..<40 {
            let x = Self.number(count, &dice)
            let a = try Self.integer(x)
            #expect(a.shiftedLeft(by: shift).description == (x << shift).description, "\(x) << \(shift)")
            #expect(a.bitWidth == x.magnitude.bitWidth)
            #expect(a.lowBits == UInt64(truncatingIfNeeded: x))
            let modulus = BigInt(1) << shift
            let low = x.modulus(modulus)
            #expect(a.shiftedRight(by: shift).description == ((x - low) / modulus).description, "\(x) >> \(shift)")
            for isSigned in [false, true] {
                let isUpperHalf = isSigned && shift > 0 && low >= modulus >> 1
                let shape = IntegerShape(isSigned: isSigned, bits: UInt16(shift))
                let expected = isUpperHalf ? low - modulus : low
                #expect(a.wrapped(to: shape).description == expected.description, "\(x) in \(shape)")
                #expect(a.fits(shape) == (expected == x), "\(x) in \(shape)")
            }
            #expect(Integer(littleEndian: a.minimalBytes[...], isSigned: true) == a)
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood): the same numbers in every run.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
