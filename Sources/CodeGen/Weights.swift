import Semantics

/// About how many times the home of each value is written and read when the code of a body runs: what is used least goes
/// to the frame first.
///
/// Worked out when a value finds no register, and not before, since most bodies have enough of them. Needs to know which
/// values share homes. Linear in the size of the body.
struct Weights: BitwiseCopyable {
    /// For each root; of other values nothing is known.
    private let weights: Table<Float>
    private let values: Table<IRValue>

    /// Adds up what the instructions of `function` do.
    static func find(in function: Body, _ loops: LoopNest, _ values: Table<IRValue>) -> Weights {
        let weights = Weights(weights: function.arena.table(values.count, of: 0), values: values)
        for index in values.indices where !values.isDropped(index, function) {
            weights.addUses(index, Weights.weight(atDepth: loops.depth(of: index)), function)
        }
        return weights
    }

    /// Adds what instruction `index` does, which runs `weight` times. The parts of an address that is folded are read
    /// where it is used; and the index here too, if it is checked.
    private func addUses(_ index: Int, _ weight: Float, _ function: Body) {
        add(weight, to: .inst(UInt32(truncatingIfNeeded: index)))
        let inst = function.insts[index]
        guard inst.op == .elementPointer, values[index].isFolded else {
            return function.forEachOperand(of: index) { add(weight, to: $0) }
        }
        add(weight * Float(values[index].useCount), to: inst.a)
        add(weight * Float(values[index].useCount), to: inst.b)
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        if length == .none { return }
        add(weight, to: inst.b)
        add(weight, to: length)
    }

    private func add(_ weight: Float, to value: IRRef) {
        guard let index = value.instIndex else { return }
        weights[Int(values[Int(index)].root)] += weight
    }

    /// A loop is taken to run eight times.
    private static func weight(atDepth depth: Int) -> Float { Float(1 << (3 * min(depth, 8))) }

    /// How often the home of `root` is used for the time that it is taken.
    func density(of root: Int) -> Float { weights[root] / Float(values[root].end - values[root].start + 1) }
}
