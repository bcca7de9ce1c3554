import Semantics

/// Which results of a body are needed, how often and how long, and where addresses are computed.
///
/// One pass backwards, so that the operands of what is left out do not count. It relies on what `IRFunction` promises: one
/// definition before all uses in the order of the instructions. So a value lives from its instruction to the last one that
/// uses it, and on to the end of each loop that holds a use and not the definition. Linear in the size of the body, for
/// loops nested to a bounded depth.
struct Liveness: BitwiseCopyable {
    private let values: Table<IRValue>
    private var promotion = Promotion()
    private var moves: InstList
    private var bound: InstList

    /// How many loads and stores may compute an address anew rather than find it in a register.
    fileprivate static let maximumFoldedUses: UInt32 = 4

    /// What there is to know of `function`.
    struct Result {
        var values: Table<IRValue>
        /// The instructions that move values from home to home, or may when stack slots have become variables: those
        /// slots, and the loads and stores of them; `variable`, `assign`, `extend` and `bitCast`. In order.
        var moves: Table<Int32>
        /// Those that need certain registers: arguments, calls, copies and `asm`. In order.
        var bound: Table<Int32>
    }

    private init(_ function: Body) {
        values = function.arena.table(function.insts.count, of: IRValue())
        moves = InstList(in: function)
        bound = InstList(in: function)
    }

    /// Finds it out, and makes variables of stack slots where that is possible.
    static func find(in function: Body, _ loops: LoopNest) -> Result {
        var liveness = Liveness(function)
        let values = liveness.values
        var index = function.insts.count
        while index > 0 {
            index -= 1
            values[index].setHome(index)
            if !values.isDropped(index, function) { liveness.examine(index, function, loops) }
        }
        return Result(values: values, moves: liveness.moves.inOrder, bound: liveness.bound.inOrder)
    }

    /// Looks at instruction `index`, which is needed.
    @inline(__always)
    private mutating func examine(_ index: Int, _ function: Body, _ loops: LoopNest) {
        let inst = function.insts[index]
        let weight = loops.isEmpty ? 1 : Liveness.weight(atDepth: loops.depth(of: index))
        values[index].weight += weight
        switch inst.op {
        case .stackSlot:
            moves.add(index)
            promotion.decide(index, isInLoop: loops.loop(of: index) != .none, function, values)
        case .compare:
            values[index].isFolded = function.isFusedWithBranch(index, useCount: values[index].useCount)
            use(inst.a, at: index, weight, loops)
            use(inst.b, at: index, weight, loops)
        case .elementPointer: examineAddress(index, weight, function, loops)
        case .load, .store:
            use(inst.b, at: index, weight, loops)
            use(inst.a, at: index, weight, loops)
            guard let pointer = inst.a.instIndex.map(Int.init) else { return }
            if function.insts[pointer].op == .stackSlot {
                moves.add(index)
                promotion.noteAccess(index, to: pointer, function, values)
            } else if loops.loop(of: index) == loops.loop(of: pointer) {
                // From another loop it would be computed more often than now.
                values[pointer].accessCount &+= 1
            }
        case .assign:
            moves.add(index)
            promotion.link(index, inst, values)
            use(inst.a, at: index, weight, loops)
            use(inst.b, at: index, weight, loops)
        case .variable, .extend, .bitCast:
            moves.add(index)
            use(inst.a, at: index, weight, loops)
        case .label, .jump: promotion.endStretch(index)
        case .jumpIfFalse:
            promotion.endStretch(index)
            use(inst.a, at: index, weight, loops)
        case .argument: bound.add(index)
        case .call:
            bound.add(index)
            function.hasCalls = true
            function.forEachOperand(of: index) { use($0, at: index, weight, loops) }
        case .assembly:
            bound.add(index)
            function.forEachOperand(of: index) { use($0, at: index, weight, loops) }
        case .copy:
            bound.add(index)
            use(inst.a, at: index, weight, loops)
            use(inst.b, at: index, weight, loops)
        case .sliceLength: function.forEachOperand(of: index) { use($0, at: index, weight, loops) }
        default:
            use(inst.a, at: index, weight, loops)
            use(inst.b, at: index, weight, loops)
        }
    }

    /// The parts of an address that is folded are needed where it is used; and the index here, if it is checked.
    private func examineAddress(_ index: Int, _ weight: Float, _ function: Body, _ loops: LoopNest) {
        let inst = function.insts[index]
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        let value = values[index]
        if value.accessCount == value.useCount && function.isFoldable(inst, value.useCount) {
            values[index].isFolded = true
            use(inst.a, at: Int(value.end), weight * Float(value.useCount), loops)
            use(inst.b, at: Int(value.end), weight * Float(value.useCount), loops)
            if length == .none { return }
            if let number = inst.b.instIndex { values[Int(number)].weight += weight }
        } else {
            use(inst.a, at: index, weight, loops)
            use(inst.b, at: index, weight, loops)
        }
        use(length, at: index, weight, loops)
    }

    /// Notes that an operand of instruction `index`, which runs `weight` times, is `value`.
    @inline(__always)
    private func use(_ value: IRRef, at index: Int, _ weight: Float, _ loops: LoopNest) {
        guard let definition = value.instIndex.map(Int.init) else { return }
        let end = loops.isEmpty ? index : loops.end(of: index, definition: definition)
        values[definition].useCount &+= 1
        values[definition].end = max(values[definition].end, Int32(truncatingIfNeeded: end))
        values[definition].weight += weight
    }

    /// A loop is taken to run eight times.
    private static func weight(atDepth depth: Int) -> Float { Float(1 << (3 * min(depth, 8))) }
}

extension Body {
    /// Whether loads and stores that use `inst`, an `elementPointer`, `count` times can compute it themselves.
    fileprivate func isFoldable(_ inst: IRInst, _ count: UInt32) -> Bool {
        // The address of another declaration is loaded from its slot each time.
        let limit = inst.a.constantIndex == nil ? Liveness.maximumFoldedUses : 1
        return count > 0 && count <= limit && displacement(of: inst) != nil
    }

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
