/// A BLAKE3 hash cut to its first 16 bytes: what zbuild tells declarations, texts and files apart by.
///
/// Kept as two little-endian words, so that it is compared and copied as two numbers. Two different inputs share one
/// with a probability of 2^-128.
public struct Digest: Hashable, Sendable {
    /// Bytes in a digest.
    public static let byteCount = 16

    /// Bytes 0 to 7, little-endian.
    public var low: UInt64
    /// Bytes 8 to 15, little-endian.
    public var high: UInt64

    /// The digest of these two words.
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// All zero: no digest.
    public init() { self.init(low: 0, high: 0) }

    /// The digest that these bytes are, or nil unless there are 16 of them.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(low: Self.word(bytes.prefix(8)), high: Self.word(bytes.dropFirst(8)))
    }

    /// The number that `bytes`, at most eight, are with the lowest first.
    private static func word(_ bytes: some Collection<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() { word |= UInt64(byte) &<< UInt64(8 &* index) }
        return word
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { Array($0) }
    }
}

extension Digest: Comparable {
    /// The order of the bytes, the first byte deciding first.
    public static func < (left: Digest, right: Digest) -> Bool {
        (left.low.byteSwapped, left.high.byteSwapped) < (right.low.byteSwapped, right.high.byteSwapped)
    }
}

extension Digest: CustomStringConvertible {
    /// The bytes in hexadecimal: 32 lower-case digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
