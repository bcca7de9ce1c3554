import Semantics
import ZIR

/// Where homes are on x86-64: slots of a stack frame, or in a Naked function registers that calls preserve.
///
/// A frame, from high addresses to low: return address, caller's `rbp` (here `rbp` points), saved registers, homes.
struct Frame: Sendable {
    /// Callee-saved registers that an `asm` of the function writes; the frame keeps the caller's content of them.
    let saved: [Register]
    /// Bytes below `rbp`, a multiple of 16, so that the stack is aligned at every call.
    let size: Int32
    /// In a Naked function, the register of each home; empty in others.
    private let registers: [Register]

    /// More homes than this are refused: they would need more stack than a process commonly has.
    private static let maximumHomes: Int32 = 1 << 20

    /// The frame of `function`, whose `asm`s write `touched`.
    init(_ function: IRFunction, _ homes: Homes, touched: RegisterSet) throws(DiagnosticError) {
        if function.convention == .Naked {
            registers = SystemV.calleeSaved.filter { !touched.contains($0) }
            (saved, size) = ([], 0)
            guard homes.count > registers.count else { return }
            let inst = function.insts[homes.firstUsers[registers.count]]
            throw DiagnosticError(inst.position, "'\(inst.op.mnemonic)' needs a stack frame")
        }
        guard homes.count <= Frame.maximumHomes else {
            let inst = function.insts[homes.firstUsers[Int(Frame.maximumHomes)]]
            throw DiagnosticError(inst.position, "function needs more than \(Frame.maximumHomes * 8) bytes of stack")
        }
        registers = []
        saved = SystemV.calleeSaved.filter { touched.contains($0) }
        size = ((Int32(saved.count) + homes.count) * 8 + 15) & ~15
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
        case .load: "deref"
        case .elementPointer: "elemptr"
        case .call: "call"
        case .assembly: "asm"
        case .ret: "return"
        case .unreachable: "unreachable"
        case .breakpoint: "breakpoint"
        case .label, .jump, .jumpIfFalse: "condbr"
        }
    }
}
