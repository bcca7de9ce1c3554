import ZIR

/// The code of a body while it is made, in memory that is used again for the next.
struct CodeBuilder: ~Copyable {
    /// As in `IRFunction`.
    let insts = FlatTable<IRInst>()
    /// As in `IRFunction`.
    let extra = FlatTable<UInt32>()
    /// As in `IRFunction`.
    let constants = FlatTable<IRConstant>()
    /// As in `IRFunction`.
    var storage: [Content] = []
    /// As in `IRFunction`.
    var assemblies: [IRAssembly] = []
    /// As in `IRFunction`.
    var labels: UInt32 = 0
    /// As in `IRFunction`.
    var convention = CallingConvention.Unspecified

    /// Forgets all code.
    mutating func empty() {
        insts.removeAll()
        extra.removeAll()
        constants.removeAll()
        if !storage.isEmpty { storage = [] }
        if !assemblies.isEmpty { assemblies = [] }
        labels = 0
        convention = .Unspecified
    }

    /// The finished code.
    func build() -> IRFunction {
        IRFunction(
            insts: insts.elements, extra: extra.elements, constants: constants.elements, storage: storage,
            assemblies: assemblies, labels: labels, convention: convention)
    }
}
