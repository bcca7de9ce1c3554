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

    /// By number.
    private var pages: [Page] = []

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

    /// All that is written below `limit`, ascending, neighbours as one: steps for a section that begins at `start` of the
    /// file.
    func writes(below limit: UInt64, at start: UInt64 = 0) -> [PatchStep] {
        var writes: [PatchStep] = []
        var offset: UInt64 = 0
        var bytes: [UInt8] = []
        for page in pages {
            for run in page.runs {
                let runStart = page.number * Self.pageSize + UInt64(run.lowerBound)
                guard runStart < limit else { break }
                let count = Int(min(UInt64(run.count), limit - runStart))
                let content = page.content.read(run.lowerBound..<(run.lowerBound + count))
                if offset + UInt64(bytes.count) == runStart {
                    bytes += content
                } else {
                    if !bytes.isEmpty { writes.append(.write(offset: start + offset, bytes: bytes)) }
                    (offset, bytes) = (runStart, content)
                }
            }
        }
        if !bytes.isEmpty { writes.append(.write(offset: start + offset, bytes: bytes)) }
        return writes
    }

    private mutating func place(ofPage number: UInt64) -> Int {
        let place = pages.firstIndexFromSorted { $0.number >= number }
        if place < pages.count, pages[place].number == number { return place }
        var page = Page(number: number)
        page.content.grow(to: Int(Self.pageSize))
        pages.insert(page, at: place)
        return place
    }

    private func pagesTouching(_ range: Range<UInt64>) -> ArraySlice<Page> {
        guard !range.isEmpty else { return [] }
        let first = pages.firstIndexFromSorted { $0.number >= range.lowerBound / Self.pageSize }
        return pages[first...].prefix { $0.number <= (range.upperBound - 1) / Self.pageSize }
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
