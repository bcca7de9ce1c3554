import Semantics

/// How many bytes an instruction works on.
enum Width: UInt8, CaseIterable, Sendable {
    case byte = 1
    case word = 2
    case long = 4
    case quad = 8
}

/// What a conditional instruction tests: the low four bits of its opcode (Intel SDM volume 2, appendix B.1.4.7).
enum Condition: UInt8, CaseIterable, Sendable {
    case overflow, notOverflow, below, aboveOrEqual, equal, notEqual, belowOrEqual, above
    case sign, notSign, parity, notParity, less, greaterOrEqual, lessOrEqual, greater

    /// The condition that holds where this one does not: it differs in the lowest bit.
    var inverted: Condition {
        guard let inverted = Condition(rawValue: rawValue ^ 1) else { unreachable("a condition has no opposite") }
        return inverted
    }
}

/// A place in the code that is being assembled, bound before or after its uses.
struct Label: Hashable, Sendable {
    /// Its number within one `Assembler`.
    var rawValue: UInt32
    /// The label numbered `rawValue`.
    init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// An operand in memory.
enum Memory: Hashable, Sendable {
    /// At a register plus a displacement.
    case base(Register, Int32 = 0)
    /// At a register plus another times 1, 2, 4 or 8, plus a displacement. The index is not `rsp`.
    case indexed(Register, Register, scale: UInt8, Int32 = 0)
    /// At a label of the same code plus an addend.
    case label(Label, Int32 = 0)
    /// The slot of a declaration in the offset table.
    case slot(DeclIndex)
    /// The slot of the panic handler.
    case panicSlot
    /// The slot of the panic sink, which is the one after the handler's.
    case sinkSlot

    /// What stands `distance` bytes further on. There is nothing behind a slot.
    func moved(by distance: Int32) -> Memory {
        switch self {
        case .base(let base, let displacement): .base(base, displacement + distance)
        case .indexed(let base, let index, let scale, let displacement):
            .indexed(base, index, scale: scale, displacement + distance)
        case .label(let label, let addend): .label(label, addend + distance)
        case .slot, .panicSlot, .sinkSlot: self
        }
    }
}

/// A register or memory: what the r/m field of an instruction can name.
enum Operand: Hashable, Sendable {
    case register(Register)
    case memory(Memory)
}
