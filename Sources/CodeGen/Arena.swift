/// Memory for the tables about one function, handed out piece by piece and taken back all at once: the next function has
/// it again.
///
/// A table is good until the next `reset`. Whoever keeps a table keeps its arena.
final class Arena {
    private var block: UnsafeMutableRawPointer
    private var size: Int
    private var used = 0
    /// Blocks before this one, which were too small.
    private var fullBlocks: [UnsafeMutableRawPointer] = []

    /// Enough for the tables about a function of some hundred instructions.
    private static let usualSize = 1 << 16
    /// What suits all that a table may hold.
    private static let alignment = 16

    init() {
        size = Arena.usualSize
        block = .allocate(byteCount: size, alignment: Arena.alignment)
    }

    deinit {
        reset()
        block.deallocate()
    }

    /// Takes all memory back. What a large function needed is not kept for small ones.
    func reset() {
        used = 0
        if fullBlocks.isEmpty { return }
        for block in fullBlocks { block.deallocate() }
        fullBlocks.removeAll()
        replaceBlock(size: Arena.usualSize)
    }

    /// A table of `count` rows that are all `row`.
    @inline(__always)
    func table<Row: BitwiseCopyable>(_ count: Int, of row: Row) -> Table<Row> {
        let rows: UnsafeMutablePointer<Row> = take(count)
        rows.initialize(repeating: row, count: count)
        return Table(UnsafeMutableBufferPointer(start: rows, count: count))
    }

    /// A table of `count` rows to be written before they are read.
    @inline(__always)
    func table<Row: BitwiseCopyable>(roomFor count: Int) -> Table<Row> {
        Table(UnsafeMutableBufferPointer(start: take(count), count: count))
    }

    /// Room for the numbers of up to `count` instructions.
    @inline(__always)
    func list(_ count: Int) -> Table<Int32> { table(roomFor: count) }

    /// A table of `count` rows, each made by `row` from its number.
    @inline(__always)
    func table<Row: BitwiseCopyable>(_ count: Int, _ row: (Int) -> Row) -> Table<Row> {
        let rows: UnsafeMutablePointer<Row> = take(count)
        for index in 0..<count { (rows + index).initialize(to: row(index)) }
        return Table(UnsafeMutableBufferPointer(start: rows, count: count))
    }

    /// A table with the rows of `source`.
    func table<Row: BitwiseCopyable>(_ source: UnsafeBufferPointer<Row>) -> Table<Row> {
        if source.isEmpty { return .empty }
        let rows: UnsafeMutablePointer<Row> = take(source.count)
        if let first = source.baseAddress { rows.initialize(from: first, count: source.count) }
        return Table(UnsafeMutableBufferPointer(start: rows, count: source.count))
    }

    @inline(__always)
    private func take<Row>(_ count: Int) -> UnsafeMutablePointer<Row> {
        // A table is not larger than some copies of what is in memory already: no sum here is too large.
        let bytes = (count &* MemoryLayout<Row>.stride &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
        if bytes > size &- used { makeRoom(bytes) }
        defer { used &+= bytes }
        return (block + used).bindMemory(to: Row.self, capacity: count)
    }

    @inline(never)
    private func makeRoom(_ bytes: Int) {
        fullBlocks.append(block)
        size = max(2 * size, bytes)
        block = .allocate(byteCount: size, alignment: Arena.alignment)
        used = 0
    }

    private func replaceBlock(size: Int) {
        block.deallocate()
        self.size = size
        block = .allocate(byteCount: size, alignment: Arena.alignment)
    }
}

/// Rows of plain data, in an `Arena` for the most part. A copy is the same rows: it costs nothing and counts no references.
///
/// Indices are the generator's own, never taken from a program; so they are checked in debug builds only.
struct Table<Row: BitwiseCopyable>: BitwiseCopyable {
    fileprivate let rows: UnsafeMutableBufferPointer<Row>

    fileprivate init(_ rows: UnsafeMutableBufferPointer<Row>) { self.rows = rows }

    /// The rows of somebody else, which are only read.
    init(lent rows: UnsafeBufferPointer<Row>) { self.rows = UnsafeMutableBufferPointer(mutating: rows) }

    /// No rows.
    static var empty: Table { Table(UnsafeMutableBufferPointer(start: nil, count: 0)) }

    /// The rows in `range`, counted from 0 again.
    func part(_ range: Range<Int>) -> Table { Table(UnsafeMutableBufferPointer(rebasing: rows[range])) }
}

extension Table: RandomAccessCollection {
    var startIndex: Int { 0 }
    @inline(__always)
    var endIndex: Int { rows.count }

    /// The row itself, not a copy: changing a part of a row touches that part only, without a coroutine.
    @inline(__always)
    subscript(index: Int) -> Row {
        unsafeAddress { UnsafePointer(address(of: index)) }
        nonmutating unsafeMutableAddress { address(of: index) }
    }

    @inline(__always)
    private func address(of index: Int) -> UnsafeMutablePointer<Row> {
        assert(index >= 0 && index < rows.count)
        return rows.baseAddress.unsafelyUnwrapped + index
    }
}
