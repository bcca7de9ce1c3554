/// The `%names` of one declaration: which instruction each binds, and whether it may be used now.
///
/// A hash table with open addressing that is used again for the next declaration without being cleared: a slot counts
/// only if its generation is the present one. It keeps pointers to the names in the text, which the caller of
/// `Parser.parse` lends until the declaration is parsed.
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

    private struct Slot {
        var generation: UInt32 = 0
        var hash: UInt32 = 0
        var inst = InstIndex.root
        var name = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    }

    private var slots = [Slot](repeating: Slot(), count: 64)
    private var generation: UInt32 = 0
    private var used = 0
    /// By instruction.
    private var visibility = ScratchBuffer<Visibility>()

    /// Forgets all names.
    mutating func reset() {
        if generation == .max { slots = [Slot](repeating: Slot(), count: slots.count) }
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
    func find(_ name: UnsafeBufferPointer<UInt8>) -> InstIndex? {
        let hash = Self.hash(name)
        var index = Int(hash) & (slots.count - 1)
        while slots[index].generation == generation {
            if slots[index].hash == hash, Self.isEqual(slots[index].name, name) { return slots[index].inst }
            index = (index &+ 1) & (slots.count - 1)
        }
        return nil
    }

    /// Binds `name` to `inst`; false if it is bound already.
    @inline(__always)
    mutating func bind(_ name: UnsafeBufferPointer<UInt8>, to inst: InstIndex) -> Bool {
        if used * 2 >= slots.count { grow() }
        let slot = Slot(generation: generation, hash: Self.hash(name), inst: inst, name: name)
        used += 1
        return insert(slot)
    }

    @inline(__always)
    private mutating func insert(_ slot: Slot) -> Bool {
        var index = Int(slot.hash) & (slots.count - 1)
        while slots[index].generation == generation {
            if slots[index].hash == slot.hash, Self.isEqual(slots[index].name, slot.name) { return false }
            index = (index &+ 1) & (slots.count - 1)
        }
        slots[index] = slot
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.generation == generation { _ = insert(slot) }
    }

    @inline(__always)
    private static func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count where a[offset] != b[offset] { return false }
        return true
    }

    /// FNV-1a with a last mixing step, since the table uses the low bits.
    @inline(__always)
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in name { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash ^ (hash >> 15)
    }
}
