import Semantics

/// Makes variables of the stack slots that are only ever loaded and stored whole, so that they can be in registers.
///
/// A slot qualifies if its address is used for nothing but loads and stores of one shape at its start. Each store
/// becomes an `assign`, each load a copy of the variable at that point. What a slot holds before its first store is
/// unspecified, but an extended value of its type in any case: where a store does not stand on the straight way from
/// the slot to all else, the variable begins as zero. In a loop that would be wrong, since a slot keeps its content for
/// the next round; there it stays in memory. Linear in the size of the body.
///
/// `Liveness` tells it what it meets on its way backwards: when it comes to the slot, all that is to know is known. What
/// is linked by `IRValue.next` until then are the loads and stores of a slot, the first one first.
struct Promotion: BitwiseCopyable {
    /// The next label, jump or branch behind where `Liveness` is: control does not run straight on from there.
    private var endOfStretch = Int.max

    /// Notes that control does not run straight on at instruction `index`.
    @inline(__always)
    mutating func endStretch(_ index: Int) { endOfStretch = index }

    /// Notes that the load or store numbered `index` uses the address of the slot of instruction `slot`.
    func noteAccess(_ index: Int, to slot: Int, _ function: Body, _ values: Table<IRValue>) {
        let inst = function.insts[index]
        let next = Int(values[slot].next)
        let isOfOneShape = next == 0 || function.insts[next].type == inst.type
        if isOfOneShape && inst.data == 0 && inst.type.bits != 0 { values[slot].accessCount &+= 1 }
        put(index, inFrontOfThoseOf: slot, values)
    }

    /// Notes that `inst`, the `assign` numbered `index`, comes before all others of its variable that are known.
    func link(_ index: Int, _ inst: IRInst, _ values: Table<IRValue>) {
        if let variable = inst.a.instIndex { put(index, inFrontOfThoseOf: Int(variable), values) }
    }

    private func put(_ index: Int, inFrontOfThoseOf slot: Int, _ values: Table<IRValue>) {
        values[index].next = values[slot].next
        values[slot].next = Int32(truncatingIfNeeded: index)
    }

    /// Decides about the stack slot of instruction `index`, which has uses, all of them known.
    func decide(_ index: Int, isInLoop: Bool, _ function: Body, _ values: Table<IRValue>) {
        let first = Int(values[index].next)
        guard values[index].accessCount == values[index].useCount else { return keep(index, function, values) }
        let isStoredFirst = function.insts[first].op == .store && first < endOfStretch
        if isInLoop && !isStoredFirst { return keep(index, function, values) }
        function.insts[index].op = .variable
        function.insts[index].type = function.insts[first].type
        function.insts[index].data = isStoredFirst ? 0 : 1
        changeAccesses(to: index, function, values)
    }

    private func keep(_ index: Int, _ function: Body, _ values: Table<IRValue>) {
        function.hasStackSlots = true
        values[index].isFolded = true
    }

    /// Makes copies and `assign`s of the loads and stores of `variable`, and links those.
    private func changeAccesses(to variable: Int, _ function: Body, _ values: Table<IRValue>) {
        var last = variable
        var access = Int(values[variable].next)
        while access != 0 {
            if function.insts[access].op == .load {
                function.insts[access].op = .extend
            } else {
                function.insts[access].op = .assign
                function.insts[access].type = .void
                values[last].next = Int32(truncatingIfNeeded: access)
                last = access
            }
            access = Int(values[access].next)
        }
        values[last].next = 0
    }
}
