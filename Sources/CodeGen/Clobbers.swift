/// Which registers the instructions of a body change besides those of their results, by stretches of the body.
///
/// Registers are bits of a mask. A stretch is answered at once: for every power of two there is the union over so many
/// neighbouring instructions that change any, so that two of them cover it.
struct Clobbers: BitwiseCopyable {
    /// The instructions that change registers, in order: the first `changing` rows.
    private var positions = Table<Int32>.empty
    /// `unions[k * changing + i]` is the union over the 2^k such instructions from the one numbered `i` on.
    private var unions = Table<UInt32>.empty
    /// How many such instructions there are.
    private var changing = 0

    /// Asks `mask` for what each of `instructions` changes; others change nothing.
    @inline(__always)
    init(_ instructions: Table<Int32>, in arena: Arena, _ mask: (Int) -> UInt32) {
        positions = arena.list(instructions.count)
        let masks: Table<UInt32> = arena.table(roomFor: instructions.count)
        for place in instructions.indices {
            let mask = mask(Int(instructions[place]))
            if mask == 0 { continue }
            positions[changing] = instructions[place]
            masks[changing] = mask
            changing += 1
        }
        // One alone is all its unions.
        if changing <= 1 {
            unions = masks
            return
        }
        unions = arena.table(roomFor: changing * (Clobbers.level(of: changing) + 1))
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
    @inline(__always)
    func between(_ start: Int, _ end: Int) -> UInt32 {
        if changing == 0 || positions[0] >= end || positions[changing - 1] <= start { return 0 }
        return unions(between: start, end)
    }

    private func unions(between start: Int, _ end: Int) -> UInt32 {
        let (first, last) = (count(before: start + 1), count(before: end))
        if first >= last { return 0 }
        let level = Clobbers.level(of: last - first)
        return unions[level * changing + first] | unions[level * changing + last - 1 << level]
    }

    /// How many instructions before number `index` change registers.
    private func count(before index: Int) -> Int {
        var (low, high) = (0, changing)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
