import Semantics
import ZIR

/// Where homes are on x86-64: slots of a stack frame, or in a Naked function registers that calls preserve.
///
/// A frame, from high addresses to low: return address, caller's `rbp` (here `rbp` points), saved registers, homes,
/// stack slots.
struct Frame: Sendable {
    /// Callee-saved registers that an `asm` of the function writes; the frame keeps the caller's content of them.
    let saved: [Register]
    /// Bytes below `rbp`, a multiple of 16, so that the stack is aligned at every call.
    let size: Int32
    /// In a Naked function, the register of each home; empty in others.
    private let registers: [Register]
    /// Where each stack slot is, relative to `rbp`, by the number of its instruction.
    private let slots: [UInt32: Int32]

    /// A larger frame is refused: it would need more stack than a process commonly has.
    private static let maximumSize: UInt64 = 8 << 20

    /// The frame of `function`, whose `asm`s write `touched`.
    init(
        _ function: IRFunction, _ homes: Homes, _ liveness: Liveness, touched: RegisterSet
    ) throws(DiagnosticError) {
        if function.convention == .Naked {
            registers = SystemV.calleeSaved.filter { !touched.contains($0) }
            (saved, size, slots) = ([], 0, [:])
            guard homes.count > registers.count else { return }
            let inst = function.insts[homes.firstUsers[registers.count]]
            throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame")
        }
        registers = []
        let saved = SystemV.calleeSaved.filter { touched.contains($0) }
        self.saved = saved
        let maximumHomes = Int(Frame.maximumSize / 8) - saved.count
        guard homes.count <= maximumHomes else {
            throw Frame.tooLarge(function.insts[homes.firstUsers[maximumHomes]])
        }
        var depth = UInt64(saved.count + Int(homes.count)) * 8
        slots = try Frame.slots(function, liveness, &depth)
        size = Int32(depth + 15) & ~15
    }

    /// The places of the stack slots that are used, below `depth` bytes that are taken; adds theirs to it.
    private static func slots(
        _ function: IRFunction, _ liveness: Liveness, _ depth: inout UInt64
    ) throws(DiagnosticError) -> [UInt32: Int32] {
        var slots: [UInt32: Int32] = [:]
        for (index, inst) in function.insts.enumerated()
        where inst.op == .stackSlot && liveness.useCounts[index] > 0 {
            let size = UInt64(function.extra[Int(inst.data)])
            let alignment = UInt64(max(function.extra[Int(inst.data) + 1], 1))
            depth = (depth + size + alignment - 1) / alignment * alignment
            guard depth <= maximumSize else { throw tooLarge(inst) }
            slots[UInt32(index)] = -Int32(depth)
        }
        return slots
    }

    private static func tooLarge(_ inst: IRInst) -> DiagnosticError {
        DiagnosticError(inst.position, "function needs more than \(maximumSize) bytes of stack")
    }

    /// Where the stack slot of instruction `index` begins, relative to `rbp`.
    func offset(ofSlot index: UInt32) -> Int32 {
        guard let offset = slots[index] else { unreachable("a stack slot has no place") }
        return offset
    }

    /// Where home `number` is.
    func location(ofHome number: Int32) -> Operand {
        registers.isEmpty
            ? .memory(.base(.rbp, -8 * (Int32(saved.count) + number + 1)))
            : .register(registers[Int(number)])
    }

    /// Where the caller's content of the saved register numbered `index` is.
    func location(ofSaved index: Int) -> Memory { .base(.rbp, -8 * (Int32(index) + 1)) }
}

extension IRInst.Op {
    /// What the text calls it, or what most often becomes it.
    var mnemonic: String {
        switch self {
        case .add: "add"
        case .sub: "sub"
        case .mul: "mul"
        case .div: "div"
        case .rem: "rem"
        case .mod: "mod"
        case .and: "bitand"
        case .or: "bitor"
        case .xor: "xor"
        case .shiftLeft: "shl"
        case .shiftRight: "shr"
        case .compare: "cmp"
        case .extend: "as"
        case .intCast: "intcast"
        case .bitCast: "bitcast"
        case .load, .copy: "deref"
        case .store: "store"
        case .stackSlot: "alloc"
        case .sliceLength: "slice"
        case .argument: "arg"
        case .elementPointer: "elemptr"
        case .call, .secondResult: "call"
        case .assembly: "asm"
        case .ret: "return"
        case .unreachable: "unreachable"
        case .breakpoint: "breakpoint"
        case .label, .jump, .jumpIfFalse: "condbr"
        case .variable, .assign, .nothing: "block"
        }
    }
}
