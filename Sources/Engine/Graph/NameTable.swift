import Cache
import Semantics

/// The names of one file's declarations: open addressing over a hash. The names themselves stand in the graph.
///
/// Made anew in each run from the file's pages, so its hash is kept nowhere.
final class NameTable {
    /// A declaration, `none` where nobody is, and the upper half of the hash of its name.
    private struct Slot: BitwiseCopyable {
        var hash: UInt32 = 0
        var declaration = DeclIndex.none

        var isEmpty: Bool { declaration.rawValue == 0 }
    }

    /// A name and its hash, which finding and inserting it need.
    struct Key {
        let name: DeclName
        fileprivate let hash: UInt64

        @inline(__always)
        init(_ bytes: UnsafeRawBufferPointer) { self.init(DeclName(bytes)) }

        @inline(__always)
        init(_ name: DeclName) {
            self.name = name
            hash = NameTable.hash(name)
        }
    }

    private let graph: Graph
    /// A power of two of them, at least half of which are empty.
    private var slots: FlatTable<Slot>
    private var count = 0
    /// Numbers in the file's pages that nobody has, the lowest last.
    var free: [DeclIndex] = []

    /// A table with room for `capacity` names before it grows, of declarations of `graph`.
    init(of graph: Graph, capacity: Int = 0) {
        self.graph = graph
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = NameTable.emptySlots(size)
    }

    private static func emptySlots(_ count: Int) -> FlatTable<Slot> {
        let slots = FlatTable<Slot>()
        slots.append(repeating: Slot(), count: count)
        return slots
    }

    /// The declaration of that name.
    func find(_ name: Key) -> DeclIndex? {
        let hash = NameTable.upperHalf(name.hash)
        var place = Int(truncatingIfNeeded: name.hash) & (slots.count - 1)
        while true {
            let slot = slots[place]
            if slot.isEmpty { return nil }
            if slot.hash == hash && graph.text(slot.declaration).pointee.name == name.name { return slot.declaration }
            place = (place + 1) & (slots.count - 1)
        }
    }

    /// The declaration of that name.
    func find(_ name: UnsafeRawBufferPointer) -> DeclIndex? { find(Key(name)) }

    /// The declaration of that name.
    func find(_ name: ArraySlice<UInt8>) -> DeclIndex? {
        name.withUnsafeBytes { find(Key($0)) }
    }

    /// Adds a declaration, whose name is not in the table.
    func insert(_ name: Key, _ declaration: DeclIndex) {
        if (count + 1) * 2 > slots.count { grow() }
        count += 1
        place(declaration, name.hash)
    }

    private func grow() {
        let declarations = slots.elements.filter { !$0.isEmpty }.map(\.declaration)
        slots = NameTable.emptySlots(slots.count * 2)
        for declaration in declarations {
            place(declaration, NameTable.hash(graph.text(declaration).pointee.name))
        }
    }

    private func place(_ declaration: DeclIndex, _ hash: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while !slots[place].isEmpty { place = (place + 1) & (slots.count - 1) }
        slots[place] = Slot(hash: NameTable.upperHalf(hash), declaration: declaration)
    }

    private static func upperHalf(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    /// Of a long name FNV-1a (Fowler, Noll, Vo), of a short one its words; and a final mix so that the low bits depend on all.
    @inline(__always)
    private static func hash(_ name: DeclName) -> UInt64 {
        var hash =
            name.words.map { words in
                (words.first ^ 0xcbf2_9ce4_8422_2325) &* 0x9e37_79b9_7f4a_7c15 ^ words.rest &* 0xc2b2_ae3d_27d4_eb4f
            } ?? longHash(name)
        hash ^= hash >> 32
        return hash &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29
    }

    @inline(never)
    private static func longHash(_ name: DeclName) -> UInt64 {
        name.withUnsafeBytes { name in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return hash
        }
    }
}
