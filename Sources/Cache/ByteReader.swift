import BLAKE3

/// Reads what `ByteWriter` wrote, from memory that belongs to somebody else and outlives it.
///
/// Trusts nothing: every read is checked against the end, and no count is believed that the bytes left could not hold,
/// so that what a decoder allocates is bounded by the bytes that it is given.
struct ByteReader {
    private var next: UnsafeRawPointer
    private let end: UnsafeRawPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        // A buffer without an address has no bytes; any address will do for it.
        next = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        end = next + bytes.count
    }

    /// Bytes that are left.
    private var remaining: Int { end - next }

    /// Whether all was read.
    var isAtEnd: Bool { next == end }

    /// Throws unless all was read.
    func finish() throws(Malformed) {
        guard isAtEnd else { throw .trailing }
    }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard next < end else { throw .truncated }
        defer { next += 1 }
        return next.load(as: UInt8.self)
    }

    /// A byte of flags, none of which may be other than those of `known`.
    mutating func flags(_ known: UInt8) throws(Malformed) -> UInt8 {
        let flags = try byte()
        guard flags & ~known == 0 else { throw .flags }
        return flags
    }

    /// A varint.
    mutating func varint() throws(Malformed) -> UInt64 {
        let first = try byte()
        return first < 0x80 ? UInt64(first) : try longVarint(UInt64(first & 0x7F))
    }

    /// A varint whose first byte was read and was not its last.
    private mutating func longVarint(_ first: UInt64) throws(Malformed) -> UInt64 {
        guard remaining >= 8 else { return try longVarint(first, shift: 7) }
        let word = UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
        let lastBytes = ~word & 0x8080_8080_8080_8080
        // Above eight more bytes it is the tenth that ends it.
        guard lastBytes != 0 else { return try longVarint(first, shift: 7) }
        let topBit = lastBytes.trailingZeroBitCount
        next += (topBit + 1) / 8
        let rest = Self.joined(sevens: word & (UInt64.max >> (63 - topBit)) & 0x7F7F_7F7F_7F7F_7F7F)
        // Nine bytes come to 63 bits.
        return first | rest << 7
    }

    /// The low seven bits of each byte, one behind the other: pairs of bytes are joined, then pairs of these, then both.
    private static func joined(sevens word: UInt64) -> UInt64 {
        var word = word
        word = word & 0x007F_007F_007F_007F | (word & 0x7F00_7F00_7F00_7F00) >> 1
        word = word & 0x0000_3FFF_0000_3FFF | (word & 0x3FFF_0000_3FFF_0000) >> 2
        return word & 0x0000_0000_0FFF_FFFF | (word & 0x0FFF_FFFF_0000_0000) >> 4
    }

    /// Byte by byte, as far as they go.
    private mutating func longVarint(_ first: UInt64, shift: UInt64) throws(Malformed) -> UInt64 {
        var (value, shift) = (first, shift)
        while true {
            let byte = try byte()
            let bits = UInt64(byte & 0x7F)
            // The tenth byte holds the top bit and nothing else.
            guard shift < 63 || (shift == 63 && bits <= 1) else { throw .number }
            value |= bits << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A varint below 2^32.
    mutating func varint32() throws(Malformed) -> UInt32 {
        guard let value = UInt32(exactly: try varint()) else { throw .number }
        return value
    }

    /// A zigzag varint.
    mutating func zigzag() throws(Malformed) -> Int64 { unzigzagged(try varint()) }

    /// A zigzag varint of 32 bits.
    mutating func zigzag32() throws(Malformed) -> Int32 {
        guard let value = Int32(exactly: try zigzag()) else { throw .number }
        return value
    }

    /// A number that was written as its distance from another.
    mutating func number(near other: UInt32) throws(Malformed) -> UInt32 {
        try sum(other, try zigzag())
    }

    /// 8 bytes, little-endian.
    mutating func fixed() throws(Malformed) -> UInt64 {
        guard remaining >= 8 else { throw .truncated }
        defer { next += 8 }
        return UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
    }

    /// 16 bytes.
    mutating func digest() throws(Malformed) -> Digest {
        let low = try fixed()
        return Digest(low: low, high: try fixed())
    }

    /// A count of things that have at least one byte each.
    mutating func count() throws(Malformed) -> Int {
        let count = try varint()
        guard count <= UInt64(remaining) else { throw .count }
        return Int(count)
    }

    /// A count, and so many elements.
    mutating func list<Element>(
        _ element: (inout ByteReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        let count = try count()
        guard count > 0 else { return [] }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    /// Counted bytes.
    mutating func countedBytes() throws(Malformed) -> [UInt8] { Array(try counted()) }

    /// Counted bytes as UTF-8.
    mutating func text() throws(Malformed) -> String { String(decoding: try counted(), as: UTF8.self) }

    /// Counted bytes where they stand.
    mutating func counted() throws(Malformed) -> UnsafeRawBufferPointer {
        let count = try count()
        defer { next += count }
        return UnsafeRawBufferPointer(start: next, count: count)
    }
}

/// A number and a distance that was read; throws if the sum is none of 32 bits.
func sum(_ number: UInt32, _ distance: Int64) throws(Malformed) -> UInt32 {
    let (sum, overflow) = Int64(number).addingReportingOverflow(distance)
    guard !overflow, let result = UInt32(exactly: sum) else { throw .number }
    return result
}
