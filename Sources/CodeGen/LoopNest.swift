import Semantics

/// The loops of a body, and which of them each instruction stands in.
///
/// A loop is what stands between a label and the last jump back to it. Loops are nested; where two overlap, the first is
/// taken to reach to the end of the second. Linear in the size of the body, for a nesting of bounded depth.
///
/// An object that takes up one body after the other.
final class LoopNest {
    /// Number of a loop, in the order of their first instructions.
    struct Index: Hashable, BitwiseCopyable {
        var rawValue: Int32
        /// No loop.
        static let none = Index(rawValue: -1)
    }

    /// One loop.
    private struct Loop: BitwiseCopyable {
        /// Its first and last instruction.
        var start: Int32
        var end: Int32
        /// The loop around it.
        var parent: Index
        /// How many loops it stands in, itself counted.
        var depth: Int32
    }

    /// The first `count` rows are loops.
    private var loops = Table<Loop>.empty
    private var count = 0
    /// For each instruction the innermost loop that it stands in; empty if there are no loops.
    private var innermost = Table<Index>.empty

    /// No loops.
    init() {}

    /// Finds the loops of `function`.
    func find(in function: Body) {
        (count, innermost) = (0, .empty)
        guard function.mayLoop, let lastJumps = LoopNest.lastJumpsBack(function) else { return }
        innermost = function.arena.table(function.insts.count, of: .none)
        loops = function.arena.table(function.labels, of: Loop(start: 0, end: 0, parent: .none, depth: 0))
        var current = Index.none
        for index in function.insts.indices {
            let inst = function.insts[index]
            while current != .none, loops[Int(current.rawValue)].end < index {
                current = loops[Int(current.rawValue)].parent
            }
            if inst.op == .label, lastJumps[Int(inst.data)] >= index {
                current = add(from: index, to: Int(lastJumps[Int(inst.data)]), in: current)
            }
            innermost[index] = current
        }
    }

    private func add(from start: Int, to end: Int, in parent: Index) -> Index {
        let depth = parent == .none ? 1 : loops[Int(parent.rawValue)].depth + 1
        loops[count] = Loop(start: Int32(start), end: Int32(end), parent: parent, depth: depth)
        count += 1
        var outer = parent
        while outer != .none, loops[Int(outer.rawValue)].end < end {
            loops[Int(outer.rawValue)].end = Int32(end)
            outer = loops[Int(outer.rawValue)].parent
        }
        return Index(rawValue: Int32(count - 1))
    }

    /// For each label the last jump that stands behind it and goes to it, less than 0 if there is none; nil if none goes
    /// back at all.
    private static func lastJumpsBack(_ function: Body) -> Table<Int32>? {
        let (isAhead, isPassed): (Int32, Int32) = (-2, -1)
        let jumps = function.arena.table(function.labels, of: isAhead)
        var hasJumpsBack = false
        for index in function.insts.indices {
            let inst = function.insts[index]
            switch inst.op {
            case .label: jumps[Int(inst.data)] = isPassed
            case .jump, .jumpIfFalse:
                if jumps[Int(inst.data)] == isAhead { continue }
                jumps[Int(inst.data)] = Int32(truncatingIfNeeded: index)
                hasJumpsBack = true
            default: continue
            }
        }
        return hasJumpsBack ? jumps : nil
    }

    /// Whether there are no loops.
    var isEmpty: Bool { innermost.isEmpty }

    /// The innermost loop around instruction `index`.
    func loop(of index: Int) -> Index { innermost.isEmpty ? .none : innermost[index] }

    /// How many loops instruction `index` stands in.
    func depth(of index: Int) -> Int {
        let loop = loop(of: index)
        return loop == .none ? 0 : Int(loops[Int(loop.rawValue)].depth)
    }

    /// Up to where a value that is made at `definition` must last for a use at `use`: to the end of each loop around the
    /// use that does not hold the definition, because the next round may need it again.
    func end(of use: Int, definition: Int) -> Int {
        var end = use
        var loop = loop(of: use)
        while loop != .none, loops[Int(loop.rawValue)].start > definition {
            end = Int(loops[Int(loop.rawValue)].end)
            loop = loops[Int(loop.rawValue)].parent
        }
        return end
    }
}
