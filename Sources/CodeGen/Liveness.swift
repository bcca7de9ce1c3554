import Semantics

/// How long each value of a body lives, how often it is used, and which values need no home of their own.
///
/// Linear in the size of the body, for loops nested to a bounded depth. It relies on what `Body` promises: one
/// definition before all uses in the order of the instructions. So a value lives from its instruction to the last one
/// that uses it, and on to the end of each loop that holds a use and not the definition.
struct Liveness {
    /// For each instruction the one whose home its result is in: itself, if it has its own.
    let roots: Table<Int32>
    /// For each root the first instruction at which its home is taken: itself, but for a variable.
    let starts: Table<Int32>
    /// For each root the last instruction at which a value in its home is needed; itself, if none is.
    let ends: Table<Int32>
    /// For each root, about how many times its home is written and read when the code runs.
    let weights: Table<Float>

    /// Looks at `function`, whose loops and uses are known.
    init(_ function: Body, _ loops: LoopNest, _ uses: Uses) {
        let count = function.insts.count
        roots = function.arena.table(count, of: 0)
        for index in 0..<count { roots[index] = Int32(index) }
        starts = function.arena.table(roots)
        ends = function.arena.table(roots)
        weights = function.arena.table(count, of: 0)
        for index in function.insts.indices where !uses.isDropped(index, function) {
            let weight = Liveness.weight(atDepth: loops.depth(of: index))
            weights[index] += weight
            uses.forEachUse(of: index, function) { operand in
                guard let value = operand.instIndex.map(Int.init) else { return }
                ends[value] = max(ends[value], Int32(loops.end(of: index, definition: value)))
                weights[value] += weight
            }
        }
        findStarts(function, loops, uses)
        shareHomes(function, uses)
    }

    /// A loop is taken to run eight times.
    private static func weight(atDepth depth: Int) -> Float { Float(1 << (3 * min(depth, 8))) }

    /// A variable needs no home before its first `assign`, unless that is in another loop, or it has a value before.
    private func findStarts(_ function: Body, _ loops: LoopNest, _ uses: Uses) {
        for index in function.insts.indices where function.insts[index].op == .variable {
            let first = uses.nextAssigns[index]
            guard function.insts[index].data == 0, first >= 0 else { continue }
            if loops.loop(of: index) == loops.loop(of: Int(first)) { starts[index] = first }
        }
    }
}

// MARK: - Shared homes

extension Liveness {
    /// Finds copies of what does not change while they live, and results that are assigned at once.
    private func shareHomes(_ function: Body, _ uses: Uses) {
        // For each variable, the next `assign` from where the loop below stands.
        let nextAssigns = function.arena.table(uses.nextAssigns)
        for index in function.insts.indices {
            let inst = function.insts[index]
            switch inst.op {
            case .assign:
                if let variable = inst.a.instIndex { nextAssigns[Int(variable)] = nextAssigns[index] }
                continue
            case .extend, .bitCast:
                guard uses.counts[index] > 0, function.isCopy(inst), let source = inst.a.instIndex else { break }
                let root = Int(roots[Int(source)])
                let change = function.insts[root].op == .variable ? nextAssigns[root] : -1
                if change < 0 || change > ends[index] {
                    share(index, with: root)
                    continue
                }
            default: break
            }
            if uses.counts[index] == 1, let variable = function.variableAssignedBehind(index) {
                share(index, with: variable)
                starts[variable] = min(starts[variable], Int32(index))
            }
        }
    }

    private func share(_ index: Int, with root: Int) {
        roots[index] = Int32(root)
        ends[root] = max(ends[root], ends[index])
        weights[root] += weights[index]
    }
}

extension Body {
    /// Whether the result of `inst`, an `extend` or `bitCast`, is its operand as it stands, extended to 64 bits as both
    /// their types say.
    func isCopy(_ inst: IRInst) -> Bool {
        inst.op == .extend || inst.type.bits == 64 || type(of: inst.a).isSigned == inst.type.isSigned
    }

    /// The variable that gets the result of instruction `index`, which is used once, directly behind it: then the
    /// instruction can compute it there. What reads the variable before is done with it by then.
    fileprivate func variableAssignedBehind(_ index: Int) -> Int? {
        guard let next = insts[(index + 1)...].first(where: { $0.op != .nothing }), next.op == .assign,
            next.b == .inst(UInt32(index))
        else { return nil }
        switch insts[index].op {
        case .stackSlot, .variable, .argument: return nil
        default: return next.a.instIndex.map(Int.init)
        }
    }
}
