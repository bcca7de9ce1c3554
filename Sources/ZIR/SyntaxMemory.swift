/// A piece of memory that parsed forms stand in; it goes when the last of them does.
final class SyntaxBlock: @unchecked Sendable {
    let start: UnsafeMutableRawPointer

    init(byteCount: Int) {
        start = .allocate(byteCount: byteCount, alignment: SyntaxMemory.alignment)
    }

    deinit { start.deallocate() }
}

/// Where parsed forms get their memory.
///
/// The declarations of a file are parsed by one thread, and let go of by another while the first one parses on or
/// analyses. Freed one by one they kept each other waiting for the lock of one heap, thousands of times in a clean build;
/// so those of a file share blocks.
struct SyntaxMemory {
    /// Every list that a parsed form begins with may begin there.
    static let alignment = 8

    /// So many bytes that another list may begin behind.
    static func rounded(_ byteCount: Int) -> Int { (byteCount + alignment - 1) & -alignment }

    /// Bytes of a block at most, or of more if one form needs more; 0: each form has a block of its own.
    private let largestBlock: Int
    /// So many bytes are still expected to be taken, besides those of the block.
    private var expected: Int
    private var block: SyntaxBlock?
    /// Bytes of the block that are not taken yet, its last ones.
    private var left = 0
    private var next: UnsafeMutableRawPointer?

    /// Bytes of a block at least: what a file leaves of its last one is lost.
    private static let smallestBlock = 4 << 10

    /// For forms that take each a block of its own.
    init() { (largestBlock, expected) = (0, 0) }

    /// For forms that take `expected` bytes together, as far as anybody knows, in blocks of at most `largestBlock`.
    init(expected: Int, largestBlock: Int) {
        self.largestBlock = largestBlock
        self.expected = expected
    }

    /// So many bytes, and the block that is to be kept as long as they are used.
    mutating func take(_ byteCount: Int) -> (block: SyntaxBlock, start: UnsafeMutableRawPointer) {
        let byteCount = Self.rounded(byteCount)
        if let block, let next, byteCount <= left {
            left -= byteCount
            self.next = next + byteCount
            return (block, next)
        }
        let size = max(byteCount, min(largestBlock, max(expected, Self.smallestBlock)))
        expected = max(expected - size, 0)
        let block = SyntaxBlock(byteCount: size)
        if size - byteCount >= left {
            self.block = block
            left = size - byteCount
            next = block.start + byteCount
        }
        return (block, block.start)
    }
}
