import Semantics

/// The names of one file's declarations: open addressing over a 64-bit hash, the names themselves in one buffer.
///
/// Made anew in each run from the file's pages, so its hash is kept nowhere.
final class NameTable {
    private struct Entry {
        var hash: UInt64
        var first: UInt32
        var count: UInt32
        var declaration: DeclIndex
    }

    /// A name and its hash, which finding and inserting it need.
    struct Key {
        let bytes: UnsafeRawBufferPointer
        fileprivate let hash: UInt64

        init(_ bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
            hash = NameTable.hash(bytes)
        }
    }

    private var slots: [UInt32]
    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// Numbers in the file's pages that nobody has, the lowest last.
    var free: [DeclIndex] = []

    /// A table with room for `capacity` names before it grows.
    init(capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        entries.reserveCapacity(capacity)
    }

    /// The declaration of that name.
    func find(_ name: Key) -> DeclIndex? {
        var slot = Int(truncatingIfNeeded: name.hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == name.hash && isEqual(entry, name.bytes) { return entry.declaration }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The declaration of that name.
    func find(_ name: UnsafeRawBufferPointer) -> DeclIndex? { find(Key(name)) }

    /// The declaration of that name.
    func find(_ name: ArraySlice<UInt8>) -> DeclIndex? {
        name.withUnsafeBytes { find(Key($0)) }
    }

    /// Adds a name that is not in the table.
    func insert(_ name: Key, _ declaration: DeclIndex) {
        if (entries.count + 1) * 2 > slots.count { rehash() }
        let entry = Entry(
            hash: name.hash, first: UInt32(bytes.count), count: UInt32(name.bytes.count), declaration: declaration)
        bytes.append(contentsOf: name.bytes)
        entries.append(entry)
        place(UInt32(entries.count), hash: entry.hash)
    }

    private func rehash() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for index in entries.indices { place(UInt32(index + 1), hash: entries[index].hash) }
    }

    private func place(_ number: UInt32, hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = number
    }

    private func isEqual(_ entry: Entry, _ name: UnsafeRawBufferPointer) -> Bool {
        guard Int(entry.count) == name.count else { return false }
        let first = Int(entry.first)
        for index in 0..<name.count where bytes[first + index] != name[index] { return false }
        return true
    }

    /// FNV-1a (Fowler, Noll, Vo), and a final mix so that the low bits depend on all.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        return hash &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29
    }
}
