import Semantics
import ZIR

/// The registers that hold values, in the order in which they are taken, with what the instructions of one body change.
///
/// `rax`, `rcx` and `rdx` are not among them: each instruction may use these. In a function with a frame `rbp` holds the
/// frame. A Naked function has those that calls preserve.
struct HomeRegisters: Sendable {
    /// What a number of `Homes` stands for.
    let registers: [Register]
    /// For each register its number, -1 if it holds no values.
    private let numbers: [Int8]

    /// The numbers of those that a call may change, and of those that a long copy changes.
    private let changedByCall: UInt32
    private let changedByCopy: UInt32

    private static let framed = HomeRegisters([.rsi, .rdi, .r8, .r9, .r10, .r11, .rbx, .r12, .r13, .r14, .r15])
    private static let naked = HomeRegisters(SystemV.calleeSaved)

    /// Those of a function of `convention`.
    init(_ convention: CallingConvention) { self = convention == .Naked ? .naked : .framed }

    private init(_ registers: [Register]) {
        self.registers = registers
        var numbers = [Int8](repeating: -1, count: Register.allCases.count)
        for (number, register) in registers.enumerated() { numbers[Int(register.rawValue)] = Int8(number) }
        self.numbers = numbers
        changedByCall = HomeRegisters.mask(RegisterSet(SystemV.callerSaved), numbers)
        changedByCopy = HomeRegisters.mask(Lowering.registersOfCopy, numbers)
    }

    /// The registers with the numbers in `mask`.
    func set(_ mask: UInt32) -> RegisterSet {
        var set: RegisterSet = []
        for (number, register) in registers.enumerated() where mask >> UInt32(number) & 1 == 1 { set.insert(register) }
        return set
    }

    /// The numbers of those in `set`.
    private static func mask(_ set: RegisterSet, _ numbers: [Int8]) -> UInt32 {
        var mask: UInt32 = 0
        for (register, number) in numbers.enumerated() where number >= 0 && set.rawValue >> UInt16(register) & 1 == 1 {
            mask |= 1 << UInt32(number)
        }
        return mask
    }

    /// What `Homes` needs to know to choose among them.
    func description(
        _ function: Body, _ uses: Uses, _ liveness: Liveness, _ assemblies: [InlineAssembly]
    ) -> Homes.Registers {
        let clobbers = Clobbers(count: function.insts.count, in: function.arena) { index in
            let inst = function.insts[index]
            switch inst.op {
            case .call: return changedByCall
            case .copy: return Lowering.isUnrolled(inst) ? 0 : changedByCopy
            case .assembly:
                if uses.isDropped(index, function) { return 0 }
                return HomeRegisters.mask(assemblies[Int(inst.data)].touched, numbers)
            default: return 0
            }
        }
        return Homes.Registers(
            count: registers.count, clobbers: clobbers, hints: hints(function, liveness, assemblies))
    }

    /// Arguments are best where they arrive, and what a call or `asm` uses last where that needs it.
    private func hints(_ function: Body, _ liveness: Liveness, _ assemblies: [InlineAssembly]) -> Table<Int8> {
        let hints = function.arena.table(function.insts.count, of: Int8(-1))
        func prefer(_ registers: [Register], _ values: Table<UInt32>, _ index: Int) {
            for (place, value) in values.enumerated() where place < registers.count {
                guard let value = IRRef(rawValue: value).instIndex else { continue }
                let register = registers[place]
                let root = Int(liveness.roots[Int(value)])
                if liveness.ends[root] == index { hints[root] = numbers[Int(register.rawValue)] }
            }
        }
        for index in function.insts.indices {
            let inst = function.insts[index]
            switch inst.op {
            case .argument where Int(inst.data) < SystemV.arguments.count:
                hints[index] = numbers[Int(SystemV.arguments[Int(inst.data)].rawValue)]
            case .call: prefer(SystemV.arguments, function.callArguments(inst), index)
            case .assembly: prefer(assemblies[Int(inst.data)].inputs, function.assemblyArguments(inst), index)
            default: continue
            }
        }
        return hints
    }
}
