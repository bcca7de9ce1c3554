/// Which registers the instructions of a body change besides those of their results, by stretches of the body.
///
/// Registers are bits of a mask. A stretch is answered at once: for every power of two there is the union over so many
/// neighbouring instructions that change any, so that two of them cover it.
struct Clobbers {
    /// For each instruction the number of those before it that change registers; empty if none does.
    private var ranks: [UInt32] = []
    /// `unions[k][i]` is the union over the 2^k such instructions from the one numbered `i` on.
    private var unions: [[UInt32]] = []

    /// Asks `mask` for what each of `count` instructions changes.
    init(count: Int, _ mask: (Int) -> UInt32) {
        var masks: [UInt32] = []
        for index in 0..<count {
            let mask = mask(index)
            if mask == 0 && masks.isEmpty { continue }
            // The instructions before the first one that changes anything have rank 0.
            if ranks.isEmpty { ranks = Array(filledWith: 0, count: index) }
            ranks.append(UInt32(masks.count))
            if mask != 0 { masks.append(mask) }
        }
        if masks.isEmpty { return }
        ranks.append(UInt32(masks.count))
        unions.append(masks)
        var width = 1
        while 2 * width <= masks.count {
            let last = unions[unions.count - 1]
            unions.append((0...masks.count - 2 * width).map { last[$0] | last[$0 + width] })
            width *= 2
        }
    }

    /// The registers that instructions strictly between `start` and `end` change.
    func between(_ start: Int, _ end: Int) -> UInt32 {
        if ranks.isEmpty || end <= start + 1 { return 0 }
        let (first, last) = (Int(ranks[start + 1]), Int(ranks[end]))
        if first >= last { return 0 }
        let level = (last - first).bitWidth - 1 - (last - first).leadingZeroBitCount
        return unions[level][first] | unions[level][last - 1 << level]
    }
}
