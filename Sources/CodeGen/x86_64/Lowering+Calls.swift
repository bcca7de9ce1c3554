import Semantics
import ZIR

/// Calls and arguments, as the System V ABI has them (its section 3.2.3): the first six words in registers, the others on
/// the stack.
extension Lowering {
    /// Bytes of one word.
    private static let word: Int32 = 8

    /// Saves one word that the function was called with. These come first, so its register still holds it, and that of
    /// the others must stay: only `rax` is free here. A caller of the C convention leaves the upper bits of a narrow
    /// word open.
    mutating func lowerArgument(_ index: Int, _ inst: IRInst) {
        let number = Int(inst.data)
        if number < SystemV.arguments.count {
            extend(.rax, SystemV.arguments[number], inst.type)
        } else {
            let position = Int32(clamping: number - SystemV.arguments.count)
            // Behind the caller's `rbp` and the return address.
            assembler.load(.rax, .base(.rbp, (position + 2) * Lowering.word))
            extend(.rax, .rax, inst.type)
        }
        store(.rax, asResultOf: index)
    }

    /// The registers of arguments are no home, so their order does not matter. A callee of the C convention leaves the
    /// upper bits of a narrow result open, so they are made here.
    mutating func lowerCall(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let arguments = function.callArguments(inst)
        let onStack = arguments.dropFirst(SystemV.arguments.count)
        alignStack()
        let room = (Int32(clamping: onStack.count) * Lowering.word + 15) & ~15
        if room > 0 { assembler.arithmetic(.sub, .register(.rsp), immediate: room) }
        for (position, argument) in onStack.enumerated() {
            try load(.rax, IRRef(rawValue: argument), inst.position)
            assembler.store(.base(.rsp, Int32(clamping: position) * Lowering.word), .rax)
        }
        let callee = try callee(inst)
        for (argument, register) in zip(arguments, SystemV.arguments) {
            try load(register, IRRef(rawValue: argument), inst.position)
        }
        assembler.call(callee)
        if room > 0 { assembler.arithmetic(.add, .register(.rsp), immediate: room) }
        restoreStack()
        if homes.home(of: index) == nil { return }
        if inst.type.bits < 64 { extend(.rax, .rax, inst.type) }
        store(.rax, asResultOf: index)
    }

    /// What to call: the slot of a function that is known, else an address in a register that holds no argument.
    private mutating func callee(_ inst: IRInst) throws(DiagnosticError) -> Operand {
        if case .address(let place) = source(inst.a), case .declaration(let target) = place.base, place.offset == 0 {
            return .memory(.slot(target))
        }
        try load(.rax, inst.a, inst.position)
        return .register(.rax)
    }

    /// The stack must be aligned to 16 bytes at a call. A frame has seen to that; a Naked function aligns it here, and
    /// finds the old stack pointer again in the upper of two copies, one of which is 8 bytes above the aligned top.
    private mutating func alignStack() {
        guard isNaked else { return }
        assembler.push(.rsp)
        assembler.push(.base(.rsp))
        assembler.arithmetic(.and, .register(.rsp), immediate: -16)
    }

    private mutating func restoreStack() {
        if isNaked { assembler.load(.rsp, .base(.rsp, 8)) }
    }
}
