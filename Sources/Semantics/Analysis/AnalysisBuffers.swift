import ZIR

/// Memory for what an analysis finds out, left by one to the next, so that a small declaration costs none of its own.
final class AnalysisBuffers {
    /// As in `Analysis`.
    let results = FlatTable<TypedValue>()
    /// As in `Analysis`.
    let frames = FlatTable<BodyFrame>()
    /// As in `Analysis`.
    let storedValues = FlatTable<Value>()
    /// As in `Analysis`.
    let code = CodeBuilder()

    /// Forgets what the last analysis found out.
    func empty() {
        results.removeAll()
        frames.removeAll()
        storedValues.removeAll()
        code.empty()
    }
}

/// The code of a body while it is made.
final class CodeBuilder {
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
    func empty() {
        insts.removeAll()
        extra.removeAll()
        constants.removeAll()
        if !storage.isEmpty { storage = [] }
        if !assemblies.isEmpty { assemblies = [] }
        labels = 0
        convention = .Unspecified
    }

    /// The finished code, in arrays of just the size.
    func build() -> IRFunction {
        var function = IRFunction()
        function.insts = insts.copy()
        function.extra = extra.copy()
        function.constants = constants.copy()
        function.storage = storage
        function.assemblies = assemblies
        function.labels = labels
        function.convention = convention
        return function
    }
}
