/// Bytes that are written anywhere: a section of an executable that is being made anew.
///
/// It has as many as were needed so far; all that follow are the byte that free room has. This is the one file of the
/// module with unsafe code: copying into the middle of an array.
struct ByteBuffer {
    private var bytes: [UInt8] = []
    private let fill: UInt8

    /// No bytes; those added are `fill`.
    init(fill: UInt8) { self.fill = fill }

    /// Has at least `count` bytes from now on; some more, so that growing step by step copies little.
    mutating func grow(to count: Int) {
        guard count > bytes.count else { return }
        var larger = [UInt8](repeating: fill, count: max(count, 2 * bytes.count, 4096))
        Self.copy(bytes.span, to: &larger, at: 0)
        bytes = larger
    }

    /// Writes.
    mutating func write(_ content: Span<UInt8>, at offset: Int) {
        grow(to: offset + content.count)
        Self.copy(content, to: &bytes, at: offset)
    }

    /// Writes one behind the other.
    mutating func write(_ first: Span<UInt8>, _ second: RawSpan, at offset: Int) {
        let (count, end) = (first.count, offset + first.count + second.byteCount)
        precondition(offset >= 0, "write outside of a buffer")
        grow(to: end)
        bytes.withUnsafeMutableBytes { to in
            let target = UnsafeMutableRawBufferPointer(rebasing: to[offset..<end])
            first.withUnsafeBytes { target.copyMemory(from: $0) }
            second.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: $0) }
        }
    }

    /// Fills `range` with the byte that free room has.
    mutating func clear(_ range: Range<Int>) {
        for position in range.clamped(to: bytes.indices) { bytes[position] = fill }
    }

    /// Writes one number as it is in memory.
    mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at offset: Int) {
        grow(to: offset + MemoryLayout<Number>.size)
        withSpan { $0.storeBytes(of: value, toByteOffset: offset, as: Number.self) }
    }

    /// Writes a structure.
    mutating func store<Structure: ELFStructure>(_ structure: Structure, _ format: ELFFormat, at offset: Int) {
        grow(to: offset + Structure.size(format))
        var writer = FieldWriter(format, at: offset)
        withSpan { structure.encode(&writer, &$0) }
    }

    /// Has `body` change the bytes.
    @inline(__always)
    mutating func withSpan(_ body: (inout MutableRawSpan) -> Void) {
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        body(&memory)
    }

    /// A copy of a part.
    func read(_ range: Range<Int>) -> [UInt8] {
        let known = range.clamped(to: bytes.indices)
        return Array(bytes[known]) + [UInt8](repeating: fill, count: range.count - known.count)
    }

    /// Copies a part, which it has, into other memory.
    @inline(__always)
    func copy(_ range: Range<Int>, to memory: inout MutableRawSpan, at offset: Int) {
        precondition(offset >= 0 && range.count <= memory.byteCount - offset, "write outside of a buffer")
        let part = bytes.span.bytes.extracting(range)
        part.withUnsafeBytes { from in
            memory.withUnsafeMutableBytes { to in
                UnsafeMutableRawBufferPointer(rebasing: to[offset...]).copyMemory(from: from)
            }
        }
    }

    /// Gives up the first `count` bytes, and has none any more.
    mutating func take(_ count: Int) -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        if taken.count < count {
            taken += repeatElement(fill, count: count - taken.count)
        } else {
            taken.removeLast(taken.count - count)
        }
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
