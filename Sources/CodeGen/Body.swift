import Semantics
import ZIR

/// A function as the generator works on it: a copy of the `IRFunction` in an arena, which may be changed there.
///
/// An object, so that handing it around copies nothing.
final class Body {
    /// Where the tables about the function are.
    let arena: Arena
    /// As in `IRFunction`.
    let insts: Table<IRInst>
    /// As in `IRFunction`.
    let extra: Table<UInt32>
    /// As in `IRFunction`.
    let constants: Table<IRConstant>
    /// As in `IRFunction`.
    let storage: [Content]
    /// Of each `asm` what the instructions around it depend on.
    let assemblies: Table<AssemblyShape>
    /// As in `IRFunction`.
    let labels: Int
    /// As in `IRFunction`.
    let convention: CallingConvention

    /// What the instructions around an `asm` depend on.
    struct AssemblyShape: BitwiseCopyable {
        /// How many arguments it has.
        var inputCount: Int
        /// Whether it does nothing besides its result.
        var isPure: Bool
    }

    init(_ function: IRFunction, in arena: Arena) {
        self.arena = arena
        insts = arena.table(function.insts)
        extra = arena.table(function.extra)
        constants = arena.table(function.constants)
        storage = function.storage
        labels = Int(function.labels)
        convention = function.convention
        assemblies = arena.table(function.assemblies.count, of: AssemblyShape(inputCount: 0, isPure: false))
        for (index, assembly) in function.assemblies.enumerated() {
            assemblies[index] = AssemblyShape(
                inputCount: assembly.inputs.count, isPure: assembly.output != nil && !assembly.isVolatile)
        }
    }
}
