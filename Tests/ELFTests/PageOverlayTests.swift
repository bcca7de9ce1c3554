import Testing

@testable import ELF

/// What an update collects, against an array of optional bytes.
@Suite struct PageOverlayTests {
    @Test(arguments: 1...6) func agreesWithAnArray(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var overlay = PageOverlay()
        var expected = [UInt8?](repeating: nil, count: 20_000)
        for _ in 0..<200 {
            let count = Int.random(in: 0...(seed % 2 == 0 ? 30 : 5000), using: &numbers)
            let start = Int.random(in: 0...(expected.count - count), using: &numbers)
            let bytes = (0..<count).map { _ in UInt8.random(in: 1...255, using: &numbers) }
            overlay.write(bytes.span, at: UInt64(start))
            for (position, byte) in bytes.enumerated() { expected[start + position] = byte }
        }
        expectSame(overlay, expected)
        var read = [UInt8](repeating: 0, count: 9000)
        overlay.apply(to: &read, at: 3000)
        #expect(read == expected[3000..<12_000].map { $0 ?? 0 })
        for _ in 0..<100 {
            let start = Int.random(in: 0..<expected.count, using: &numbers)
            let end = Int.random(in: start...min(expected.count, start + 5000), using: &numbers)
            let isCovered = expected[start..<end].allSatisfy { $0 != nil }
            #expect(overlay.covers(UInt64(start)..<UInt64(end)) == isCovered)
        }
    }

    /// The writes are the written bytes, ascending, and do not touch each other.
    private func expectSame(_ overlay: PageOverlay, _ expected: [UInt8?]) {
        for limit in [UInt64(expected.count), 7000] {
            var found = [UInt8?](repeating: nil, count: expected.count)
            var end: UInt64?
            for case .write(let offset, let bytes) in overlay.writes(below: limit) {
                if let end { #expect(offset > end) }
                for (position, byte) in bytes.enumerated() { found[Int(offset) + position] = byte }
                end = offset + UInt64(bytes.count)
            }
            #expect(found[..<Int(limit)] == expected[..<Int(limit)])
            #expect(found[Int(limit)...].allSatisfy { $0 == nil })
        }
    }

    @Test func neighboursBecomeOneWriteAcrossPages() {
        var overlay = PageOverlay()
        let bytes = [UInt8](repeating: 7, count: 100)
        overlay.write(bytes.span, at: 4096)
        overlay.write(bytes.span, at: 3996)
        let all = [UInt8](repeating: 7, count: 200)
        #expect(overlay.writes(below: 10_000) == [.write(offset: 3996, bytes: all)])
        #expect(overlay.writes(below: 4000, at: 8192) == [.write(offset: 8192 + 3996, bytes: [7, 7, 7, 7])])
    }
}
