import Semantics

/// Which results of a body are needed, and up to where.
///
/// Linear in the size of the body. It relies on what `IRFunction` promises: one definition before all uses in the order
/// of the instructions. A loop is a jump backwards; a value that is needed inside one is kept to its end, because the
/// next round may need it again.
struct Liveness {
    /// For each instruction, how many operands name its result; those of instructions that are left out do not count.
    private(set) var useCounts: [UInt32]
    /// For each instruction, the last one at which its result must still be there; itself, if it is never used.
    private(set) var ends: [UInt32]

    /// Looks at `function`.
    init(_ function: IRFunction) {
        let count = function.insts.count
        useCounts = Array(repeating: 0, count: count)
        ends = Array(repeating: 0, count: count)
        findUses(function)
        extendThroughLoops(function)
    }

    /// Whether instruction `index` is left out: its result is unused, and it does nothing else.
    func isDropped(_ index: Int, _ function: IRFunction) -> Bool {
        useCounts[index] == 0 && function.isPure(index)
    }

    /// Goes backwards, so that the operands of what is left out are not counted.
    private mutating func findUses(_ function: IRFunction) {
        for index in function.insts.indices.reversed() {
            if useCounts[index] == 0 {
                ends[index] = UInt32(index)
                if function.isPure(index) { continue }
            }
            function.forEachOperand(of: index) { operand in
                guard let value = operand.instIndex.map(Int.init) else { return }
                if useCounts[value] == 0 { ends[value] = UInt32(index) }
                useCounts[value] += 1
            }
        }
    }

    private mutating func extendThroughLoops(_ function: IRFunction) {
        let loops = Liveness.loops(function)
        guard !loops.isEmpty else { return }
        var endOfLoop = Array(0..<UInt32(function.insts.count))
        for loop in loops {
            for index in loop { endOfLoop[index] = UInt32(loop.upperBound) }
        }
        for index in ends.indices where useCounts[index] > 0 { ends[index] = endOfLoop[Int(ends[index])] }
    }

    /// The outermost loops, each from its first label to its last jump back. Loops that overlap count as one.
    private static func loops(_ function: IRFunction) -> [ClosedRange<Int>] {
        let lastJumps = lastJumpsBack(function)
        var loops: [ClosedRange<Int>] = []
        for (index, inst) in function.insts.enumerated() where inst.op == .label {
            let end = lastJumps[Int(inst.data)]
            if end < index { continue }
            if let last = loops.last, index <= last.upperBound {
                loops[loops.count - 1] = last.lowerBound...max(last.upperBound, end)
            } else {
                loops.append(index...end)
            }
        }
        return loops
    }

    /// For each label the last jump that stands behind it and goes to it, -1 if there is none.
    private static func lastJumpsBack(_ function: IRFunction) -> [Int] {
        var isPassed = Array(repeating: false, count: Int(function.labels))
        var jumps = Array(repeating: -1, count: Int(function.labels))
        for (index, inst) in function.insts.enumerated() {
            switch inst.op {
            case .label: isPassed[Int(inst.data)] = true
            case .jump, .jumpIfFalse: if isPassed[Int(inst.data)] { jumps[Int(inst.data)] = index }
            default: break
            }
        }
        return jumps
    }
}
