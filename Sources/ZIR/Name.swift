/// A name or mnemonic: where it stands, and its first bytes as a number.
///
/// Nearly all names have eight bytes or fewer, and those are compared, hashed and copied as one number. No name holds a
/// NUL, so a short one is told from a longer one by its head too.
struct Name {
    /// The first byte; the memory belongs to whoever made the name.
    let start: UnsafePointer<UInt8>
    /// Number of bytes.
    let count: Int
    /// The first eight bytes as they stand in memory, zero behind the end of the name.
    let head: UInt64

    /// Bytes in `head`.
    static let headCount = 8

    /// The `count` bytes from `start` on, where `headCount` bytes can be read.
    @inline(__always)
    init(start: UnsafePointer<UInt8>, readableCount count: Int) {
        self.start = start
        self.count = count
        let bytes = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
        let unused = UInt64(max(0, Self.headCount &- count)) &* 8
        head = count == 0 ? 0 : (bytes &<< unused) &>> unused
    }

    /// A name whose bytes are all of `bytes`, which is not empty.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        start = bytes.baseAddress ?? Self.nothing.utf8Start
        count = bytes.count
        var head: UInt64 = 0
        for (offset, byte) in bytes.prefix(Self.headCount).enumerated() { head |= UInt64(byte) << UInt64(8 * offset) }
        self.head = head
    }

    private static let nothing: StaticString = ""

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    @inline(__always)
    var isEmpty: Bool { count == 0 }

    @inline(__always)
    var isASCII: Bool { head & 0x8080_8080_8080_8080 == 0 && (count <= Self.headCount || isTailASCII) }

    private var isTailASCII: Bool { bytes.dropFirst(Self.headCount).allSatisfy { $0 < 0x80 } }

    @inline(__always)
    static func == (a: Name, b: Name) -> Bool {
        a.head == b.head && a.count == b.count && (a.count <= headCount || a.hasTail(of: b))
    }

    /// Whether it goes on as `other`, which has as many bytes.
    private func hasTail(of other: Name) -> Bool {
        for offset in Self.headCount..<count where start[offset] != other.start[offset] { return false }
        return true
    }

    /// All bits depend on all bytes; for a table in memory only.
    @inline(__always)
    var hash: UInt32 {
        let mixed = Self.mix(head ^ UInt64(truncatingIfNeeded: count))
        let all = count <= Self.headCount ? mixed : tailHash(mixed)
        return UInt32(truncatingIfNeeded: all &>> 32)
    }

    private func tailHash(_ start: UInt64) -> UInt64 {
        bytes.dropFirst(Self.headCount).reduce(start) { Self.mix($0 ^ UInt64($1)) }
    }

    /// A multiplication moves differences up only, so the upper half is brought down in between.
    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        let product = value &* factor
        return (product ^ product &>> 32) &* factor
    }
}
