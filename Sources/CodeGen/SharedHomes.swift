import Semantics

/// Finds the values that need no home of their own: copies of what does not change while they live, and results that are
/// assigned at once. Linear in the size of the body.
struct SharedHomes: BitwiseCopyable {
    private let insts: Table<IRInst>
    private let values: Table<IRValue>

    /// Says in `values` which of `function` are in the homes of others, and from where on a variable needs one.
    static func find(in function: Body, _ loops: LoopNest, _ values: Table<IRValue>, _ moves: Table<Int32>) {
        let insts = function.insts
        let homes = SharedHomes(insts: insts, values: values)
        for place in moves.indices {
            let index = Int(moves[place])
            switch insts[index].op {
            case .variable: homes.findStart(index, loops)
            case .assign:
                guard let variable = insts[index].a.instIndex.map(Int.init) else { continue }
                homes.shareAssigned(index, variable)
                // From here on the next one is the first that matters.
                values[variable].next = values[index].next
            case .extend, .bitCast: homes.shareCopy(index, function)
            default: break
            }
        }
    }

    /// A variable needs no home before its first `assign`, unless that is in another loop, or it has a value before.
    private func findStart(_ index: Int, _ loops: LoopNest) {
        let first = values[index].next
        guard insts[index].data == 0, first > 0 else { return }
        if loops.loop(of: index) == loops.loop(of: Int(first)) { values[index].start = first }
    }

    /// The result that `assign` number `index` gives to `variable` is computed there if it is used for nothing else, and
    /// made directly before. What reads the variable before is done with it by then.
    private func shareAssigned(_ index: Int, _ variable: Int) {
        guard let value = insts[index].b.instIndex.map(Int.init), values[value].useCount == 1,
            values[value].root == value, value < index
        else { return }
        switch insts[value].op {
        case .stackSlot, .variable, .argument: return
        default: break
        }
        for between in value + 1..<index where insts[between].op != .nothing { return }
        share(value, with: variable)
        values[variable].start = min(values[variable].start, Int32(truncatingIfNeeded: value))
    }

    private func shareCopy(_ index: Int, _ function: Body) {
        let inst = insts[index]
        guard values[index].useCount > 0, function.isCopy(inst), let source = inst.a.instIndex else { return }
        let root = Int(values[Int(source)].root)
        let change = insts[root].op == .variable ? values[root].next : 0
        if change == 0 || change > values[index].end { share(index, with: root) }
    }

    private func share(_ index: Int, with root: Int) {
        values[index].root = Int32(truncatingIfNeeded: root)
        values[root].end = max(values[root].end, values[index].end)
    }
}

extension Body {
    /// Whether the result of `inst`, an `extend` or `bitCast`, is its operand as it stands, extended to 64 bits as both
    /// their types say.
    func isCopy(_ inst: IRInst) -> Bool {
        inst.op == .extend || inst.type.bits == 64 || type(of: inst.a).isSigned == inst.type.isSigned
    }
}
