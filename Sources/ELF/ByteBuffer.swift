/// Bytes that grow at the end and are written anywhere: a section of an executable that is being made anew.
///
/// The array is longer than what is in use and filled ahead, so that growing is adding to a number. This is the one
/// file of the module with unsafe code: copying into the middle of an array.
struct ByteBuffer {
    private var bytes: [UInt8] = []
    private let fill: UInt8

    /// No bytes; those added are `fill`.
    init(fill: UInt8) { self.fill = fill }

    /// Has at least `count` bytes from now on.
    mutating func grow(to count: Int) {
        guard count > bytes.count else { return }
        reserve(max(count, 2 * bytes.count, 4096))
    }

    /// Makes room for `count` bytes, so that growing to that moves nothing.
    mutating func reserve(_ count: Int) {
        guard count > bytes.count else { return }
        var larger = [UInt8](repeating: fill, count: count)
        Self.copy(bytes.span, to: &larger, at: 0)
        bytes = larger
    }

    /// Writes; the buffer must have grown that far.
    mutating func write(_ content: Span<UInt8>, at offset: Int) {
        Self.copy(content, to: &bytes, at: offset)
    }

    /// Fills `range` with the byte that free room has.
    mutating func clear(_ range: Range<Int>) {
        for position in range { bytes[position] = fill }
    }

    /// Writes one number as it is in memory.
    mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at offset: Int) {
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        memory.storeBytes(of: value, toByteOffset: offset, as: Number.self)
    }

    /// Writes a structure.
    mutating func store(_ structure: some ELFStructure, _ format: ELFFormat, at offset: Int) {
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        var writer = FieldWriter(format, at: offset)
        structure.encode(&writer, &memory)
    }

    /// A copy of a part.
    func read(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

    /// Gives up the first `count` bytes, and has none any more.
    mutating func take(_ count: Int) -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        taken.removeLast(taken.count - count)
        return taken
    }

    private static func copy(_ source: Span<UInt8>, to target: inout [UInt8], at offset: Int) {
        precondition(offset >= 0 && source.count <= target.count - offset, "write outside of a buffer")
        source.withUnsafeBytes { from in
            target.withUnsafeMutableBytes { to in
                UnsafeMutableRawBufferPointer(rebasing: to[offset...]).copyMemory(from: from)
            }
        }
    }
}
