import Semantics
import ZIR

/// Loads and addresses.
extension Lowering {
    /// Memory holds an integer of any width zero- or sign-extended to whole bytes.
    mutating func lowerLoad(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (value, _, _) = Lowering.scratch
        guard let width = Width(rawValue: inst.type.bytes) else { return }
        let memory = try memory(at: inst.a, inst.data, using: value, inst.position)
        if inst.type.isSigned {
            assembler.moveSignExtended(value, .memory(memory), from: width)
        } else {
            assembler.moveZeroExtended(value, .memory(memory), from: width)
        }
        store(value, asResultOf: index)
    }

    /// Base plus index times scale, after checking the index against the length.
    mutating func lowerElementPointer(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (base, element, scratch) = Lowering.scratch
        let scale = function.extra[Int(inst.data)]
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        try load(element, inst.b, inst.position)
        if length != .none {
            try arithmetic(.cmp, element, length, scratch: scratch, inst.position)
            assembler.jumpIf(.aboveOrEqual, panicLabel(.indexOutOfBounds, inst.source))
        }
        try load(base, inst.a, inst.position)
        emitScaledAdd(base, element, scale)
        store(base, asResultOf: index)
    }

    /// `base` += `element` * `scale`; changes `element`.
    private mutating func emitScaledAdd(_ base: Register, _ element: Register, _ scale: UInt32) {
        switch scale {
        case 0: break
        case 1, 2, 4, 8:
            assembler.loadAddress(base, .indexed(base, element, scale: UInt8(scale)))
        default:
            if let immediate = Int32(exactly: scale) {
                assembler.multiply(element, element, immediate: immediate)
            } else {
                let (_, _, scratch) = Lowering.scratch
                assembler.moveImmediate(scratch, UInt64(scale))
                assembler.multiply(element, .register(scratch))
            }
            assembler.arithmetic(.add, base, element)
        }
    }
}
