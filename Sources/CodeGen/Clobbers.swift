/// Which registers the instructions of a body change besides those of their results, by stretches of the body.
///
/// Registers are bits of a mask. A stretch is answered at once: for every power of two there is the union over so many
/// neighbouring instructions that change any, so that two of them cover it.
struct Clobbers {
    /// For each instruction the number of those before it that change registers; empty if none does.
    private var ranks = Table<UInt32>.empty
    /// `unions[k * changing + i]` is the union over the 2^k such instructions from the one numbered `i` on.
    private var unions = Table<UInt32>.empty
    /// How many such instructions there are.
    private var changing = 0

    /// Asks `mask` for what each of `count` instructions changes.
    init(count: Int, in arena: Arena, _ mask: (Int) -> UInt32) {
        let ranks = arena.table(count + 1, of: UInt32(0))
        let masks = arena.table(count, of: UInt32(0))
        for index in 0..<count {
            ranks[index] = UInt32(changing)
            masks[changing] = mask(index)
            if masks[changing] != 0 { changing += 1 }
        }
        if changing == 0 { return }
        ranks[count] = UInt32(changing)
        self.ranks = ranks
        unions = arena.table(changing * (Clobbers.level(of: changing) + 1), of: 0)
        for first in 0..<changing { unions[first] = masks[first] }
        addUnions()
    }

    /// Each union is that of two of half its width.
    private func addUnions() {
        var (level, width) = (1, 2)
        while width <= changing {
            let (row, half) = (level * changing, (level - 1) * changing)
            for first in 0...changing - width {
                unions[row + first] = unions[half + first] | unions[half + first + width / 2]
            }
            (level, width) = (level + 1, 2 * width)
        }
    }

    /// The largest power of two, as its exponent, that `count` instructions hold.
    private static func level(of count: Int) -> Int { count.bitWidth - 1 - count.leadingZeroBitCount }

    /// The registers that instructions strictly between `start` and `end` change.
    func between(_ start: Int, _ end: Int) -> UInt32 {
        if ranks.isEmpty || end <= start + 1 { return 0 }
        let (first, last) = (Int(ranks[start + 1]), Int(ranks[end]))
        if first >= last { return 0 }
        let level = Clobbers.level(of: last - first)
        return unions[level * changing + first] | unions[level * changing + last - 1 << level]
    }
}
