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
        if count &- 1 < Self.headCount &- 1 {
            // What stands behind the name is shifted out at the upper end. The shift of an empty one is of no account.
            let unused = UInt64(truncatingIfNeeded: Self.headCount &- count) &* 8
            head = count == 0 ? 0 : (bytes &<< unused) &>> unused
        } else {
            head = bytes
        }
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

    /// A number whose upper bits depend on all bytes; for a table in memory only.
    @inline(__always)
    var hash: UInt64 { (count <= Self.headCount ? head : foldedTail) &* Self.factor }

    /// The head mixed with all bytes behind it.
    private var foldedTail: UInt64 {
        bytes.dropFirst(Self.headCount).reduce(head) { mixed, byte in
            // A multiplication moves differences up only, so the upper half is brought down for the next.
            let product = (mixed ^ UInt64(byte)) &* Self.factor
            return product ^ product &>> 32
        }
    }

    /// Odd, and of no simple pattern: two to the 64th over the golden ratio.
    private static var factor: UInt64 { 0x9E37_79B9_7F4A_7C15 }
}
