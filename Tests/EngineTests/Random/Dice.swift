/// Random numbers that are the same for the same seed on every machine: SplitMix64 (Steele, Lea, Flood, 2014).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from 0 to below `limit`.
    mutating func roll(_ limit: Int) -> Int { Int.random(in: 0..<max(limit, 1), using: &self) }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { roll(count) == 0 }

    /// One of `choices`; nil if there are none.
    mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element? {
        choices.randomElement(using: &self)
    }

    /// The sum of `weights` is rolled for: gives the index of the one that is hit.
    mutating func weighted(_ weights: [Int]) -> Int {
        var rest = roll(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return 0
    }
}
