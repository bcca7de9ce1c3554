import Semantics
import ZIR

/// The registers that hold values, in the order in which they are taken, with what the instructions of one body change.
///
/// `rax`, `rcx` and `rdx` are not among them: each instruction may use these. In a function with a frame `rbp` holds the
/// frame. A Naked function has those that calls preserve.
struct HomeRegisters {
    /// What a number of `Homes` stands for.
    let registers: [Register]
    /// For each register its number, -1 if it holds no values.
    private let numbers: [Int8]

    private static let framed: [Register] = [.rsi, .rdi, .r8, .r9, .r10, .r11, .rbx, .r12, .r13, .r14, .r15]

    /// Those of a function of `convention`.
    init(_ convention: CallingConvention) {
        registers = convention == .Naked ? SystemV.calleeSaved : HomeRegisters.framed
        var numbers = Array(filledWith: Int8(-1), count: Register.allCases.count)
        for (number, register) in registers.enumerated() { numbers[Int(register.rawValue)] = Int8(number) }
        self.numbers = numbers
    }

    /// The registers with the numbers in `mask`.
    func set(_ mask: UInt32) -> RegisterSet {
        RegisterSet(registers.indices.filter { mask >> UInt32($0) & 1 == 1 }.map { registers[$0] })
    }

    /// The numbers of those in `set`.
    private func mask(_ set: RegisterSet) -> UInt32 {
        registers.indices.reduce(0) { set.contains(registers[$1]) ? $0 | 1 << UInt32($1) : $0 }
    }

    /// What `Homes` needs to know to choose among them.
    func description(
        _ function: IRFunction, _ uses: Uses, _ liveness: Liveness, _ assemblies: [InlineAssembly]
    ) -> Homes.Registers {
        let (call, copy) = (mask(RegisterSet(SystemV.callerSaved)), mask(Lowering.registersOfCopy))
        let clobbers = Clobbers(count: function.insts.count) { index in
            let inst = function.insts[index]
            switch inst.op {
            case .call: return call
            case .copy: return Lowering.isUnrolled(inst) ? 0 : copy
            case .assembly: return uses.isDropped(index, function) ? 0 : mask(assemblies[Int(inst.data)].touched)
            default: return 0
            }
        }
        return Homes.Registers(
            count: registers.count, clobbers: clobbers, hints: hints(function, liveness, assemblies))
    }

    /// Arguments are best where they arrive, and what a call or `asm` uses last where that needs it.
    private func hints(_ function: IRFunction, _ liveness: Liveness, _ assemblies: [InlineAssembly]) -> [Int8] {
        var hints = Array(filledWith: Int8(-1), count: function.insts.count)
        func prefer(_ registers: [Register], _ values: ArraySlice<UInt32>, _ index: Int) {
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
