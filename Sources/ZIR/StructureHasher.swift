import BLAKE3

/// Hashes the parsed form of a declaration without positions and without the names that it binds.
///
/// What is hashed is a serialisation that could be read back: opcode by opcode in the order of the text, each operand
/// as its kind and its value. So two declarations have one hash only if they mean the same. The buffer is used again.
///
/// This runs once for every declaration that is parsed, hence the bare pointers: they point into the lists that are
/// being built and into the buffer, which is made large enough before.
struct StructureHasher: ~Copyable {
    private var buffer = ScratchBuffer<UInt8>()

    /// Forgets what was serialised.
    mutating func reset() { buffer.truncate(to: 0) }

    /// Serialises `syntax`, which must be that of a valid declaration; `digests` hashes what is in the range returned.
    mutating func append(_ syntax: borrowing SyntaxBuilder) -> Range<Int> {
        let limit = syntax.insts.count + syntax.operands.count * Writer.maximumOperandLength + syntax.bytes.count
        let first = buffer.appendRoom(limit)
        guard let base = buffer.mutableElements.baseAddress else { return first..<first }
        var writer = Writer(
            operands: syntax.operands.elements, bytes: syntax.bytes.elements, cursor: base + first)
        for inst in syntax.insts.elements { writer.append(inst) }
        let end = writer.cursor - base
        buffer.truncate(to: end)
        return first..<end
    }

    /// The hashes of what `append` serialised.
    func digests(of ranges: [Range<Int>]) -> [Digest] {
        Digest.hashes(of: ranges, in: UnsafeRawBufferPointer(buffer.elements))
    }

    /// The hash of `syntax`, which must be that of a valid declaration.
    mutating func hash(_ syntax: borrowing SyntaxBuilder) -> Digest {
        let range = append(syntax)
        return Digest.hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer.elements)[range]))
    }

    /// Writes the serialisation.
    private struct Writer {
        let operands: UnsafeBufferPointer<Operand>
        let bytes: UnsafeBufferPointer<UInt8>
        /// Where the next byte goes.
        var cursor: UnsafeMutablePointer<UInt8>

        /// A kind and a number of 64 bits, seven a byte. The bytes of a name or string come on top of it: each
        /// operand has its own in `Syntax.bytes`.
        static let maximumOperandLength = 11

        @inline(__always)
        mutating func append(_ inst: Inst) {
            append(inst.opcode.rawValue)
            let first = Int(inst.operands.first)
            for index in first..<first &+ Int(inst.operands.count) { append(operands[index]) }
        }

        /// A list brings its elements, which are no lists themselves but may be bodies. Of a body the number of its
        /// instructions is enough: they follow in order.
        @inline(__always)
        private mutating func append(_ operand: Operand) {
            switch operand.kind {
            case .absent: append(operand.kind.rawValue)
            case .int, .local, .tag: append(operand.kind, operand.payload)
            case .body: append(operand.kind, UInt64(operand.range.count))
            case .list: append(list: operand)
            case .decl, .bigInt, .float, .string: append(text: operand)
            }
        }

        private mutating func append(list: Operand) {
            append(list.kind, UInt64(list.range.count))
            let first = Int(list.range.first)
            for index in first..<first &+ Int(list.range.count) {
                let element = operands[index]
                switch element.kind {
                case .int, .local, .tag: append(element.kind, element.payload)
                case .decl, .bigInt, .float, .string: append(text: element)
                case .absent, .body, .list: append(element.kind, UInt64(element.range.count))
                }
            }
        }

        private mutating func append(text: Operand) {
            append(text.kind, UInt64(text.range.count))
            let first = Int(text.range.first)
            for index in first..<first &+ Int(text.range.count) { append(bytes[index]) }
        }

        /// The kind in the low half of a byte with a number below 15 in its high half; a larger one follows.
        @inline(__always)
        private mutating func append(_ kind: Operand.Kind, _ number: UInt64) {
            if number < 15 { return append(kind.rawValue | UInt8(truncatingIfNeeded: number) &<< 4) }
            append(kind, long: number)
        }

        private mutating func append(_ kind: Operand.Kind, long number: UInt64) {
            append(kind.rawValue | 0xF0)
            var rest = number
            while rest >= 0x80 {
                append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            append(UInt8(truncatingIfNeeded: rest))
        }

        @inline(__always)
        private mutating func append(_ byte: UInt8) {
            cursor.initialize(to: byte)
            cursor += 1
        }
    }
}
