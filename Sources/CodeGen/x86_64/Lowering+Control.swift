import Semantics
import ZIR

/// Branches and returns, and the values that leave a block.
extension Lowering {
    func lowerReturn(_ inst: IRInst) throws(DiagnosticError) {
        if isNaked { throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame") }
        if inst.b != .none { try load(.rdx, inst.b, inst.position) }
        if inst.a != .none { try load(.rax, inst.a, inst.position) }
        emitEpilogue()
    }

    func lowerUnreachable(_ inst: IRInst) {
        if inst.data == 1 {
            emitPanic(.reachedUnreachableCode, inst.source)
        } else {
            assembler.plain(.ud2)
        }
    }

    /// A jump to what follows anyway is left out.
    func lowerJump(_ index: Int, _ inst: IRInst) {
        if !isFollowed(index, byLabel: inst.data) { assembler.jump(Label(inst.data)) }
    }

    /// Whether control runs on from instruction `index` to label `label`.
    private func isFollowed(_ index: Int, byLabel label: UInt32) -> Bool {
        for next in function.insts[(index + 1)...] {
            if next.op == .label && next.data == label { return true }
            if next.op != .label && next.op != .nothing { return false }
        }
        return false
    }

    /// Goes where the branch at instruction `index` goes, given that `condition` holds where it does not. A branch around
    /// a jump becomes one jump. Returns the number of the next instruction.
    func emitBranch(_ index: Int, unless condition: Condition) -> Int {
        let next = index + 1 < function.insts.count ? function.insts[index + 1] : nil
        if let next, next.op == .jump, isFollowed(index + 1, byLabel: function.insts[index].data) {
            assembler.jumpIf(condition, Label(next.data))
            return index + 2
        }
        assembler.jumpIf(condition.inverted, Label(function.insts[index].data))
        return index + 1
    }

    /// A variable that may be read before it is assigned to begins as zero.
    func lowerVariable(_ index: Int, _ inst: IRInst) {
        guard inst.data == 1, isNeeded(index) else { return }
        let target = target(index)
        assembler.arithmetic(.xor, target, target, .long)
        store(target, asResultOf: index)
    }

    func lowerAssign(_ inst: IRInst) throws(DiagnosticError) {
        guard let variable = inst.a.instIndex else { unreachable("an assignment to no variable") }
        if let value = inst.b.instIndex, liveness.roots[Int(value)] == liveness.roots[Int(variable)] { return }
        let target = target(Int(variable))
        try load(target, inst.b, inst.position)
        store(target, asResultOf: Int(variable))
    }

    /// The branch at instruction `index`. Returns the number of the next instruction.
    func lowerBranch(_ index: Int) throws(DiagnosticError) -> Int {
        let inst = function.insts[index]
        let condition = try register(inst.a, scratch: .rax, inst.position)
        assembler.test(condition, condition, .byte)
        return emitBranch(index, unless: .notEqual)
    }
}
