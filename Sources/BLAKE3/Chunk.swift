/// A leaf of the tree: up to 1024 bytes of input, hashed block by block as they come (sections 2.4 and 5.1.1).
///
/// The last block is never compressed here, however full: it takes flags that depend on whether more follows.
struct Chunk {
    /// Bytes in every chunk but the last.
    static let byteCount = 1024
    /// Bytes in every block but the last of the last chunk.
    static let blockByteCount = 64

    /// Its place among the chunks.
    let counter: UInt64
    /// What the compressed blocks came to.
    private var chaining = initialValue
    private var compressedBlocks = 0
    /// The block being filled; zeros from `filled` on.
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var filled = 0

    /// An empty chunk.
    init(counter: UInt64) { self.counter = counter }

    /// Bytes added so far.
    var length: Int { compressedBlocks &* Self.blockByteCount &+ filled }

    /// The flags of the block of that number, but for `root`.
    static func flags(ofBlock number: Int, isLast: Bool) -> BlockFlags {
        var flags: BlockFlags = []
        if number == 0 { flags.insert(.chunkStart) }
        if isLast { flags.insert(.chunkEnd) }
        return flags
    }

    /// Adds `bytes`, which must fit in what is left of the chunk.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        assert(bytes.count <= Self.byteCount - length)
        guard let start = bytes.baseAddress else { return }
        var taken = 0
        while taken < bytes.count {
            if filled == Self.blockByteCount { compressFilledBlock() }
            let rest = bytes.count &- taken
            if filled == 0 && rest > Self.blockByteCount {
                compressBlock(MessageBlock(at: start + taken))
                taken &+= Self.blockByteCount
            } else {
                let count = min(rest, Self.blockByteCount &- filled)
                fill(start + taken, count: count)
                taken &+= count
            }
        }
    }

    /// The chunk as a node.
    var node: Node {
        Node(
            chaining: chaining, block: filledBlock, counter: counter, length: filled,
            flags: Self.flags(ofBlock: compressedBlocks, isLast: true))
    }

    private var filledBlock: MessageBlock<UInt32> {
        withUnsafePointer(to: block) { MessageBlock(at: UnsafeRawPointer($0)) }
    }

    private mutating func fill(_ bytes: UnsafeRawPointer, count: Int) {
        withUnsafeMutableBytes(of: &block) { block in
            let free = UnsafeMutableRawBufferPointer(rebasing: block[filled...])
            free.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: count))
        }
        filled &+= count
    }

    private mutating func compressFilledBlock() {
        compressBlock(filledBlock)
        block = InlineArray(repeating: 0)
        filled = 0
    }

    private mutating func compressBlock(_ block: MessageBlock<UInt32>) {
        chaining = compress(
            chaining, block, counter: counter, length: Self.blockByteCount,
            flags: Self.flags(ofBlock: compressedBlocks, isLast: false))
        compressedBlocks &+= 1
    }
}
