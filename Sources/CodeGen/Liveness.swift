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

    /// Finds it out, and makes variables of stack slots where that is possible.
    static func find(in function: Body, _ loops: LoopNest) -> Result {
        let count = function.insts.count
        let values = function.arena.table(count, of: IRValue())
        var liveness = Liveness(
            values: values, moves: InstList(room: function.arena.list(count)),
            bound: InstList(room: function.arena.list(count)))
        liveness.run(function, loops)
        return Result(values: values, moves: liveness.moves.inOrder, bound: liveness.bound.inOrder)
    }

    /// Looks at all instructions that are needed.
    private mutating func run(_ function: Body, _ loops: LoopNest) {
        var index = function.insts.count
        while index > 0 {
            index -= 1
            values[index].setHome(index)
            if values.isDropped(index, function) { continue }
            let inst = function.insts[index]
            switch inst.op {
            case .stackSlot:
                moves.add(index)
                promotion.decide(index, isInLoop: loops.loop(of: index) != .none, function, values)
                continue
            case .elementPointer:
                examineAddress(index, function, loops)
                continue
            case .call, .assembly, .sliceLength:
                if inst.op != .sliceLength { bound.add(index) }
                if inst.op == .call { function.hasCalls = true }
                function.forEachOperand(of: index) { use($0, at: index, loops) }
                continue
            case .argument: bound.add(index)
            case .label, .jump, .jumpIfFalse: promotion.endStretch(index)
            case .copy: bound.add(index)
            case .variable, .extend, .bitCast: moves.add(index)
            case .assign:
                moves.add(index)
                promotion.link(index, inst, values)
            case .load, .store: noteAccess(index, inst, function, loops)
            case .compare:
                values[index].isFolded = function.isFusedWithBranch(index, useCount: values[index].useCount)
            default: break
            }
            use(inst.a, at: index, loops)
            use(inst.b, at: index, loops)
        }
    }

    /// Notes that `inst`, the load or store numbered `index`, uses an address.
    @inline(__always)
    private mutating func noteAccess(_ index: Int, _ inst: IRInst, _ function: Body, _ loops: LoopNest) {
        guard let pointer = inst.a.instIndex.map(Int.init) else { return }
        if function.insts[pointer].op == .stackSlot {
            moves.add(index)
            promotion.noteAccess(index, to: pointer, function, values)
        } else if loops.loop(of: index) == loops.loop(of: pointer) {
            // From another loop it would be computed more often than now.
            values[pointer].accessCount &+= 1
        }
    }

    /// The parts of an address that is folded are needed where it is used.
    private func examineAddress(_ index: Int, _ function: Body, _ loops: LoopNest) {
        let inst = function.insts[index]
        let length = IRRef(rawValue: function.extra[Int(inst.data) + 1])
        let value = values[index]
        if value.accessCount == value.useCount && function.isFoldable(inst, value.useCount) {
            values[index].isFolded = true
            use(inst.a, at: Int(value.end), loops)
            use(inst.b, at: Int(value.end), loops)
        } else {
            use(inst.a, at: index, loops)
            use(inst.b, at: index, loops)
        }
        use(length, at: index, loops)
    }

    /// Notes that an operand of instruction `index` is `value`.
    @inline(__always)
    private func use(_ value: IRRef, at index: Int, _ loops: LoopNest) {
        guard let definition = value.instIndex.map(Int.init) else { return }
        let end = loops.isEmpty ? index : loops.end(of: index, definition: definition)
        values[definition].useCount &+= 1
        values[definition].end = max(values[definition].end, Int32(truncatingIfNeeded: end))
    }
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
