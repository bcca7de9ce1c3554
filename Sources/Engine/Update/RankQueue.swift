import Semantics

/// Declarations in the order of their rank, the smallest first; equal ranks in the order of their numbers.
struct RankQueue: ~Copyable {
    struct Entry {
        var rank: Int64
        var declaration: DeclIndex

        fileprivate func isBefore(_ other: Entry) -> Bool {
            rank != other.rank ? rank < other.rank : declaration < other.declaration
        }
    }

    /// A binary heap.
    private let entries = FlatTable<Entry>()

    var isEmpty: Bool { entries.isEmpty }

    mutating func push(_ declaration: DeclIndex, rank: Int64) {
        entries.append(Entry(rank: rank, declaration: declaration))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { break }
            swap(child, parent)
            child = parent
        }
    }

    /// The first, with the rank that it was added with.
    mutating func pop() -> Entry? {
        guard !entries.isEmpty else { return nil }
        let first = entries[0]
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first
    }

    private mutating func swap(_ a: Int, _ b: Int) { (entries[a], entries[b]) = (entries[b], entries[a]) }

    private mutating func sink() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].isBefore(entries[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return }
            swap(parent, smallest)
            parent = smallest
        }
    }
}
