import Semantics
import ZIR

/// Loads and addresses.
extension Lowering {
    /// Memory holds an integer of any width zero- or sign-extended to whole bytes.
    func lowerLoad(_ index: Int) {
        let inst = function.insts[index]
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        let memory = memory(at: inst.a, inst.data, scratch: .rcx)
        let target = target(index)
        if inst.type.isSigned {
            assembler.moveSignExtended(target, .memory(memory), from: width)
        } else {
            assembler.moveZeroExtended(target, .memory(memory), from: width)
        }
        store(target, asResultOf: index)
    }

    /// Base plus index times scale, after checking the index against the length.
    func lowerElementPointer(_ index: Int) {
        let inst = function.insts[index]
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        if length != .none { emitIndexCheck(inst, length) }
        if values[index].isFolded || !isNeeded(index) { return }
        let target = target(index)
        if let displacement = function.displacement(of: inst) {
            let memory =
                inst.b.constantIndex == nil
                ? indexed(inst, scratch: .rcx)
                : memory(base: inst.a, displacement, scratch: .rcx)
            assembler.loadAddress(target, memory)
        } else {
            emitScaledIndex(inst)
            arithmetic(.add, .rdx, source(inst.a), scratch: .rcx)
            assembler.move(target, .rdx)
        }
        store(target, asResultOf: index)
    }

    /// The constant comes second, where there is one: then it can be an immediate.
    private func emitIndexCheck(_ inst: IRInst, _ length: IRRef) {
        let label = panicLabel(.indexOutOfBounds, inst.source)
        if immediate(inst.b, .quad) != nil && immediate(length, .quad) == nil {
            let length = register(length, scratch: .rcx)
            arithmetic(.cmp, length, source(inst.b), scratch: .rdx)
            assembler.jumpIf(.belowOrEqual, label)
        } else {
            let element = register(inst.b, scratch: .rdx)
            arithmetic(.cmp, element, source(length), scratch: .rcx)
            assembler.jumpIf(.aboveOrEqual, label)
        }
    }

    /// `rdx` = the index times the scale, which no operand in memory can express. Changes `rcx`.
    private func emitScaledIndex(_ inst: IRInst) {
        let scale = function.extra[Int(inst.data)]
        let element = register(inst.b, scratch: .rdx)
        if scale == 0 {
            assembler.moveImmediate(.rdx, 0)
        } else if scale.nonzeroBitCount == 1 {
            if element != .rdx { assembler.move(.rdx, element) }
            assembler.shift(.left, .rdx, by: UInt8(scale.trailingZeroBitCount))
        } else if let immediate = Int32(exactly: scale) {
            assembler.multiply(.rdx, element, immediate: immediate)
        } else {
            if element != .rdx { assembler.move(.rdx, element) }
            assembler.moveImmediate(.rcx, UInt64(scale))
            assembler.multiply(.rdx, .register(.rcx))
        }
    }
}
