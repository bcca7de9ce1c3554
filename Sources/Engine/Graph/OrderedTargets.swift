import Semantics

/// A few declarations in the order in which they were named.
struct OrderedTargets: Sequence {
    /// Up to here they need no memory of their own, and a search through them is faster than a set.
    private static let fewest = 12

    private var few = InlineArray<12, DeclIndex>(repeating: .none)
    /// All of them, once they are not few.
    private var list: [DeclIndex] = []
    private var set: Set<DeclIndex> = []
    private var count = 0

    mutating func insert(_ declaration: DeclIndex) {
        guard !contains(declaration) else { return }
        if count < OrderedTargets.fewest {
            few[count] = declaration
        } else {
            if count == OrderedTargets.fewest {
                list = few.indices.map { few[$0] }
                set = Set(list)
            }
            list.append(declaration)
            set.insert(declaration)
        }
        count += 1
    }

    func contains(_ declaration: DeclIndex) -> Bool {
        if count > OrderedTargets.fewest { return set.contains(declaration) }
        for place in 0..<count where few[place] == declaration { return true }
        return false
    }

    func makeIterator() -> Iterator { Iterator(targets: self) }

    struct Iterator: IteratorProtocol {
        fileprivate let targets: OrderedTargets
        private var place = 0

        fileprivate init(targets: OrderedTargets) { self.targets = targets }

        mutating func next() -> DeclIndex? {
            guard place < targets.count else { return nil }
            defer { place += 1 }
            return targets.count > OrderedTargets.fewest ? targets.list[place] : targets.few[place]
        }
    }
}
