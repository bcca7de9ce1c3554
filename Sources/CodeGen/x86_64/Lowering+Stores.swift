import Semantics
import ZIR

/// Writing memory, and the checks of slices.
extension Lowering {
    func lowerStore(_ inst: IRInst) throws(DiagnosticError) {
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        let memory = try memory(at: inst.a, inst.data, scratch: .rcx, inst.position)
        try store(memory, inst.b, width, inst.position)
    }

    /// Puts the low bytes of `value` to `memory`. Changes `rax`.
    func store(
        _ memory: Memory, _ value: IRRef, _ width: Width, _ position: Position
    ) throws(DiagnosticError) {
        if let immediate = immediate(value, width) {
            assembler.store(memory, immediate: immediate, width)
        } else {
            assembler.store(memory, try register(value, scratch: .rax, position), width)
        }
    }

    /// Bytes of a copy that plain moves make; a longer one is left to `rep movsb`.
    private static let longestUnrolledCopy: UInt32 = 128

    /// Whether `inst`, a `copy`, becomes plain moves.
    static func isUnrolled(_ inst: IRInst) -> Bool { inst.data <= longestUnrolledCopy }

    /// What any other `copy` changes, beside the registers that every instruction may.
    static let registersOfCopy = RegisterSet([.rsi, .rdi])

    /// The two stretches are the same or do not meet.
    func lowerCopyOfMemory(_ inst: IRInst) throws(DiagnosticError) {
        if inst.data == 0 { return }
        guard Lowering.isUnrolled(inst) else {
            let addresses = function.arena.table([inst.a.rawValue, inst.b.rawValue])
            try load([.rdi, .rsi], addresses, inst.position)
            assembler.moveImmediate(.rcx, UInt64(inst.data))
            assembler.copyBytes()
            return
        }
        let source = try memory(at: inst.b, scratch: .rcx, inst.position)
        let destination = try memory(at: inst.a, scratch: .rdx, inst.position)
        var done: UInt32 = 0
        for width in [Width.quad, .long, .word, .byte] {
            while inst.data - done >= UInt32(width.rawValue) {
                assembler.load(.rax, source.moved(by: Int32(done)), width)
                assembler.store(destination.moved(by: Int32(done)), .rax, width)
                done += UInt32(width.rawValue)
            }
        }
    }

    /// `end - start`, after checking both.
    func lowerSliceLength(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        if inst.data != .max {
            let end = try register(inst.b, scratch: .rax, inst.position)
            let label = panicLabel(.indexOutOfBounds, inst.source)
            let limit = IRRef(rawValue: function.extra[Int(inst.data)])
            if limit != .none {
                try arithmetic(.cmp, end, limit, scratch: .rcx, inst.position)
                assembler.jumpIf(.above, label)
            }
            if number(inst.a) != 0 {
                try arithmetic(.cmp, end, inst.a, scratch: .rcx, inst.position)
                assembler.jumpIf(.below, label)
            }
        }
        if isNeeded(index) { try emitBinary(.sub, index, inst.b, inst.a, .quad, inst.position) }
    }
}
