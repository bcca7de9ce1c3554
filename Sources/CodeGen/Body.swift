import Semantics
import ZIR

/// A function as the generator works on it: with a copy of the instructions in an arena, where they may be changed. Other
/// lists are those of the `IRCode`, which must be there as long as they are used.
///
/// An object, so that handing it around copies nothing; and it takes up one function after the other.
final class Body {
    /// Where the tables about the function are.
    let arena: Arena
    /// As in `IRCode`.
    private(set) var insts = Table<IRInst>.empty
    /// As in `IRCode`.
    private(set) var extra = Table<UInt32>.empty
    /// As in `IRCode`.
    private(set) var constants = Table<IRConstant>.empty
    /// Of each `asm` what the instructions around it depend on.
    private(set) var assemblies = Table<AssemblyShape>.empty
    /// As in `IRCode`.
    private(set) var labels = 0
    /// As in `IRCode`.
    private(set) var mayLoop = false
    /// As in `IRCode`.
    private(set) var convention = CallingConvention.Unspecified
    /// Whether it calls anything, and whether it has memory of its own in the frame. `Liveness` finds it out.
    var hasCalls = false
    var hasStackSlots = false

    /// What the instructions around an `asm` depend on.
    struct AssemblyShape: BitwiseCopyable {
        /// How many arguments it has.
        var inputCount: Int
        /// Whether it does nothing besides its result.
        var isPure: Bool
    }

    init(in arena: Arena) { self.arena = arena }

    /// Takes up `code`. The tables of the one before are gone with what the arena held.
    func read(_ code: IRCode) {
        insts = arena.table(code.insts)
        extra = Table(lent: code.extra)
        constants = Table(lent: code.constants)
        assemblies = code.assemblies.isEmpty ? .empty : Body.shapes(of: code.assemblies, in: arena)
        labels = Int(code.labels)
        mayLoop = code.mayLoop
        convention = code.convention
        (hasCalls, hasStackSlots) = (false, false)
    }

    private static func shapes(
        of assemblies: UnsafeBufferPointer<IRAssembly>, in arena: Arena
    ) -> Table<AssemblyShape> {
        arena.table(assemblies.count) { index in
            let assembly = assemblies[index]
            return AssemblyShape(
                inputCount: assembly.inputs.count, isPure: assembly.output != nil && !assembly.isVolatile)
        }
    }
}
