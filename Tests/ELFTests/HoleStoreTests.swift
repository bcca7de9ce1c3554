import Testing

@testable import ELF

/// Holes in memory, against a plain list.
@Suite struct HoleStoreTests {
    @Test func bestFitIsTheSmallestAndThenTheLowest() {
        let store = MemoryHoleStore()
        for hole in [Hole(offset: 96, size: 16), Hole(offset: 0, size: 32), Hole(offset: 64, size: 16)] {
            store.insert(hole, .text)
        }
        #expect(store.bestFit(.text, atLeast: 1) == Hole(offset: 64, size: 16))
        #expect(store.bestFit(.text, atLeast: 17) == Hole(offset: 0, size: 32))
        #expect(store.bestFit(.text, atLeast: 33) == nil)
        #expect(store.bestFit(.data, atLeast: 1) == nil)
    }

    @Test func neighboursAreFound() {
        let store = MemoryHoleStore()
        store.insert(Hole(offset: 32, size: 16), .data)
        #expect(store.hole(.data, startingAt: 32) == Hole(offset: 32, size: 16))
        #expect(store.hole(.data, endingAt: 48) == Hole(offset: 32, size: 16))
        #expect(store.hole(.data, startingAt: 48) == nil)
        #expect(store.hole(.data, endingAt: 32) == nil)
    }

    @Test func removingWhatIsNotThereChangesNothing() {
        let store = MemoryHoleStore()
        store.insert(Hole(offset: 32, size: 16), .data)
        store.remove(Hole(offset: 32, size: 8), .data)
        store.remove(Hole(offset: 40, size: 8), .data)
        #expect(store.holes(.data) == [Hole(offset: 32, size: 16)])
    }

    @Test(arguments: 1...4) func agreesWithAPlainList(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let store = MemoryHoleStore()
        var list: [Hole] = []
        for _ in 0..<2000 {
            let offset = UInt64.random(in: 0..<300, using: &numbers) * 64
            if let old = list.first(where: { $0.offset == offset }) {
                store.remove(old, .rodata)
                list.removeAll { $0 == old }
            } else {
                let hole = Hole(offset: offset, size: UInt64.random(in: 1...8, using: &numbers) * 8)
                store.insert(hole, .rodata)
                list.append(hole)
            }
            let size = UInt64.random(in: 0...70, using: &numbers)
            let best = list.filter { $0.size >= size }.min { ($0.size, $0.offset) < ($1.size, $1.offset) }
            #expect(store.bestFit(.rodata, atLeast: size) == best)
            #expect(store.hole(.rodata, startingAt: offset) == list.first { $0.offset == offset })
            #expect(store.hole(.rodata, endingAt: offset + 8) == list.first { $0.end == offset + 8 })
        }
        #expect(store.holes(.rodata) == list.sorted { $0.offset < $1.offset })
    }
}
