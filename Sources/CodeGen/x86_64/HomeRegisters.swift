import Semantics
import ZIR

/// The registers that hold values, in the order in which they are taken, with what the instructions of one body change.
///
/// `rax`, `rcx` and `rdx` are not among them: each instruction may use these. In a function with a frame `rbp` holds the
/// frame. A Naked function has those that calls preserve.
struct HomeRegisters: BitwiseCopyable, Sendable {
    /// What a number of `Homes` stands for.
    let registers: RegisterList
    /// The numbers of all of them, bits of a mask.
    let all: UInt32
    /// Four bits for each register: its number, or `noNumber`.
    private let numbers: UInt64
    /// The numbers of those that a call may change, and of those that a long copy changes.
    private let changedByCall: UInt32
    private let changedByCopy: UInt32

    /// Those of a function with a frame, and of a Naked one.
    static let framed = HomeRegisters([.rsi, .rdi, .r8, .r9, .r10, .r11, .rbx, .r12, .r13, .r14, .r15])
    static let naked = HomeRegisters(Array(SystemV.calleeSaved))

    /// There are fewer registers.
    private static let noNumber: UInt64 = 15

    private init(_ registers: [Register]) {
        self.registers = RegisterList(registers)
        var numbers = UInt64.max
        for (number, register) in registers.enumerated() {
            numbers ^= (HomeRegisters.noNumber ^ UInt64(number)) << UInt64(4 * register.rawValue)
        }
        self.numbers = numbers
        all = 1 << UInt32(registers.count) - 1
        changedByCall = HomeRegisters.mask(SystemV.callerSaved, self.registers)
        changedByCopy = HomeRegisters.mask(Lowering.registersOfCopy, self.registers)
    }

    /// The numbers of those in `set`.
    private static func mask(_ set: RegisterSet, _ registers: RegisterList) -> UInt32 {
        var mask: UInt32 = 0
        for (number, register) in registers.enumerated() where set.contains(register) { mask |= 1 << UInt32(number) }
        return mask
    }

    /// What the instructions of `function` change of them; `bound` are those that need certain registers.
    func clobbers(_ function: Body, _ bound: Table<Int32>, _ assemblies: [InlineAssembly]) -> Clobbers {
        let insts = function.insts
        return Clobbers(bound, in: function.arena) { index in
            switch insts[index].op {
            case .call: return changedByCall
            case .copy: return Lowering.isUnrolled(insts[index]) ? 0 : changedByCopy
            case .assembly: return HomeRegisters.mask(assemblies[Int(insts[index].data)].touched, registers)
            default: return 0
            }
        }
    }
}

// MARK: - Wishes

extension HomeRegisters {
    /// Says in `values` where they are best: arguments where they arrive, and what a call or `asm` uses last where that
    /// needs it. `bound` are the instructions that need certain registers.
    func addWishes(
        _ function: Body, _ values: Table<IRValue>, _ bound: Table<Int32>, _ assemblies: [InlineAssembly]
    ) {
        let insts = function.insts
        for place in bound.indices {
            let index = Int(bound[place])
            switch insts[index].op {
            case .argument:
                let number = Int(insts[index].data)
                if number < SystemV.arguments.count { values[index].wish = self.number(of: SystemV.arguments[number]) }
            case .call:
                let arguments = SystemV.split(function.callArguments(insts[index]))
                addWishes(SystemV.arguments, arguments.inRegisters, index, values)
            case .assembly:
                let inst = insts[index]
                addWishes(assemblies[Int(inst.data)].inputs, function.assemblyArguments(inst), index, values)
            default: continue
            }
        }
    }

    /// Instruction `index` needs its `arguments` in as many of `needed`.
    private func addWishes(_ needed: RegisterList, _ arguments: Table<UInt32>, _ index: Int, _ values: Table<IRValue>) {
        for place in arguments.indices {
            guard let value = IRRef(rawValue: arguments[place]).instIndex else { continue }
            let root = Int(values[Int(value)].root)
            if values[root].end == index { values[root].wish = number(of: needed[place]) }
        }
    }

    /// The number of `register`, -1 if it holds no values.
    func number(of register: Register) -> Int32 {
        let number = numbers &>> UInt64(4 * register.rawValue) & HomeRegisters.noNumber
        return number == HomeRegisters.noNumber ? -1 : Int32(truncatingIfNeeded: number)
    }
}
