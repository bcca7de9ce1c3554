/// Holes in memory: two sorted arrays a section, one by offset for the neighbours, one by size for the best fit.
///
/// Finding takes logarithmic time; adding and removing move the tails of the arrays, which is a microsecond at
/// thousands of holes.
public final class MemoryHoleStore: HoleStore {
    private struct Holes {
        var byOffset: [Hole] = []
        var bySize: [Hole] = []
    }

    private var sections = [Holes](repeating: Holes(), count: SectionID.allCases.count)

    /// No holes.
    public init() {}

    /// All holes of a section, by offset.
    public func holes(_ section: SectionID) -> [Hole] { sections[section.index].byOffset }

    /// The smallest hole of at least `size` bytes; among equals that of the lowest offset.
    public func bestFit(_ section: SectionID, atLeast size: UInt64) -> Hole? {
        let holes = sections[section.index].bySize
        let place = holes.firstIndexFromSorted { $0.size >= size }
        return place < holes.count ? holes[place] : nil
    }

    /// The hole that begins at `offset`.
    public func hole(_ section: SectionID, startingAt offset: UInt64) -> Hole? {
        let holes = sections[section.index].byOffset
        let place = holes.firstIndexFromSorted { $0.offset >= offset }
        return place < holes.count && holes[place].offset == offset ? holes[place] : nil
    }

    /// The hole whose first byte after it is at `offset`.
    public func hole(_ section: SectionID, endingAt offset: UInt64) -> Hole? {
        let holes = sections[section.index].byOffset
        let place = holes.firstIndexFromSorted { $0.offset >= offset }
        return place > 0 && holes[place - 1].end == offset ? holes[place - 1] : nil
    }

    /// Adds a hole.
    public func insert(_ hole: Hole, _ section: SectionID) {
        let place = sections[section.index].byOffset.firstIndexFromSorted { $0.offset >= hole.offset }
        sections[section.index].byOffset.insert(hole, at: place)
        let rank = sections[section.index].bySize.firstIndexFromSorted { !Self.isSmaller($0, hole) }
        sections[section.index].bySize.insert(hole, at: rank)
    }

    /// Takes out a hole.
    public func remove(_ hole: Hole, _ section: SectionID) {
        let place = sections[section.index].byOffset.firstIndexFromSorted { $0.offset >= hole.offset }
        let rank = sections[section.index].bySize.firstIndexFromSorted { !Self.isSmaller($0, hole) }
        guard place < sections[section.index].byOffset.count, sections[section.index].byOffset[place] == hole else {
            return
        }
        sections[section.index].byOffset.remove(at: place)
        sections[section.index].bySize.remove(at: rank)
    }

    private static func isSmaller(_ a: Hole, _ b: Hole) -> Bool {
        (a.size, a.offset) < (b.size, b.offset)
    }
}

extension Array {
    /// Index of the first element that `isInUpperPart`, in an array sorted so that all such elements come last; its
    /// count if there is none.
    func firstIndexFromSorted(_ isInUpperPart: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isInUpperPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
