import BLAKE3

/// Hashes the parsed form of a declaration without positions and without the names that it binds.
///
/// What is hashed is a serialisation that could be read back: opcode by opcode in the order of the text, each operand
/// as its kind and its value. So two declarations have one hash only if they mean the same. The buffer is used again.
///
/// This runs once for every declaration that is parsed, hence the bare pointers: they point into arrays of `Syntax`
/// and into the buffer, which is made large enough before.
struct StructureHasher {
    private var buffer: [UInt8] = []

    /// The hash of `syntax`, which must be that of a valid declaration.
    mutating func hash(_ syntax: borrowing Syntax) -> Digest {
        let limit = syntax.insts.count + syntax.operands.count * Writer.maximumOperandLength + syntax.bytes.count
        if buffer.count < limit { buffer = [UInt8](repeating: 0, count: limit * 2) }
        return syntax.insts.withUnsafeBufferPointer { insts in
            syntax.operands.withUnsafeBufferPointer { operands in
                syntax.bytes.withUnsafeBufferPointer { bytes in
                    buffer.withUnsafeMutableBufferPointer { buffer in
                        var writer = Writer(operands: operands, bytes: bytes, buffer: buffer)
                        for inst in insts { writer.append(inst) }
                        return Digest.hash(UnsafeRawBufferPointer(start: buffer.baseAddress, count: writer.count))
                    }
                }
            }
        }
    }

    /// Writes the serialisation.
    private struct Writer {
        let operands: UnsafeBufferPointer<Operand>
        let bytes: UnsafeBufferPointer<UInt8>
        let buffer: UnsafeMutableBufferPointer<UInt8>
        /// Bytes written so far.
        var count = 0

        /// A kind and a number of 64 bits, seven a byte. The bytes of a name or string come on top of it: each
        /// operand has its own in `Syntax.bytes`.
        static let maximumOperandLength = 11

        @inline(__always)
        mutating func append(_ inst: Inst) {
            append(inst.opcode.rawValue)
            append(inst.operands)
        }

        private mutating func append(_ range: SyntaxRange) {
            let first = Int(range.first)
            for index in first..<first + Int(range.count) { append(operands[index]) }
        }

        /// A list brings its elements, which are no lists themselves. Of a body the number of its instructions is
        /// enough: they follow in order.
        private mutating func append(_ operand: Operand) {
            switch operand.kind {
            case .absent: append(operand.kind.rawValue)
            case .int, .local, .tag: append(operand.kind, operand.payload)
            case .body: append(operand.kind, UInt64(operand.range.count))
            case .list:
                append(operand.kind, UInt64(operand.range.count))
                append(operand.range)
            case .decl, .bigInt, .float, .string:
                append(operand.kind, UInt64(operand.range.count))
                let first = Int(operand.range.first)
                for index in first..<first + Int(operand.range.count) { append(bytes[index]) }
            }
        }

        /// The kind in the low half of a byte with a number below 15 in its high half; a larger one follows.
        private mutating func append(_ kind: Operand.Kind, _ number: UInt64) {
            if number < 15 { return append(kind.rawValue | UInt8(truncatingIfNeeded: number) << 4) }
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
            buffer[count] = byte
            count &+= 1
        }
    }
}
