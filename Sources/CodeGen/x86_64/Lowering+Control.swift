import Semantics
import ZIR

/// Branches and returns, and the values that leave a block.
extension Lowering {
    func lowerReturn(_ index: Int) {
        let inst = function.insts[index]
        if isNaked { fail("'\(inst.op.mnemonic)' needs a stack frame") }
        if inst.b != .none { load(.rdx, inst.b) }
        if inst.a != .none { load(.rax, inst.a) }
        emitEpilogue()
    }

    func lowerUnreachable(_ index: Int) {
        let inst = function.insts[index]
        if inst.data == 1 {
            emitPanic(.reachedUnreachableCode, inst.source)
        } else {
            assembler.plain(.ud2)
        }
    }

    /// A jump to what follows anyway is left out.
    func lowerJump(_ index: Int) {
        let label = function.insts[index].data
        if !isFollowed(index, byLabel: label) { assembler.jump(Label(label)) }
    }

    /// Whether control runs on from instruction `index` to label `label`.
    private func isFollowed(_ index: Int, byLabel label: UInt32) -> Bool {
        for next in index + 1..<function.insts.count {
            let op = function.insts[next].op
            if op == .label && function.insts[next].data == label { return true }
            if op != .label && op != .nothing { return false }
        }
        return false
    }

    /// Goes where the branch at instruction `index` goes, given that `condition` holds where it does not. A branch around
    /// a jump becomes one jump. Returns the number of the next instruction.
    func emitBranch(_ index: Int, unless condition: Condition) -> Int {
        let label = function.insts[index].data
        let next = index + 1
        if next < function.insts.count, function.insts[next].op == .jump, isFollowed(next, byLabel: label) {
            assembler.jumpIf(condition, Label(function.insts[next].data))
            return next + 1
        }
        assembler.jumpIf(condition.inverted, Label(label))
        return next
    }

    /// A variable that may be read before it is assigned to begins as zero.
    func lowerVariable(_ index: Int) {
        guard function.insts[index].data == 1, isNeeded(index) else { return }
        let target = target(index)
        assembler.arithmetic(.xor, target, target, .long)
        store(target, asResultOf: index)
    }

    func lowerAssign(_ index: Int) {
        let inst = function.insts[index]
        guard let variable = inst.a.instIndex else { unreachable("an assignment to no variable") }
        if let value = inst.b.instIndex, values[Int(value)].root == values[Int(variable)].root { return }
        let target = target(Int(variable))
        load(target, inst.b)
        store(target, asResultOf: Int(variable))
    }

    /// The branch at instruction `index`. Returns the number of the next instruction.
    func lowerBranch(_ index: Int) -> Int {
        let condition = register(function.insts[index].a, scratch: .rax)
        assembler.test(condition, condition, .byte)
        return emitBranch(index, unless: .notEqual)
    }
}
