import BLAKE3

/// Where the next field of a record goes, in room that a `ByteWriter` made for the whole of it.
///
/// Most fields are one byte, and asking for room takes as long as writing that: a page of the cache has thousands of them.
struct ByteCursor {
    private var next: UnsafeMutableRawPointer

    init(_ start: UnsafeMutableRawPointer) { next = start }

    /// Where the next field goes.
    var place: UnsafeRawPointer { UnsafeRawPointer(next) }

    /// Bytes of a number that is a varint, at most.
    static let mostOfNumber = 10
    /// Bytes of an entry in the list of answers of a page, at most.
    static let mostOfAnswer = 9

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        next.storeBytes(of: byte, as: UInt8.self)
        next += 1
    }

    /// Appends a varint.
    @inline(__always)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a varint.
    @inline(__always)
    mutating func append(varint value: UInt32) { append(varint: UInt64(value)) }

    /// Appends a zigzag varint.
    @inline(__always)
    mutating func append(zigzag value: Int64) { append(varint: zigzagged(value)) }

    /// Appends a number as a zigzag varint of its distance from another, which is short where both are near.
    @inline(__always)
    mutating func append(_ number: UInt32, near other: UInt32) { append(zigzag: Int64(number) - Int64(other)) }

    /// Appends 8 bytes, little-endian.
    @inline(__always)
    mutating func append(fixed value: UInt64) {
        next.storeBytes(of: value.littleEndian, as: UInt64.self)
        next += 8
    }

    /// Appends 16 bytes.
    @inline(__always)
    mutating func append(_ digest: Digest) {
        append(fixed: digest.low)
        append(fixed: digest.high)
    }

    /// Appends a varint that counts its bytes, and the name.
    @inline(__always)
    mutating func append(_ name: DeclName) {
        append(varint: UInt64(name.count))
        name.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            next.copyMemory(from: source, byteCount: bytes.count)
        }
        next += name.count
    }

    /// Appends a varint that counts them, and the bytes.
    @inline(__always)
    mutating func append(counted bytes: [UInt8]) {
        append(varint: UInt64(bytes.count))
        bytes.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            next.copyMemory(from: source, byteCount: bytes.count)
        }
        next += bytes.count
    }
}
