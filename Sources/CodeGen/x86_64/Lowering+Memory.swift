import Semantics
import ZIR

/// Loads and addresses.
extension Lowering {
    /// Memory holds an integer of any width zero- or sign-extended to whole bytes.
    func lowerLoad(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        let memory = try memory(at: inst.a, inst.data, scratch: .rcx, inst.position)
        let target = target(index)
        if inst.type.isSigned {
            assembler.moveSignExtended(target, .memory(memory), from: width)
        } else {
            assembler.moveZeroExtended(target, .memory(memory), from: width)
        }
        store(target, asResultOf: index)
    }

    /// Base plus index times scale, after checking the index against the length.
    func lowerElementPointer(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        if length != .none { try emitIndexCheck(inst, length) }
        if uses.isFolded[index] || !isNeeded(index) { return }
        let target = target(index)
        if let displacement = function.displacement(of: inst) {
            let memory =
                inst.b.constantIndex == nil
                ? try indexed(inst, scratch: .rcx, inst.position)
                : try memory(base: inst.a, displacement, scratch: .rcx, inst.position)
            assembler.loadAddress(target, memory)
        } else {
            try emitScaledIndex(inst)
            try arithmetic(.add, .rdx, inst.a, scratch: .rcx, inst.position)
            assembler.move(target, .rdx)
        }
        store(target, asResultOf: index)
    }

    /// The constant comes second, where there is one: then it can be an immediate.
    private func emitIndexCheck(_ inst: IRInst, _ length: IRRef) throws(DiagnosticError) {
        let label = panicLabel(.indexOutOfBounds, inst.source)
        if immediate(inst.b, .quad) != nil && immediate(length, .quad) == nil {
            let length = try register(length, scratch: .rcx, inst.position)
            try arithmetic(.cmp, length, inst.b, scratch: .rdx, inst.position)
            assembler.jumpIf(.belowOrEqual, label)
        } else {
            let element = try register(inst.b, scratch: .rdx, inst.position)
            try arithmetic(.cmp, element, length, scratch: .rcx, inst.position)
            assembler.jumpIf(.aboveOrEqual, label)
        }
    }

    /// `rdx` = the index times the scale, which no operand in memory can express. Changes `rcx`.
    private func emitScaledIndex(_ inst: IRInst) throws(DiagnosticError) {
        let scale = function.extra[Int(inst.data)]
        let element = try register(inst.b, scratch: .rdx, inst.position)
        if scale == 0 {
            assembler.moveImmediate(.rdx, 0)
        } else if scale.nonzeroBitCount == 1 {
            if element != .rdx { assembler.move(.rdx, element) }
            assembler.shift(.left, .rdx, by: UInt8(scale.trailingZeroBitCount))
        } else if let immediate = Int32(exactly: scale) {
            assembler.multiply(.rdx, .register(element), immediate: immediate)
        } else {
            if element != .rdx { assembler.move(.rdx, element) }
            assembler.moveImmediate(.rcx, UInt64(scale))
            assembler.multiply(.rdx, .register(.rcx))
        }
    }
}
