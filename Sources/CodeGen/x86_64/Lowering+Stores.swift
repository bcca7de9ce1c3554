import Semantics
import ZIR

/// Writing memory, and the checks of slices.
extension Lowering {
    func lowerStore(_ index: Int) {
        let inst = function.insts[index]
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        let memory = memory(at: inst.a, inst.data, scratch: .rcx)
        store(memory, inst.b, width)
    }

    /// Puts the low bytes of `value` to `memory`. Changes `rax`.
    func store(
        _ memory: Memory, _ value: IRRef, _ width: Width
    ) {
        if let immediate = immediate(value, width) {
            assembler.store(memory, immediate: immediate, width)
        } else {
            assembler.store(memory, register(value, scratch: .rax), width)
        }
    }

    /// Bytes of a copy that plain moves make; a longer one is left to `rep movsb`.
    private static let longestUnrolledCopy: UInt32 = 128

    /// Whether `inst`, a `copy`, becomes plain moves.
    static func isUnrolled(_ inst: IRInst) -> Bool { inst.data <= longestUnrolledCopy }

    /// What any other `copy` changes, beside the registers that every instruction may.
    static let registersOfCopy = RegisterSet([.rsi, .rdi])

    /// Where `rep movsb` needs its two addresses.
    private static let argumentsOfCopy = RegisterList([.rdi, .rsi])

    /// The two stretches are the same or do not meet.
    func lowerCopyOfMemory(_ index: Int) {
        let inst = function.insts[index]
        if inst.data == 0 { return }
        guard Lowering.isUnrolled(inst) else {
            let addresses = function.arena.table(2) { $0 == 0 ? inst.a.rawValue : inst.b.rawValue }
            load(Lowering.argumentsOfCopy, addresses)
            assembler.moveImmediate(.rcx, UInt64(inst.data))
            assembler.copyBytes()
            return
        }
        let source = memory(at: inst.b, scratch: .rcx)
        let destination = memory(at: inst.a, scratch: .rdx)
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
    func lowerSliceLength(_ index: Int) {
        let inst = function.insts[index]
        if inst.data != .max {
            let end = register(inst.b, scratch: .rax)
            let label = panicLabel(.indexOutOfBounds, inst.source)
            let limit = IRRef(rawValue: function.extra[Int(inst.data)])
            if limit != .none {
                arithmetic(.cmp, end, source(limit), scratch: .rcx)
                assembler.jumpIf(.above, label)
            }
            if number(inst.a) != 0 {
                arithmetic(.cmp, end, source(inst.a), scratch: .rcx)
                assembler.jumpIf(.below, label)
            }
        }
        if isNeeded(index) { emitBinary(.sub, index, inst.b, inst.a, .quad) }
    }
}
