import Semantics
import ZIR

/// Writing memory, and the checks of slices.
extension Lowering {
    mutating func lowerStore(_ inst: IRInst) throws(DiagnosticError) {
        let (value, address, _) = Lowering.scratch
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        try load(value, inst.b, inst.position)
        let memory = try memory(at: inst.a, inst.data, using: address, inst.position)
        assembler.store(memory, value, width)
    }

    /// Bytes of a copy that plain moves make; a longer one is left to `rep movsb`.
    private static let longestUnrolledCopy: UInt32 = 64

    /// The two stretches are the same or do not meet.
    mutating func lowerCopyOfMemory(_ inst: IRInst) throws(DiagnosticError) {
        if inst.data == 0 { return }
        try load(.rsi, inst.b, inst.position)
        try load(.rdi, inst.a, inst.position)
        guard inst.data <= Lowering.longestUnrolledCopy else {
            assembler.moveImmediate(.rcx, UInt64(inst.data))
            assembler.copyBytes()
            return
        }
        var done: UInt32 = 0
        for width in [Width.quad, .long, .word, .byte] {
            while inst.data - done >= UInt32(width.rawValue) {
                assembler.load(.rax, .base(.rsi, Int32(done)), width)
                assembler.store(.base(.rdi, Int32(done)), .rax, width)
                done += UInt32(width.rawValue)
            }
        }
    }

    /// `end - start`, after checking both.
    mutating func lowerSliceLength(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (end, start, scratch) = Lowering.scratch
        try load(end, inst.b, inst.position)
        try load(start, inst.a, inst.position)
        if inst.data != .max {
            let label = panicLabel(.indexOutOfBounds, inst.source)
            let limit = IRRef(rawValue: function.extra[Int(inst.data)])
            if limit != .none {
                try arithmetic(.cmp, end, limit, scratch: scratch, inst.position)
                assembler.jumpIf(.above, label)
            }
            assembler.arithmetic(.cmp, start, end)
            assembler.jumpIf(.above, label)
        }
        assembler.arithmetic(.sub, end, start)
        store(end, asResultOf: index)
    }
}
