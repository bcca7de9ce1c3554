import ZIR

/// The code of a body while it is made, in memory that is used again for the next.
struct CodeBuilder: ~Copyable {
    /// As in `IRCode`.
    let insts = FlatTable<IRInst>()
    /// As in `IRCode`.
    let extra = FlatTable<UInt32>()
    /// As in `IRCode`.
    let constants = FlatTable<IRConstant>()
    /// As in `IRCode`.
    var storage: [Content] = []
    /// As in `IRCode`.
    var assemblies: [IRAssembly] = []
    /// As in `IRCode`.
    var labels: UInt32 = 0
    /// As in `IRCode`.
    var mayLoop = false
    /// As in `IRCode`.
    var convention = CallingConvention.Unspecified

    /// Forgets all code.
    mutating func empty() {
        insts.removeAll()
        extra.removeAll()
        constants.removeAll()
        if !storage.isEmpty { storage = [] }
        if !assemblies.isEmpty { assemblies = [] }
        (labels, mayLoop) = (0, false)
        convention = .Unspecified
    }

    /// The finished code, where it stands: good until more is added.
    var finished: IRCode {
        IRCode(
            insts: insts.elements, extra: extra.elements, constants: constants.elements, storage: storage,
            assemblies: assemblies, labels: labels, mayLoop: mayLoop, convention: convention)
    }
}
