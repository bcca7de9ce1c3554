import Semantics

/// Makes variables of the stack slots that are only ever loaded and stored whole, so that they can be in registers.
///
/// A slot qualifies if its address is used for nothing but loads and stores of one shape at its start. Each store
/// becomes an `assign`, each load a copy of the variable at that point. What a slot holds before its first store is
/// unspecified, but an extended value of its type in any case: where a store does not stand on the straight way from
/// the slot to all else, the variable begins as zero. In a loop that would be wrong, since a slot keeps its content for
/// the next round; there it stays in memory. Linear in the size of the body.
///
/// `Liveness` tells it what it meets on its way backwards; `run` changes the body then.
struct Promotion: BitwiseCopyable {
    /// What is known of a stack slot.
    private struct Slot: BitwiseCopyable {
        /// How many loads and stores use it as they should.
        var accessCount: UInt32 = 0
        /// The first of its loads and stores, 0 if there is none, and their shape.
        var firstAccess: UInt32 = 0
        var type = IRType.void
        /// Whether the first is a store.
        var beginsWithStore = false
        var isPromoted = false
    }

    /// For each instruction what is known of it as a stack slot; empty if there are none.
    private let slots: Table<Slot>
    /// The next label, jump or branch behind where `Liveness` is: control does not run straight on from there.
    private var endOfStretch = Int.max
    /// How many slots are variables now, and how many are not.
    private var promotedCount = 0
    private var keptCount = 0

    /// Nothing is known yet of the slots of `function`.
    init(_ function: borrowing Body) {
        slots = function.ops.contains(.stackSlot) ? function.arena.table(function.insts.count, of: Slot()) : .empty
    }
}

// MARK: - What qualifies

extension Promotion {
    /// Notes that control does not run straight on at instruction `index`.
    @inline(__always)
    mutating func endStretch(_ index: Int) { endOfStretch = index }

    /// Notes that the load or store numbered `index` uses the address of the slot of instruction `number`.
    func noteAccess(_ index: Int, to number: Int, _ function: Body) {
        let inst = function.insts[index]
        var slot = slots[number]
        let isOfOneShape = slot.accessCount == 0 || slot.type == inst.type
        if isOfOneShape && inst.data == 0 && inst.type.bits != 0 { slot.accessCount &+= 1 }
        slot.type = inst.type
        slot.firstAccess = UInt32(truncatingIfNeeded: index)
        slot.beginsWithStore = inst.op == .store
        slots[number] = slot
    }

    /// Decides about the stack slot of instruction `index`, whose uses are all known: `useCount` of them.
    mutating func decide(_ index: Int, _ useCount: UInt32, isInLoop: Bool, _ function: Body) {
        let slot = slots[index]
        guard slot.accessCount == useCount else { return keptCount += 1 }
        let isStoredFirst = slot.beginsWithStore && slot.firstAccess < endOfStretch
        if isInLoop && !isStoredFirst { return keptCount += 1 }
        promotedCount += 1
        slots[index].isPromoted = true
        function.insts[index].op = .variable
        function.insts[index].type = slot.type
        function.insts[index].data = isStoredFirst ? 0 : 1
    }
}

// MARK: - The change

extension Promotion {
    /// Changes the loads and stores in `function` of slots that are variables now, and links the `assign`s of each variable.
    func run(_ function: Body, _ values: Table<IRValue>, _ moves: MoveList) {
        guard promotedCount > 0 || function.ops.contains(.assign) else { return }
        let insts = function.insts
        moves.forEachBackwards { index in
            switch insts[index].op {
            case .load where isOfVariable(insts[index]): insts[index].op = .extend
            case .store where isOfVariable(insts[index]):
                insts[index].op = .assign
                insts[index].type = .void
                link(index, insts[index], values)
            case .assign: link(index, insts[index], values)
            default: break
            }
        }
        noteKinds(function)
    }

    /// Whether `inst`, a load or store, uses a slot that is a variable.
    @inline(__always)
    private func isOfVariable(_ inst: IRInst) -> Bool {
        guard promotedCount > 0, let pointer = inst.a.instIndex else { return false }
        return slots[Int(pointer)].isPromoted
    }

    /// Puts `inst`, the `assign` numbered `index`, before all others of its variable that are known.
    @inline(__always)
    private func link(_ index: Int, _ inst: IRInst, _ values: Table<IRValue>) {
        guard let variable = inst.a.instIndex.map(Int.init) else { return }
        values[index].nextAssign = values[variable].nextAssign
        values[variable].nextAssign = Int32(truncatingIfNeeded: index)
    }

    private func noteKinds(_ function: Body) {
        guard promotedCount > 0 else { return }
        for op in [IRInst.Op.variable, .assign, .extend] { function.ops.insert(op) }
        if keptCount == 0 { function.ops.remove(.stackSlot) }
    }
}
