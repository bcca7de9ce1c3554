/// A name or mnemonic: where it stands, and a number to compare it by.
///
/// Nearly all names have eight bytes or fewer, and those are compared, hashed and copied as one number.
struct Name {
    /// The first byte; the memory belongs to whoever made the name.
    let start: UnsafePointer<UInt8>
    /// Number of bytes.
    let count: Int
    /// Of a short name its bytes as they stand in memory, zero behind the end: no name holds a NUL, so no two have the same.
    /// Of a longer one a hash of the bytes, and of an empty one anything; the highest bit of these is set.
    let key: UInt64

    /// Bytes of the longest short name.
    static let shortCount = 8

    /// The `count` bytes from `start` on, where `shortCount` bytes can be read.
    @inline(__always)
    init(start: UnsafePointer<UInt8>, readableCount count: Int) {
        self.start = start
        self.count = count
        if count &- 1 < Self.shortCount {
            let bytes = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
            // What stands behind the name is shifted out at the upper end. The shift of an empty one is of no account.
            let unused = UInt64(truncatingIfNeeded: Self.shortCount &- count) &* 8
            key = count == 0 ? .max : (bytes &<< unused) &>> unused
        } else {
            key = Self.key(long: start, count)
        }
    }

    /// A name whose bytes are all of `bytes`.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        start = bytes.baseAddress ?? Self.nothing.utf8Start
        count = bytes.count
        guard count <= Self.shortCount else {
            key = Self.key(long: start, count)
            return
        }
        var key: UInt64 = count == 0 ? .max : 0
        for (offset, byte) in bytes.enumerated() { key |= UInt64(byte) << UInt64(8 * offset) }
        self.key = key
    }

    /// A name that is written out in the program.
    init(_ text: StaticString) {
        self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static let nothing: StaticString = ""

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// Whether it has at least one byte, at most `shortCount`, and all of them are ASCII.
    @inline(__always)
    var isPlain: Bool { key & 0x8080_8080_8080_8080 == 0 }

    @inline(__always)
    static func == (a: Name, b: Name) -> Bool {
        a.key == b.key && (Int64(bitPattern: a.key) >= 0 || a.hasBytes(of: b))
    }

    /// Whether its bytes are those from `place` on in `bytes`, where there are as many.
    func hasBytes(at bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        self.bytes.elementsEqual(bytes[place..<place + count])
    }

    @inline(never)
    private func hasBytes(of other: Name) -> Bool { bytes.elementsEqual(other.bytes) }

    /// A number whose upper bits depend on all bytes; for a table in memory only.
    @inline(__always)
    static func hash(_ key: UInt64) -> UInt64 { key &* factor }

    @inline(never)
    private static func key(long start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var mixed: UInt64 = 0
        for offset in 0..<count {
            // A multiplication moves differences up only, so the upper half is brought down for the next.
            let product = (mixed ^ UInt64(start[offset])) &* factor
            mixed = product ^ product &>> 32
        }
        return mixed | 1 << 63
    }

    /// Odd, and of no simple pattern: two to the 64th over the golden ratio.
    private static var factor: UInt64 { 0x9E37_79B9_7F4A_7C15 }
}
