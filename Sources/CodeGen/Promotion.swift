import Semantics

/// Makes variables of the stack slots that are only ever loaded and stored whole, so that they can be in registers.
///
/// A slot qualifies if its address is used for nothing but loads and stores of one shape at its start. Each store
/// becomes an `assign`, each load a copy of the variable at that point. What a slot holds before its first store is
/// unspecified, but an extended value of its type in any case: where a store does not stand on the straight way from
/// the slot to all else, the variable begins as zero. In a loop that would be wrong, since a slot keeps its content for
/// the next round; there it stays in memory. Linear in the size of the body.
struct Promotion {
    /// What is known of a stack slot.
    private struct Slot: BitwiseCopyable {
        /// The shape of its loads and stores; void before the first.
        var type = IRType.void
        var isPromoted = true
        /// Whether a store is the first use, on the straight way from the slot.
        var isStoredFirst = false
    }

    /// For each instruction the number of its slot, -1 if it is none.
    private let numbers: Table<Int32>
    private let slots: Table<Slot>

    /// Promotes what qualifies in `function`.
    static func run(_ function: Body, _ loops: LoopNest) {
        let count = function.insts.reduce(0) { $1.op == .stackSlot ? $0 + 1 : $0 }
        if count == 0 { return }
        let promotion = Promotion(
            numbers: function.arena.table(function.insts.count, of: -1), slots: function.arena.table(count, of: Slot()))
        promotion.examine(function, loops)
        if promotion.slots.contains(where: \.isPromoted) { promotion.rewrite(function) }
    }

    private func slot(of value: IRRef) -> Int? {
        guard let index = value.instIndex, numbers[Int(index)] >= 0 else { return nil }
        return Int(numbers[Int(index)])
    }

    private func examine(_ function: Body, _ loops: LoopNest) {
        var count = 0
        // Slots from this number on have been made since the last label or branch.
        var firstOfStretch = 0
        for index in function.insts.indices {
            let inst = function.insts[index]
            switch inst.op {
            case .stackSlot:
                numbers[index] = Int32(count)
                count += 1
            case .load, .store:
                if let number = slot(of: inst.a) { noteAccess(inst, number, firstOfStretch) }
                // A slot's address that is stored may be used anywhere.
                if let number = slot(of: inst.b) { slots[number].isPromoted = false }
            case .label, .jump: firstOfStretch = count
            default:
                // A branch ends the stretch too, and has an operand.
                if inst.op == .jumpIfFalse { firstOfStretch = count }
                function.forEachOperand(of: index) { operand in
                    if let number = slot(of: operand) { slots[number].isPromoted = false }
                }
            }
        }
        for index in function.insts.indices where numbers[index] >= 0 {
            let number = Int(numbers[index])
            let keepsContent = !slots[number].isStoredFirst && loops.loop(of: index) != .none
            if slots[number].type == .void || keepsContent { slots[number].isPromoted = false }
        }
    }

    /// Notes that `inst`, a load or store, uses slot `number`.
    private func noteAccess(_ inst: IRInst, _ number: Int, _ firstOfStretch: Int) {
        if slots[number].type == .void {
            slots[number].type = inst.type
            slots[number].isStoredFirst = inst.op == .store && number >= firstOfStretch
        }
        if slots[number].type != inst.type || inst.data != 0 || inst.type.bits == 0 { slots[number].isPromoted = false }
    }

    private func rewrite(_ function: Body) {
        for index in function.insts.indices {
            let inst = function.insts[index]
            switch inst.op {
            case .stackSlot:
                let slot = slots[Int(numbers[index])]
                guard slot.isPromoted else { continue }
                function.insts[index].op = .variable
                function.insts[index].type = slot.type
                function.insts[index].data = slot.isStoredFirst ? 0 : 1
            case .load:
                guard let number = slot(of: inst.a), slots[number].isPromoted else { continue }
                function.insts[index].op = .extend
            case .store:
                guard let number = slot(of: inst.a), slots[number].isPromoted else { continue }
                function.insts[index].op = .assign
                function.insts[index].type = .void
            default: continue
            }
        }
    }
}
