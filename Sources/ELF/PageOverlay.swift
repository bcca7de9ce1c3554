/// What an update writes into one section of an executable that exists: the pages that it touches, and which of their
/// bytes. The last write to a byte counts, and neighbouring writes become one.
struct PageOverlay {
    /// Bytes of a page here; nothing outside depends on it.
    private static let pageSize: UInt64 = 4096

    private struct Page {
        let number: UInt64
        var content = ByteBuffer(fill: 0)
        /// Which bytes are written: ascending, never touching.
        var runs: [Range<Int>] = []
    }

    private var pages: [Page] = []
    private var places: [UInt64: Int] = [:]

    /// Whether nothing is written.
    var isEmpty: Bool { pages.isEmpty }

    /// Writes `content` at `offset` of the section.
    mutating func write(_ content: Span<UInt8>, at offset: UInt64) {
        var done = 0
        while done < content.count {
            let position = offset + UInt64(done)
            let start = Int(position % Self.pageSize)
            let count = min(content.count - done, Int(Self.pageSize) - start)
            let place = place(ofPage: position / Self.pageSize)
            pages[place].content.write(content.extracting(done..<(done + count)), at: start)
            Self.add(start..<(start + count), to: &pages[place].runs)
            done += count
        }
    }

    /// Lays what is written over `bytes`, which the section has at `offset`.
    func apply(to bytes: inout [UInt8], at offset: UInt64) {
        let end = offset + UInt64(bytes.count)
        for page in pagesTouching(offset..<end) {
            let start = page.number * Self.pageSize
            for run in page.runs {
                let lower = max(start + UInt64(run.lowerBound), offset)
                let upper = min(start + UInt64(run.upperBound), end)
                guard lower < upper else { continue }
                let content = page.content.read(Int(lower - start)..<Int(upper - start))
                bytes.replaceSubrange(Int(lower - offset)..<Int(upper - offset), with: content)
            }
        }
    }

    /// Whether all bytes of `range` are written.
    func covers(_ range: Range<UInt64>) -> Bool {
        var written: UInt64 = 0
        for page in pagesTouching(range) {
            let start = page.number * Self.pageSize
            for run in page.runs {
                let own = (start + UInt64(run.lowerBound))..<(start + UInt64(run.upperBound))
                written += UInt64(own.clamped(to: range).count)
            }
        }
        return written == UInt64(range.count)
    }

    /// All that is written below `limit`, ascending, neighbours as one.
    func writes(below limit: UInt64) -> [(offset: UInt64, bytes: [UInt8])] {
        var writes: [(offset: UInt64, bytes: [UInt8])] = []
        for page in pages.sorted(by: { $0.number < $1.number }) {
            for run in page.runs {
                let start = page.number * Self.pageSize + UInt64(run.lowerBound)
                guard start < limit else { break }
                let count = Int(min(UInt64(run.count), limit - start))
                let bytes = page.content.read(run.lowerBound..<(run.lowerBound + count))
                if let last = writes.last, last.offset + UInt64(last.bytes.count) == start {
                    writes[writes.count - 1].bytes += bytes
                } else {
                    writes.append((start, bytes))
                }
            }
        }
        return writes
    }

    private mutating func place(ofPage number: UInt64) -> Int {
        if let place = places[number] { return place }
        var page = Page(number: number)
        page.content.grow(to: Int(Self.pageSize))
        pages.append(page)
        places[number] = pages.count - 1
        return pages.count - 1
    }

    private func pagesTouching(_ range: Range<UInt64>) -> [Page] {
        guard !range.isEmpty else { return [] }
        let numbers = (range.lowerBound / Self.pageSize)...((range.upperBound - 1) / Self.pageSize)
        return numbers.compactMap { places[$0].map { pages[$0] } }
    }

    private static func add(_ run: Range<Int>, to runs: inout [Range<Int>]) {
        let first = runs.firstIndexFromSorted { $0.upperBound >= run.lowerBound }
        var last = first
        var merged = run
        while last < runs.count, runs[last].lowerBound <= merged.upperBound {
            merged = min(merged.lowerBound, runs[last].lowerBound)..<max(merged.upperBound, runs[last].upperBound)
            last += 1
        }
        runs.replaceSubrange(first..<last, with: CollectionOfOne(merged))
    }
}
