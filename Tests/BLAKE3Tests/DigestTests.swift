import BLAKE3
import Testing

/// Digests as values: their bytes, text and order.
@Suite struct DigestTests {
    @Test func bytesAreLittleEndianWords() {
        let digest = Digest(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908)
        #expect(digest.bytes == Array(0...15))
        #expect(digest.description == "000102030405060708090a0b0c0d0e0f")
    }

    @Test(arguments: [[UInt8]](arrayLiteral: Array(0...15), Array(240...255), [UInt8](repeating: 0, count: 16)))
    func bytesRoundTrip(_ bytes: [UInt8]) throws {
        let digest = try #require(Digest(bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest(([7] + bytes)[1...]) == digest)
    }

    @Test(arguments: [0, 1, 8, 15, 17, 32])
    func otherLengthsAreNoDigest(_ count: Int) {
        #expect(Digest([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test func emptyDigestIsZero() {
        #expect(Digest().bytes == [UInt8](repeating: 0, count: 16))
        #expect(Digest().description == String(repeating: "0", count: 32))
    }

    /// Setting one byte outweighs every byte after it.
    @Test(arguments: 0..<16)
    func orderIsThatOfTheBytes(_ index: Int) throws {
        var small = [UInt8](repeating: 0xFF, count: 16)
        var large = [UInt8](repeating: 0, count: 16)
        for equal in 0..<index { (small[equal], large[equal]) = (5, 5) }
        (small[index], large[index]) = (1, 2)
        let (lower, upper) = (try #require(Digest(small)), try #require(Digest(large)))
        #expect(lower < upper)
        #expect(!(upper < lower))
        #expect(!(lower < lower))
    }
}
