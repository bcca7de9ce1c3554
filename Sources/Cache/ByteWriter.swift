import BLAKE3

/// A growing run of bytes that packed values are written to. One is reused for all rows.
///
/// Numbers are varints: seven bits a byte, the lowest first, the top bit set on all but the last byte. A number that may
/// be negative is a zigzag varint: 0, -1, 1, -2 ... are written as 0, 1, 2, 3 ...
struct ByteWriter: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private var count = 0

    init(capacity: Int = 16 << 10) {
        self.capacity = max(capacity, ByteCursor.mostOfNumber)
        start = .allocate(byteCount: self.capacity, alignment: 8)
    }

    deinit { start.deallocate() }

    /// What was written; valid until more is.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Forgets what was written and keeps the room.
    mutating func removeAll() { count = 0 }

    /// Has `write` append at most so many bytes: there is room for them, so that it need not be made for each field.
    @inline(__always)
    mutating func append(atMost most: Int, _ write: (inout ByteCursor) -> Void) {
        reserve(most)
        var cursor = ByteCursor(start + count)
        write(&cursor)
        let end = cursor.place - UnsafeRawPointer(start)
        precondition(end <= count + most, "more was written than there was room for")
        count = end
    }

    mutating func append(_ byte: UInt8) { append(atMost: 1) { $0.append(byte) } }

    /// Appends a varint.
    mutating func append(varint value: UInt64) {
        append(atMost: ByteCursor.mostOfNumber) { $0.append(varint: value) }
    }

    /// Appends a varint.
    mutating func append(varint value: UInt32) { append(varint: UInt64(value)) }

    /// Appends a zigzag varint.
    mutating func append(zigzag value: Int64) { append(varint: zigzagged(value)) }

    /// Appends a number as a zigzag varint of its distance from another, which is short where both are near.
    mutating func append(_ number: UInt32, near other: UInt32) { append(zigzag: Int64(number) - Int64(other)) }

    /// Appends 8 bytes, little-endian.
    mutating func append(fixed value: UInt64) { append(atMost: 8) { $0.append(fixed: value) } }

    /// Appends 16 bytes.
    mutating func append(_ digest: Digest) { append(atMost: 16) { $0.append(digest) } }

    /// Appends a varint that counts them, and the bytes.
    mutating func append(counted bytes: [UInt8]) {
        bytes.withUnsafeBytes { append(counted: $0) }
    }

    /// Appends a varint that counts them, and the bytes.
    mutating func append(counted bytes: UnsafeRawBufferPointer) {
        append(varint: UInt64(bytes.count))
        append(bytes)
    }

    /// Appends bytes as they are.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Leaves room for `count` bytes, which mean nothing.
    mutating func skip(_ count: Int) {
        reserve(count)
        (start + self.count).initializeMemory(as: UInt8.self, repeating: 0, count: count)
        self.count += count
    }

    /// Puts bytes in the place of those before `end`.
    mutating func store(_ bytes: UnsafeRawBufferPointer, endingAt end: Int) {
        precondition(bytes.count <= end && end <= count)
        guard let source = bytes.baseAddress else { return }
        (start + (end - bytes.count)).copyMemory(from: source, byteCount: bytes.count)
    }

    /// Appends a varint that counts its bytes, and the text in UTF-8.
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(counted: UnsafeRawBufferPointer($0)) }
    }

    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
    }
}

/// 0, -1, 1, -2 ... as 0, 1, 2, 3 ...
func zigzagged(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

/// The inverse of `zigzagged`.
func unzigzagged(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
