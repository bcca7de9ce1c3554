import Testing

@testable import Semantics

struct IntegerTests {
    private static func integer(_ text: String) throws -> Integer {
        try #require(Integer(decimal: Array(text.utf8)[...]))
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("-1", 1), ("255", 8), ("-256", 9), ("9223372036854775807", 63),
        ("9223372036854775808", 64), ("-9223372036854775808", 64), ("-9223372036854775809", 64),
        ("18446744073709551616", 65),
    ])
    func textAndWidth(_ text: String, _ bits: Int) throws {
        let number = try Self.integer(text)
        #expect(number.description == text)
        #expect(number.bitWidth == bits)
    }

    @Test func oneFormForEachNumber() throws {
        let big = try Self.integer("9223372036854775808") + Integer(Int64(-1))
        #expect(big == Integer(Int64.max))
        #expect(big.hashValue == Integer(Int64.max).hashValue)
        #expect(Integer(UInt64(7)) == Integer(Int64(7)))
    }

    @Test(arguments: [
        ("9223372036854775807", "1", "9223372036854775808"),
        ("-9223372036854775808", "-1", "-9223372036854775809"),
        ("18446744073709551615", "-18446744073709551615", "0"),
        ("2", "-3", "-1"),
    ])
    func addition(_ a: String, _ b: String, _ sum: String) throws {
        #expect(try Self.integer(a) + Self.integer(b) == Self.integer(sum))
    }

    @Test(arguments: [
        ("-18446744073709551616", "-9223372036854775809"), ("-9223372036854775809", "-9223372036854775808"),
        ("-1", "0"), ("9223372036854775807", "9223372036854775808"),
        ("9223372036854775808", "18446744073709551616"),
    ])
    func order(_ a: String, _ b: String) throws {
        #expect(try Self.integer(a) < Self.integer(b))
        #expect(try !(Self.integer(b) < Self.integer(a)))
    }

    /// Every number around the limits of every small shape, against what the standard library says of the widest ones.
    @Test func fitsAndWraps() {
        for bits in UInt16(0)...9 {
            for isSigned in [false, true] {
                let shape = IntegerShape(isSigned: isSigned, bits: bits)
                let size = Int64(1) << Int64(bits)
                let least = isSigned && bits > 0 ? -size / 2 : 0
                let most = isSigned && bits > 0 ? size / 2 - 1 : size - 1
                for value in Int64(-600)...600 {
                    let fits = value >= least && value <= most
                    #expect(Integer(value).fits(shape) == fits, "\(value) in \(shape)")
                    let wrapped = Integer(value).wrapped(to: shape)
                    #expect(wrapped.fits(shape))
                    #expect((wrapped.lowBits &- UInt64(bitPattern: value)) % UInt64(size) == 0)
                }
            }
        }
    }

    @Test(arguments: [
        ("9223372036854775807", true, 64, true), ("9223372036854775808", true, 64, false),
        ("9223372036854775808", false, 64, true), ("18446744073709551615", false, 64, true),
        ("18446744073709551616", false, 64, false), ("-9223372036854775808", true, 64, true),
        ("-9223372036854775809", true, 64, false), ("-9223372036854775809", true, 65, true),
        ("-1", false, 65535, false), ("18446744073709551616", true, 65, false),
        ("18446744073709551616", true, 66, true),
    ])
    func fitsAtTheEdgeOfAWord(_ text: String, _ isSigned: Bool, _ bits: UInt16, _ fits: Bool) throws {
        #expect(try Self.integer(text).fits(IntegerShape(isSigned: isSigned, bits: bits)) == fits)
    }

    @Test func wrapsBigNumbers() throws {
        let shape = IntegerShape(isSigned: true, bits: 64)
        #expect(try Self.integer("18446744073709551615").wrapped(to: shape) == Integer(Int64(-1)))
        #expect(try Self.integer("18446744073709551617").wrapped(to: shape) == Integer(Int64(1)))
        #expect(try Self.integer("-18446744073709551617").wrapped(to: shape) == Integer(Int64(-1)))
    }

    @Test(arguments: [
        "0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "65535", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "340282366920938463463374607431768211456", "-340282366920938463463374607431768211457",
    ])
    func bytesThereAndBack(_ text: String) throws {
        let number = try Self.integer(text)
        let bytes = number.minimalBytes
        #expect(Integer(littleEndian: bytes[...], isSigned: true) == number)
        #expect(bytes.count == (number == Integer(Int64(0)) ? 0 : Self.signedBits(number) / 8 + 1))
    }

    /// Bits of the two's complement without its sign.
    private static func signedBits(_ number: Integer) -> Int {
        number.isNegative ? (number + Integer(Int64(1))).bitWidth : number.bitWidth
    }

    @Test(
        arguments: [
            ([], false, 0), ([0xff], false, 255), ([0xff], true, -1), ([0, 0x80], true, -32768),
            ([0, 0x80], false, 32768),
        ] as [([UInt8], Bool, Int64)])
    func littleEndian(_ bytes: [UInt8], _ isSigned: Bool, _ value: Int64) {
        #expect(Integer(littleEndian: bytes[...], isSigned: isSigned) == Integer(value))
    }

    @Test func limitOfTheLanguage() throws {
        // 2^65536 has 19,729 digits too, so only the width tells it from the largest number.
        let nines = String(repeating: "9", count: 19_728)
        #expect(Integer(decimal: Array(nines.utf8)[...]) != nil)
        #expect(Integer(decimal: Array(("9" + nines).utf8)[...]) == nil)
        #expect(Integer(decimal: Array(repeating: UInt8(ascii: "1"), count: 1_000_000)[...]) == nil)
        #expect(Integer(decimal: []) == nil)
        #expect(Integer(decimal: Array("12x".utf8)[...]) == nil)
    }
}
