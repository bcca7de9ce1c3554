/// Bytes of machine code, in memory that grows and that the next function has again.
///
/// Room is checked once for an instruction and not for each of its bytes: whoever puts bytes has reserved room for them.
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
    @inline(__always)
    mutating func reserve(_ count: Int = CodeBuffer.longestInstruction) {
        if end - cursor < count { grow(by: count) }
    }

    /// Puts `byte` into reserved room.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        assert(cursor < end)
        cursor.initialize(to: byte)
        cursor += 1
    }

    /// Puts a number into reserved room, low byte first.
    @inline(__always)
    mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(littleEndian number: Number) {
        assert(end - cursor >= MemoryLayout<Number>.size)
        UnsafeMutableRawPointer(cursor).storeBytes(of: number.littleEndian, as: Number.self)
        cursor += MemoryLayout<Number>.size
    }

    /// Adds `more`.
    mutating func append(contentsOf more: [UInt8]) {
        reserve(more.count)
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
