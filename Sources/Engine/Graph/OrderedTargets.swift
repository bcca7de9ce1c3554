import Cache
import Semantics

/// The declarations that edges name, each once, in the order in which they are named.
struct OrderedTargets {
    /// Up to here a search through the list is faster than a set.
    static let searched = 16

    private(set) var list: [DeclNumber] = []
    /// All of them, once they are not few.
    private var set: Set<DeclNumber> = []

    /// None.
    init() {}

    /// The targets of those `edges` that are `wanted`.
    init(_ edges: ArraySlice<EdgeRecord>, where wanted: (EdgeRecord) -> Bool = { _ in true }) {
        list.reserveCapacity(edges.count)
        for edge in edges where wanted(edge) { insert(edge.target) }
    }

    mutating func insert(_ target: DeclNumber) {
        guard !contains(target) else { return }
        list.append(target)
        if list.count == OrderedTargets.searched {
            set = Set(list)
        } else if list.count > OrderedTargets.searched {
            set.insert(target)
        }
    }

    func contains(_ target: DeclNumber) -> Bool {
        list.count < OrderedTargets.searched ? list.contains(target) : set.contains(target)
    }
}
