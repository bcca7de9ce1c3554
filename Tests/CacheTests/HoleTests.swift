import Testing

@testable import Cache

/// The questions that the linker asks about free room.
@Suite struct HoleTests {
    private let folder: TemporaryFolder
    private let store: CacheStore

    init() throws {
        folder = try TemporaryFolder()
        store = try CacheStore.create(folder.cache)
    }

    private static let holes = [
        HoleRow(section: 1, offset: 0, size: 16), HoleRow(section: 1, offset: 100, size: 8),
        HoleRow(section: 1, offset: 200, size: 16), HoleRow(section: 1, offset: 300, size: 64),
        HoleRow(section: 2, offset: 100, size: 24), HoleRow(section: 255, offset: 1 << 40, size: 1 << 41),
    ]

    private func fill() throws {
        for hole in Self.holes.reversed() { try store.putHole(hole) }
    }

    @Test func allInOrder() throws {
        try fill()
        #expect(try store.holes() == Self.holes)
        try store.removeAllHoles()
        #expect(try store.holes().isEmpty)
    }

    @Test(
        arguments: [
            (1, 0, 100), (1, 1, 100), (1, 8, 100), (1, 9, 0), (1, 16, 0), (1, 17, 300), (1, 64, 300), (1, 65, nil),
            (2, 24, 100), (2, 25, nil), (3, 1, nil), (255, 1 << 41, 1 << 40), (1, UInt64.max, nil),
        ] as [(UInt8, UInt64, UInt64?)])
    func bestFitIsSmallestThenLowest(section: UInt8, size: UInt64, offset: UInt64?) throws {
        try fill()
        #expect(try store.bestHole(in: section, size: size)?.offset == offset)
    }

    @Test(
        arguments: [
            (1, 0, 16), (1, 100, 8), (1, 101, nil), (1, 99, nil), (2, 100, 24), (2, 200, nil), (1, UInt64.max, nil),
        ] as [(UInt8, UInt64, UInt64?)])
    func startingAt(section: UInt8, offset: UInt64, size: UInt64?) throws {
        try fill()
        #expect(try store.hole(in: section, startingAt: offset)?.size == size)
    }

    @Test(
        arguments: [
            (1, 16, 0), (1, 108, 100), (1, 107, nil), (1, 109, nil), (1, 0, nil), (1, 364, 300), (2, 124, 100),
            (2, 216, nil), (3, 16, nil), (1, UInt64.max, nil),
        ] as [(UInt8, UInt64, UInt64?)])
    func endingAt(section: UInt8, end: UInt64, offset: UInt64?) throws {
        try fill()
        #expect(try store.hole(in: section, endingAt: end)?.offset == offset)
    }

    @Test func putReplacesAndRemoveRemoves() throws {
        try fill()
        try store.putHole(HoleRow(section: 1, offset: 100, size: 9))
        #expect(try store.bestHole(in: 1, size: 8)?.size == 9)
        try store.removeHole(in: 1, startingAt: 100)
        #expect(try store.bestHole(in: 1, size: 8)?.offset == 0)
        try store.removeHole(in: 1, startingAt: 100)
        #expect(try store.holes().count == Self.holes.count - 1)
    }

    /// Sizes on both sides of the largest that a record's number has room for.
    @Test func largeHoles() throws {
        let large: UInt64 = 1 << 18 - 1
        let sizes = [large - 2, large - 1, large, large + 1, large, 1 << 30, 3 * large]
        let holes = sizes.enumerated().map { place, size in
            HoleRow(section: 4, offset: UInt64(place) << 26, size: size)
        }
        for hole in holes { try store.putHole(hole) }
        let wanted: [UInt64] = [1, large - 1, large, large + 1, large + 2, 3 * large, 3 * large + 1, 1 << 30, 1 << 31]
        for size in wanted {
            let expected = holes.filter { $0.size >= size }.min { ($0.size, $0.offset) < ($1.size, $1.offset) }
            #expect(try store.bestHole(in: 4, size: size) == expected)
        }
        #expect(try store.bestHole(in: 3, size: 1) == nil)
        #expect(try store.holes() == holes)
        #expect(try store.integrityProblem() == nil)
    }

    /// The sum of what has bytes in the file, kept and not kept.
    @Test func freeRoom() throws {
        try store.putMeta(MetaRow())
        #expect(!store.isFreeRoomOther)
        for (section, size) in [(4, 16), (4, 300_000), (5, 1), (7, 1000)] as [(UInt8, UInt64)] {
            try store.putHole(HoleRow(section: section, offset: size * 2, size: size))
        }
        #expect(store.isFreeRoomOther)
        #expect(try store.freeRoom() == 300_017)
        try store.commit()
        #expect(!store.isFreeRoomOther)
        #expect(try store.freeRoom() == 300_017)
        try store.begin()
        try store.removeHole(in: 4, startingAt: 32)
        #expect(try store.freeRoom() == 300_001)
        try store.rollback()
        #expect(try store.freeRoom() == 300_017)
    }

    /// A thousand random questions, answered by looking at all holes.
    @Test func agreesWithAScan() throws {
        var generator = SeededGenerator(seed: 7)
        var holes: [HoleRow] = []
        var offset: UInt64 = 0
        for _ in 0..<200 {
            offset += UInt64.random(in: 1..<50, using: &generator)
            let hole = HoleRow(section: 4, offset: offset, size: UInt64.random(in: 1..<20, using: &generator))
            offset += hole.size
            holes.append(hole)
            try store.putHole(hole)
        }
        for _ in 0..<1000 {
            let size = UInt64.random(in: 1..<22, using: &generator)
            let expected = holes.filter { $0.size >= size }.min { ($0.size, $0.offset) < ($1.size, $1.offset) }
            #expect(try store.bestHole(in: 4, size: size) == expected)
            let end = UInt64.random(in: 0..<offset + 5, using: &generator)
            #expect(try store.hole(in: 4, endingAt: end) == holes.first { $0.offset + $0.size == end })
        }
    }
}
