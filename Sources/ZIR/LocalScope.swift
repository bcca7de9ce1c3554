/// The `%names` of one declaration: which instruction each binds, and whether it may be used now.
///
/// A hash table with open addressing that is used again for the next declaration without being cleared: the instructions of
/// all of them are numbered on, and a slot counts only if the instruction in it is of the present one. It keeps pointers to
/// the names in the parser's copy of the text.
struct LocalScope: ~Copyable {
    /// A body, by the order in which they begin.
    struct Body: BitwiseCopyable {
        fileprivate let number: UInt32
    }

    /// What a name is bound to.
    struct Binding: BitwiseCopyable {
        let inst: InstIndex
        /// The body that binds it.
        fileprivate let body: Body
    }

    private struct Slot: BitwiseCopyable {
        let name: Name
        /// The number of the instruction that the name is bound to, the first of all being number 1.
        let inst: UInt32
        let body: Body
    }

    /// A power of two; at least half of the slots are free.
    private var slots: UnsafeMutablePointer<Slot>
    private var slotCount: Int
    /// What is left of a hash, shifted right by this, is the number of a slot.
    private var shift: UInt64
    /// The number of the first instruction of the present declaration.
    private var first: UInt32 = 1
    /// The number behind that of the last instruction that has a name.
    private var next: UInt32 = 1
    /// How many more names may be bound before the table has to grow.
    private var room = 0
    /// Of every body, its instruction that is being parsed, which is behind all that it has bound before; `closed` once
    /// the body has ended.
    private var current = ScratchBuffer<InstIndex>()
    /// The innermost body that is open.
    private var body = Body(number: 0)

    init() {
        slotCount = Self.fewest
        slots = Self.table(slotCount)
        shift = Self.shift(of: slotCount)
    }

    deinit { slots.deallocate() }

    private static let fewest = 64

    /// No body has the declaration's own instruction.
    private static var closed: InstIndex { .root }

    private static func shift(of count: Int) -> UInt64 { UInt64(UInt64.bitWidth - count.trailingZeroBitCount) }

    /// Slots of an instruction that no declaration has.
    private static func table(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        let nothing = Name(UnsafeBufferPointer(start: nil, count: 0))
        slots.initialize(repeating: Slot(name: nothing, inst: 0, body: Body(number: 0)), count: count)
        return slots
    }

    /// Forgets all names and bodies.
    mutating func reset() {
        first = next
        // So many are more than one declaration has: each takes some bytes of a text of less than 4 GiB.
        if first > .max / 2 {
            slots.deallocate()
            slots = Self.table(slotCount)
            (first, next) = (1, 1)
        }
        room = slotCount / 2
        current.truncate(to: 0)
        body = Body(number: 0)
    }

    /// Begins a body inside the innermost open one, which is returned.
    mutating func openBody() -> Body {
        let outer = body
        body = Body(number: UInt32(truncatingIfNeeded: current.count))
        current.append(Self.closed)
        return outer
    }

    /// Ends the innermost body: its names may not be used any more, but stay bound. `outer` is the one around it.
    mutating func closeBody(in outer: Body) {
        current[Int(body.number)] = Self.closed
        body = outer
    }

    /// What `name` is bound to.
    @inline(__always)
    func find(_ name: Name) -> Binding? {
        var index = firstSlot(name)
        while slots[index].inst >= first {
            if slots[index].name == name {
                return Binding(inst: InstIndex(slots[index].inst &- first), body: slots[index].body)
            }
            index = nextSlot(index)
        }
        return nil
    }

    /// Whether `binding` may be used as an operand: from behind its instruction to the end of the body that holds it.
    @inline(__always)
    func isVisible(_ binding: Binding) -> Bool { binding.inst.rawValue < current[Int(binding.body.number)].rawValue }

    /// Whether the instruction of `binding` is being parsed: a `block` may then be the target of a break.
    func isInside(_ binding: Binding) -> Bool { binding.inst == current[Int(binding.body.number)] }

    /// Binds `name` to `inst`, the next instruction of the innermost body; false if it is bound already.
    @inline(__always)
    mutating func bind(_ name: Name, to inst: InstIndex) -> Bool {
        if room == 0 { grow() }
        var index = firstSlot(name)
        while slots[index].inst >= first {
            if slots[index].name == name { return false }
            index = nextSlot(index)
        }
        let number = first &+ inst.rawValue
        slots[index] = Slot(name: name, inst: number, body: body)
        next = number &+ 1
        room &-= 1
        current[Int(body.number)] = inst
        return true
    }

    @inline(__always)
    private func firstSlot(_ name: Name) -> Int { Int(truncatingIfNeeded: Name.hash(name.key) &>> shift) }

    @inline(__always)
    private func nextSlot(_ index: Int) -> Int { (index &+ 1) & (slotCount &- 1) }

    @inline(never)
    private mutating func grow() {
        let (old, oldCount) = (slots, slotCount)
        slotCount = oldCount * 2
        slots = Self.table(slotCount)
        shift = Self.shift(of: slotCount)
        for slot in 0..<oldCount where old[slot].inst >= first {
            var index = firstSlot(old[slot].name)
            while slots[index].inst >= first { index = nextSlot(index) }
            slots[index] = old[slot]
        }
        room = slotCount / 2 - oldCount / 2
        old.deallocate()
    }
}
