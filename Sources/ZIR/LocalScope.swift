/// The `%names` of one declaration: which instruction each binds, and whether it may be used now.
///
/// A hash table with open addressing that is used again for the next declaration without being cleared: a slot counts
/// only if its generation is the present one. It keeps pointers to the names in the parser's copy of the text.
struct LocalScope: ~Copyable {
    /// Whether a name may be used.
    enum Visibility: UInt8, BitwiseCopyable {
        /// Its instruction is being parsed: a `block` may be the target of a break.
        case inside
        /// From behind its instruction to the end of the body that holds it.
        case visible
        /// Behind that body. The name stays bound.
        case gone
    }

    private struct Slot: BitwiseCopyable {
        var head: UInt64
        var start: UnsafePointer<UInt8>
        var count: UInt32
        var inst: InstIndex
        var generation: UInt32

        @inline(__always)
        func binds(_ name: Name) -> Bool {
            head == name.head && Int(count) == name.count && (count <= Name.headCount || binds(long: name))
        }

        private func binds(long name: Name) -> Bool { self.name == name }

        var name: Name { Name(UnsafeBufferPointer(start: start, count: Int(count))) }
    }

    /// A power of two; at least half of the slots are free.
    private var slots: UnsafeMutableBufferPointer<Slot>
    /// What is left of a hash, shifted right by this, is the number of a slot.
    private var shift: UInt64
    private var generation: UInt32 = 0
    private var used = 0
    /// By instruction.
    private var visibility = ScratchBuffer<Visibility>()

    init() {
        slots = Self.table(Self.fewest)
        shift = Self.shift(of: slots.count)
    }

    deinit { slots.deallocate() }

    private static let fewest = 64

    private static func shift(of count: Int) -> UInt64 { UInt64(UInt64.bitWidth - count.trailingZeroBitCount) }

    /// Slots of generation 0, which is never the present one.
    private static func table(_ count: Int) -> UnsafeMutableBufferPointer<Slot> {
        let nothing: StaticString = ""
        let slots = UnsafeMutableBufferPointer<Slot>.allocate(capacity: count)
        slots.initialize(
            repeating: Slot(head: 0, start: nothing.utf8Start, count: 0, inst: InstIndex(0), generation: 0))
        return slots
    }

    /// Forgets all names.
    mutating func reset() {
        if generation == .max {
            slots.deallocate()
            slots = Self.table(Self.fewest)
            shift = Self.shift(of: slots.count)
        }
        generation = generation == .max ? 1 : generation + 1
        used = 0
        visibility.truncate(to: 0)
    }

    /// Takes note of the next instruction, which its visibility is kept for.
    @inline(__always)
    mutating func addInstruction() { visibility.append(.inside) }

    @inline(__always)
    mutating func set(_ inst: InstIndex, _ value: Visibility) { visibility[Int(inst.rawValue)] = value }

    @inline(__always)
    func visibility(of inst: InstIndex) -> Visibility { visibility[Int(inst.rawValue)] }

    /// The instruction that binds `name`.
    @inline(__always)
    func find(_ name: Name) -> InstIndex? {
        let slot = slots[place(of: name)]
        return slot.generation == generation ? slot.inst : nil
    }

    /// Binds `name` to `inst`; false if it is bound already.
    @inline(__always)
    mutating func bind(_ name: Name, to inst: InstIndex) -> Bool {
        if used * 2 >= slots.count { grow() }
        let place = place(of: name)
        if slots[place].generation == generation { return false }
        slots[place] = Slot(
            head: name.head, start: name.start, count: UInt32(truncatingIfNeeded: name.count), inst: inst,
            generation: generation)
        used &+= 1
        return true
    }

    /// The slot of `name`, or the free one where it would be put.
    @inline(__always)
    private func place(of name: Name) -> Int {
        var index = Int(truncatingIfNeeded: name.hash &>> shift)
        while slots[index].generation == generation, !slots[index].binds(name) {
            index = (index &+ 1) & (slots.count &- 1)
        }
        return index
    }

    private mutating func grow() {
        let old = slots
        slots = Self.table(old.count * 2)
        shift = Self.shift(of: slots.count)
        for slot in old where slot.generation == generation { slots[place(of: slot.name)] = slot }
        old.deallocate()
    }
}
