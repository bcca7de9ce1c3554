/// Bytes of machine code, in memory that grows and that the next function has again.
///
/// Room is checked once for an instruction and not for each of its bytes: there always is room for the next one.
struct CodeBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    /// Where the next byte goes.
    private var cursor: UnsafeMutablePointer<UInt8>
    private var end: UnsafeMutablePointer<UInt8>

    /// No instruction has more bytes (SDM 2.3.11).
    static let longestInstruction = 15

    /// Enough for most functions.
    private static let usualSize = 1 << 12

    init() {
        start = .allocate(capacity: CodeBuffer.usualSize)
        cursor = start
        end = start + CodeBuffer.usualSize
    }

    deinit { start.deallocate() }

    /// How many bytes there are.
    @inline(__always)
    var count: Int { cursor - start }

    /// The bytes; good until more are put.
    @inline(__always)
    var bytes: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(start: start, count: count) }

    /// Makes room for `count` more bytes.
    private mutating func reserve(_ count: Int) {
        if end - cursor < count { grow(by: count) }
    }

    /// Makes room for the rest of an instruction, and for the one behind it. A check behind what is put is the last thing
    /// to do, and so costs no register that must be saved.
    @inline(__always)
    private mutating func keepRoom() {
        if end - cursor < CodeBuffer.room { grow(by: CodeBuffer.room) }
    }

    /// For what the longest instruction has left when some of it is put, and for the first 8 bytes of another.
    private static let room = longestInstruction + MemoryLayout<UInt64>.size

    /// Begins an instruction with `count` of its bytes, 8 at most: the low ones of `bytes`, the lowest first. Every
    /// instruction begins so.
    @inline(__always)
    mutating func begin(_ bytes: UInt64, count: Int) {
        assert(end - cursor >= MemoryLayout<UInt64>.size)
        UnsafeMutableRawPointer(cursor).storeBytes(of: bytes.littleEndian, as: UInt64.self)
        cursor += count
        keepRoom()
    }

    /// Goes on with an instruction by one byte.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        assert(cursor < end)
        cursor.initialize(to: byte)
        cursor += 1
    }

    /// Goes on with an instruction by a number, low byte first.
    @inline(__always)
    mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(littleEndian number: Number) {
        assert(end - cursor >= MemoryLayout<Number>.size)
        UnsafeMutableRawPointer(cursor).storeBytes(of: number.littleEndian, as: Number.self)
        cursor += MemoryLayout<Number>.size
    }

    /// Adds `more`.
    mutating func append(contentsOf more: [UInt8]) {
        reserve(more.count + CodeBuffer.room)
        more.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            cursor.initialize(from: first, count: source.count)
        }
        cursor += more.count
    }

    /// Forgets the bytes.
    mutating func removeAll() { cursor = start }

    @inline(never)
    private mutating func grow(by added: Int) {
        let count = self.count
        let capacity = max(2 * (end - start), count + added)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.moveInitialize(from: start, count: count)
        start.deallocate()
        start = larger
        cursor = larger + count
        end = larger + capacity
    }
}
