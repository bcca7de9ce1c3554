import BLAKE3
import Cache
import ZIR

/// Runs of a large file's text: how they are made, and compared with the text that there is later.
enum TextRuns {
    /// Which files have runs, and how long these are.
    struct Limits {
        /// Bytes of the smallest file that has any.
        var fileSize = 512 << 10
        /// The fewest declarations of a run that is not the only one.
        var declarations = declarationsPerPage
    }

    /// Where a declaration begins.
    struct Start {
        var offset: UInt32
        var position: FilePosition
        var page: PageNumber
    }

    /// How many runs a processor hashes at once.
    private static let runsPerJob = 32

    /// Cuts the text in `range`, which has `lines` and begins with one, into runs. `starts` are those of its declarations, in
    /// their order.
    static func cut(
        _ bytes: [UInt8], _ range: Range<Int>, lines: Range<UInt32>, _ starts: [Start], _ limits: Limits
    ) -> [TextRun] {
        guard !range.isEmpty else { return [] }
        var runs: [TextRun] = []
        var ranges: [Range<Int>] = []
        var begin = (offset: range.lowerBound, line: lines.lowerBound)
        var count = 0
        var pages: [PageNumber] = []
        // A list alone would be searched for each declaration, and in a text of one line all are of one run.
        var known: Set<PageNumber> = []
        func end(at offset: Int, line: UInt32) {
            ranges.append(begin.offset..<offset)
            runs.append(
                TextRun(
                    byteCount: UInt32(truncatingIfNeeded: offset - begin.offset), lineCount: line &- begin.line,
                    hash: 0, pages: pages))
            begin = (offset, line)
            count = 0
            pages = []
            known = []
        }
        for (place, start) in starts.enumerated() {
            // The last run takes what is too little for one more.
            let isEnough = count >= limits.declarations && starts.count - place >= limits.declarations
            if isEnough && start.position.column == 0 { end(at: Int(start.offset), line: start.position.line) }
            count += 1
            if start.page != pages.last && known.insert(start.page).inserted { pages.append(start.page) }
        }
        end(at: range.upperBound, line: lines.upperBound)
        for (place, hash) in hashes(of: ranges, in: bytes).enumerated() { runs[place].hash = hash }
        return runs
    }

    /// Whether `runs` are what they say of `bytes`, in whose text declarations of these pages begin at these offsets.
    static func are(_ runs: [TextRun], of bytes: [UInt8], _ places: [(offset: Int, page: PageNumber)]) -> Bool {
        var rest = places.sorted { $0.offset < $1.offset }[...]
        var start = 0
        let isRight = runs.allSatisfy { run in
            let range = start..<start + Int(run.byteCount)
            start = range.upperBound
            guard range.upperBound <= bytes.count else { return false }
            let text = bytes[range]
            let inside = rest.prefix { $0.offset < range.upperBound }
            rest = rest[inside.endIndex...]
            let pages = Set(run.pages)
            return isLineStart(range.lowerBound, in: bytes)
                && text.count { $0 == UInt8(ascii: "\n") } == run.lineCount && Digest.hash(text).low == run.hash
                && inside.allSatisfy { pages.contains($0.page) }
        }
        return isRight && start == bytes.count
    }

    /// Whether a line begins at `offset`.
    static func isLineStart(_ offset: Int, in bytes: [UInt8]) -> Bool {
        offset == 0 || bytes[offset - 1] == UInt8(ascii: "\n")
    }

    /// The hashes of parts of `bytes`.
    static func hashes(of ranges: [Range<Int>], in bytes: [UInt8]) -> [UInt64] {
        WorkAhead.results(of: ranges.jobs(of: runsPerJob)) { ranges in ranges.map { Digest.hash(bytes[$0]).low } }
            .flatMap { $0 }
    }
}

/// What is not as the runs of a file say.
struct TextChange: Sendable {
    /// The runs that are not in the text any more.
    let runs: Range<Int>
    /// What stands in their place.
    let bytes: Range<Int>
    /// Where they stood.
    let before: Range<Int>
    /// How much further stands what follows.
    var shift: Int { bytes.count - before.count }
    /// The line in which they began, and what stands there now begins.
    let line: UInt32
    /// The declarations that stand there now; offsets and lines are those in the file.
    let scan: ScanResult

    /// Compares `bytes` with the runs of what the file was. Nil if more than half of it is other, or if the declarations in
    /// the rest may be other ones because of what stands there now.
    init?(_ bytes: [UInt8], _ runs: [TextRun]) {
        // Lines are numbered by 32 bits; a damaged cache may have more of them.
        guard runs.reduce(0, { $0 + Int($1.lineCount) }) <= Int(UInt32.max) else { return nil }
        var starts = [0]
        for run in runs { starts.append(starts[starts.count - 1] + Int(run.byteCount)) }
        let before = starts[runs.count]
        let shift = bytes.count - before
        // Without a shift all runs stand where they stood.
        let split = shift == 0 ? nil : TextChange.split(bytes, starts)
        let places = runs.indices.map { place in
            let isShifted = split.map { place >= $0 } ?? false
            let offset = starts[place] + (isShifted ? shift : 0)
            return max(min(offset, bytes.count), 0)..<max(min(offset + Int(runs[place].byteCount), bytes.count), 0)
        }
        let hashes = TextRuns.hashes(of: places, in: bytes)
        let others = runs.indices.filter { hashes[$0] != runs[$0].hash }
        guard let first = [others.first, split].compactMap({ $0 }).min(),
            let last = [others.last.map { $0 + 1 }, split].compactMap({ $0 }).max()
        else { return nil }
        let (start, end) = (starts[first], starts[last] + shift)
        guard start <= end, end - start <= max(bytes.count / 2, SourceText.pieceSize) else { return nil }
        // It begins in a line of its own, and so does what follows still.
        guard TextRuns.isLineStart(start, in: bytes), end == bytes.count || TextRuns.isLineStart(end, in: bytes) else {
            return nil
        }
        self.runs = first..<last
        self.bytes = start..<end
        self.before = start..<starts[last]
        line = runs[..<first].reduce(0) { $0 &+ $1.lineCount }
        var scan = ScanResult()
        scan.lineCount = line
        scan.append(bytes.withUnsafeBytes { Scanner.scan($0, start..<end) })
        self.scan = scan
        // Were it open at its end, it would take what follows in.
        guard scan.diagnostics.isEmpty, scan.declarations.allSatisfy(\.isComplete) else { return nil }
    }

    /// Where the runs stop to stand where they stood and begin to stand somewhat further, by the look of their first bytes.
    /// That it is right is not sure; if it is not, more runs seem changed than did.
    private static func split(_ bytes: [UInt8], _ starts: [Int]) -> Int {
        starts.indices.dropFirst().first { place in
            let start = starts[place]
            return start >= bytes.count || !TextRuns.isLineStart(start, in: bytes) || bytes[start] != UInt8(ascii: "@")
        } ?? starts.count - 1
    }
}
