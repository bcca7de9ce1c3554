import Semantics
import Testing

/// Exact arithmetic against that of 128-bit numbers.
struct IntegerArithmeticTests {
    /// Numbers around every edge of the inline form.
    private static let numbers: [Int128] = {
        let powers: [Int128] = [0, 1, 3, 7, 1 << 31, 1 << 32, 1 << 62, 1 << 63, 1 << 64, (1 << 64) + 5, 1 << 100]
        let near = powers.flatMap { [$0 - 1, $0, $0 + 1] }
        return Array(Set(near + near.map { -$0 })).sorted()
    }()

    private static let small = numbers.filter { $0.magnitude < 1 << 63 }

    private static func integer(_ value: Int128) -> Integer {
        Integer(decimal: Array("\(value)".utf8)[...]) ?? .zero
    }

    @Test(arguments: numbers)
    func sumsAndBits(_ a: Int128) {
        let x = Self.integer(a)
        for b in Self.numbers {
            let y = Self.integer(b)
            #expect(x + y == Self.integer(a + b))
            #expect(x - y == Self.integer(a - b))
            #expect(x & y == Self.integer(a & b), "\(a) & \(b)")
            #expect(x | y == Self.integer(a | b), "\(a) | \(b)")
            #expect(x ^ y == Self.integer(a ^ b), "\(a) ^ \(b)")
        }
        #expect(-x == Self.integer(-a))
        #expect(~x == Self.integer(~a))
    }

    @Test(arguments: numbers)
    func products(_ a: Int128) {
        for b in Self.numbers {
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            if !overflow { #expect(Self.integer(a) * Self.integer(b) == Self.integer(product)) }
        }
    }

    @Test(arguments: numbers)
    func quotients(_ a: Int128) {
        let x = Self.integer(a)
        for b in Self.numbers where b != 0 {
            let y = Self.integer(b)
            #expect(x.quotient(by: y) == Self.integer(a / b), "\(a) / \(b)")
            #expect(x.remainder(by: y) == Self.integer(a % b), "\(a) rem \(b)")
            let modulus = a % b != 0 && (a < 0) != (b < 0) ? a % b + b : a % b
            #expect(x.modulo(by: y) == Self.integer(modulus), "\(a) mod \(b)")
        }
    }

    @Test(arguments: numbers)
    func shifts(_ a: Int128) {
        for count in [0, 1, 7, 31, 32, 62, 63, 64, 65, 99, 126] {
            #expect(Self.integer(a).shiftedRight(by: count) == Self.integer(a >> Int128(count)), "\(a) >> \(count)")
            if a.magnitude.leadingZeroBitCount > count + 1 {
                #expect(Self.integer(a).shiftedLeft(by: count) == Self.integer(a << Int128(count)), "\(a) << \(count)")
            }
        }
        #expect(Self.integer(a).shiftedRight(by: .max) == Self.integer(a < 0 ? -1 : 0))
    }
}
