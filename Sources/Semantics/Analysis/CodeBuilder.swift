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
    let storage = FlatTable<Content>()
    /// As in `IRCode`.
    let assemblies = FlatTable<IRAssembly>()
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
        // Most code has none of these.
        if storage.count > 0 { storage.removeAll() }
        if assemblies.count > 0 { assemblies.removeAll() }
        (labels, mayLoop) = (0, false)
        convention = .Unspecified
    }

    /// The finished code, where it stands: good until more is added.
    var finished: IRCode {
        IRCode(
            insts: insts.elements, extra: extra.elements, constants: constants.elements,
            storage: storage.elements, assemblies: assemblies.elements, labels: labels, mayLoop: mayLoop,
            convention: convention)
    }
}
