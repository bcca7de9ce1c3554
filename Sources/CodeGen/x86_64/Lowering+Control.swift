import Semantics
import ZIR

/// Branches, returns and calls.
extension Lowering {
    mutating func lowerReturn(_ inst: IRInst) throws(DiagnosticError) {
        if isNaked { throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame") }
        if inst.a != .none { try load(.rax, inst.a, inst.position) }
        emitEpilogue()
    }

    mutating func lowerUnreachable(_ inst: IRInst) {
        if inst.data == 1 {
            emitPanic(.reachedUnreachableCode, inst.source)
        } else {
            assembler.plain(.ud2)
        }
    }

    /// A jump to what follows anyway is left out.
    mutating func lowerJump(_ index: Int, _ inst: IRInst) {
        if index + 1 < function.insts.count {
            let next = function.insts[index + 1]
            if next.op == .label && next.data == inst.data { return }
        }
        assembler.jump(Label(inst.data))
    }

    mutating func lowerBranch(_ inst: IRInst) throws(DiagnosticError) {
        let (condition, _, _) = Lowering.scratch
        try load(condition, inst.a, inst.position)
        assembler.test(condition, condition, .byte)
        assembler.jumpIf(.equal, Label(inst.data))
    }

    /// Arguments go to the registers of the System V ABI, which are no home, so their order does not matter. A callee
    /// of the C convention leaves the upper bits of a narrow result open, so they are made here.
    mutating func lowerCall(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let arguments = function.callArguments(inst)
        guard arguments.count <= SystemV.arguments.count else {
            let limit = SystemV.arguments.count
            throw DiagnosticError(inst.position, "call with more than \(limit) arguments is not built yet")
        }
        let callee = try callee(inst)
        for (argument, register) in zip(arguments, SystemV.arguments) {
            try load(register, IRRef(rawValue: argument), inst.position)
        }
        emitAlignedCall(callee)
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

    /// A call with the stack aligned to 16 bytes. A frame has seen to that; a Naked function aligns it here, and finds
    /// the old stack pointer again in the upper of two copies, one of which is 8 bytes above the aligned top.
    private mutating func emitAlignedCall(_ callee: Operand) {
        guard isNaked else { return assembler.call(callee) }
        assembler.push(.rsp)
        assembler.push(.base(.rsp))
        assembler.arithmetic(.and, .register(.rsp), immediate: -16)
        assembler.call(callee)
        assembler.load(.rsp, .base(.rsp, 8))
    }
}
