import BLAKE3

/// Hashes the parsed form of a declaration without positions and without the names that it binds.
///
/// What is hashed is a serialisation that could be read back, written while the text is parsed: of each instruction its opcode
/// and its operands, each as its kind and its value, a body as its instructions with a mark behind. What may be written in
/// more than one way, keywords and tags, stands behind the other operands of its instruction. So two declarations have one
/// hash only if they mean the same. The buffer is used again.
struct StructureHasher: ~Copyable {
    private var buffer = ScratchBuffer<UInt8>()

    /// Forgets what was serialised.
    mutating func reset() { buffer.truncate(to: 0) }

    /// Bytes that were serialised.
    var count: Int { buffer.count }

    /// The hash of all that was serialised.
    var digest: Digest { Digest.hash(UnsafeRawBufferPointer(buffer.elements)) }

    /// Gives `take` the hashes of parts of what was serialised, each with the place of its part.
    func digests(of ranges: [Range<Int>], _ take: (_ place: Int, _ digest: Digest) -> Void) {
        Digest.hashes(of: ranges, in: UnsafeRawBufferPointer(buffer.elements), take)
    }

    /// Begins an instruction.
    @inline(__always)
    mutating func begin(_ opcode: Opcode) {
        buffer.reserve(1 + Self.roomForNumbers)
        buffer.appendReserved(opcode.rawValue)
    }

    /// Changes the opcode of the instruction that was begun, which has no operands so far.
    mutating func replace(_ opcode: Opcode) { buffer[buffer.count - 1] = opcode.rawValue }

    /// Adds an operand whose payload says all. There is room for as many as an instruction has, so nobody asks for it.
    @inline(__always)
    mutating func append(number operand: Operand) { append(operand.kind, operand.payload) }

    @inline(__always)
    private mutating func append(_ kind: Operand.Kind, count: Int) { append(kind, UInt64(truncatingIfNeeded: count)) }

    /// Adds an operand whose value is `name`.
    @inline(__always)
    mutating func append(_ kind: Operand.Kind, _ name: Name) {
        append(kind, count: name.count)
        buffer.append(name)
        reserve()
    }

    /// Adds an operand whose value is `bytes`.
    mutating func append(_ kind: Operand.Kind, _ bytes: UnsafeBufferPointer<UInt8>) {
        append(kind, count: bytes.count)
        buffer.append(contentsOf: bytes)
        reserve()
    }

    /// Begins a list of `count` operands, which must follow.
    mutating func beginList(_ count: Int) { append(.list, count: count) }

    /// Makes room for the operands that an instruction may still have. Whoever adds others than these asks for it.
    @inline(__always)
    mutating func reserve() { buffer.reserve(Self.roomForNumbers) }

    /// Begins a body, which is an operand.
    mutating func openBody() { buffer.appendReserved(Operand.Kind.body.rawValue) }

    /// Ends a body, where another instruction might begin.
    mutating func closeBody() {
        buffer.reserve(1 + Self.roomForNumbers)
        buffer.appendReserved(.max)
    }

    /// Bytes of a kind and a number, and of as many as there may be in an instruction.
    private static var roomForNumbers: Int { 16 * (1 + MemoryLayout<UInt64>.size) }

    /// The kind in the low half of a byte, in the high half how many bytes the number has beyond the first; then these bytes.
    @inline(__always)
    private mutating func append(_ kind: Operand.Kind, _ number: UInt64) {
        // Most are below, and then kind and number are one store.
        if number <= UInt64(UInt8.max) {
            buffer.appendReserved(lowest: 2, of: UInt64(kind.rawValue) | number &<< 8)
        } else {
            append(kind, large: number)
        }
    }

    @inline(never)
    private mutating func append(_ kind: Operand.Kind, large number: UInt64) {
        let byteCount = (UInt64.bitWidth - number.leadingZeroBitCount + 7) / 8
        buffer.appendReserved(kind.rawValue | UInt8(truncatingIfNeeded: byteCount - 1) << 4)
        buffer.appendReserved(lowest: byteCount, of: number)
    }
}

extension Operand.Kind {
    /// The payload of such an operand is all that it means.
    @inline(__always)
    var isNumber: Bool { rawValue <= Operand.Kind.tag.rawValue }
}
