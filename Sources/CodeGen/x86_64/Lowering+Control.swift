import Semantics
import ZIR

/// Branches and returns, and the values that leave a block.
extension Lowering {
    mutating func lowerReturn(_ inst: IRInst) throws(DiagnosticError) {
        if isNaked { throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame") }
        if inst.b != .none { try load(.rdx, inst.b, inst.position) }
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

    /// A variable that may be read before it is assigned to begins as zero.
    mutating func lowerVariable(_ index: Int, _ inst: IRInst) {
        guard inst.data == 1, isNeeded(index) else { return }
        let target = target(index)
        assembler.arithmetic(.xor, target, target, .long)
        store(target, asResultOf: index)
    }

    mutating func lowerAssign(_ inst: IRInst) throws(DiagnosticError) {
        guard let variable = inst.a.instIndex else { unreachable("an assignment to no variable") }
        if let value = inst.b.instIndex, liveness.roots[Int(value)] == liveness.roots[Int(variable)] { return }
        let target = target(Int(variable))
        try load(target, inst.b, inst.position)
        store(target, asResultOf: Int(variable))
    }

    mutating func lowerBranch(_ inst: IRInst) throws(DiagnosticError) {
        let condition = try register(inst.a, scratch: .rax, inst.position)
        assembler.test(condition, condition, .byte)
        assembler.jumpIf(.equal, Label(inst.data))
    }
}
