import Semantics

/// Which results of a body are needed, how often, and where addresses are computed.
///
/// Linear in the size of the body: one pass backwards, so that the operands of what is left out do not count.
struct Uses {
    /// For each instruction, how many operands name its result.
    let counts: Table<UInt32>
    /// For each instruction, whether it is an `elementPointer` that only loads and stores use, and that is therefore
    /// computed as a part of these. A check of the index stays where it stands.
    let isFolded: Table<Bool>
    /// For each `assign` the next one of the same variable, for each `variable` the first; -1 if there is none.
    let nextAssigns: Table<Int32>

    /// How many loads and stores may compute an address anew rather than find it in a register.
    private static let maximumFoldedUses: UInt32 = 4

    /// Looks at `function`.
    init(_ function: Body, _ loops: LoopNest) {
        let count = function.insts.count
        counts = function.arena.table(count, of: 0)
        isFolded = function.arena.table(count, of: false)
        nextAssigns = function.arena.table(count, of: -1)
        // Of the uses of each address those in loads and stores.
        let addressUses = function.arena.table(count, of: UInt32(0))
        for index in function.insts.indices.reversed() where !isDropped(index, function) {
            let inst = function.insts[index]
            switch inst.op {
            case .elementPointer:
                isFolded[index] = addressUses[index] == counts[index] && isFoldable(inst, counts[index], function)
            case .load, .store:
                // From another loop it would be computed more often than now.
                if let pointer = inst.a.instIndex, loops.loop(of: index) == loops.loop(of: Int(pointer)) {
                    addressUses[Int(pointer)] += 1
                }
            case .assign:
                if let variable = inst.a.instIndex {
                    nextAssigns[index] = nextAssigns[Int(variable)]
                    nextAssigns[Int(variable)] = Int32(index)
                }
            default: break
            }
            function.forEachOperand(of: index) { operand in
                if let value = operand.instIndex { counts[Int(value)] += 1 }
            }
        }
    }

    /// Whether instruction `index` is left out: its result is unused, and it does nothing else.
    func isDropped(_ index: Int, _ function: Body) -> Bool {
        counts[index] == 0 && function.isPure(index)
    }

    private func isFoldable(_ inst: IRInst, _ count: UInt32, _ function: Body) -> Bool {
        // The address of another declaration is loaded from its slot each time.
        let limit = inst.a.constantIndex == nil ? Uses.maximumFoldedUses : 1
        return count > 0 && count <= limit && function.displacement(of: inst) != nil
    }

    /// Calls `visit` with every value that instruction `index` reads: the parts of an address that is folded where it is
    /// used.
    @inline(__always)
    func forEachUse(of index: Int, _ function: Body, _ visit: (IRRef) -> Void) {
        let inst = function.insts[index]
        switch inst.op {
        case .elementPointer where isFolded[index]:
            let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
            if length == .none { return }
            visit(inst.b)
            visit(length)
        case .load, .store:
            visit(inst.b)
            guard let pointer = inst.a.instIndex, isFolded[Int(pointer)] else { return visit(inst.a) }
            visit(function.insts[Int(pointer)].a)
            visit(function.insts[Int(pointer)].b)
        default: function.forEachOperand(of: index, visit)
        }
    }
}

extension Body {
    /// How an operand in memory expresses `inst`, an `elementPointer`: by a number that is added to its base, or by an
    /// index register, and then the number is 0. Nil where no operand can.
    func displacement(of inst: IRInst) -> Int32? {
        let scale = extra[Int(inst.data)]
        guard let index = inst.b.constantIndex else { return scale <= 8 && scale.nonzeroBitCount == 1 ? 0 : nil }
        guard case .integer(let number, _) = constants[Int(index)] else { return nil }
        let (distance, overflow) = number.multipliedReportingOverflow(by: UInt64(scale))
        // Loads and stores add a distance of their own, which is small.
        return overflow || distance > UInt64(Int32.max / 2) ? nil : Int32(distance)
    }
}
