/// BLAKE3 in its hash mode, fed piece by piece. How the input is cut into pieces makes no difference.
///
/// The tree of the paper's section 2.1, built from the left as section 5.1 describes. Allocates nothing for inputs of up
/// to 1024 bytes, and a stack of 32 bytes a level for longer ones.
public struct BLAKE3Hasher: Sendable {
    private var chunk = Chunk(counter: 0)
    private var subtrees = SubtreeStack()

    /// A hasher of the empty input.
    public init() {}

    /// A hasher of what stands behind `chunkCount` chunks.
    init(behind chunkCount: UInt64) { chunk = Chunk(counter: chunkCount) }

    /// Adds the bytes that `subtree` is of. They must not be the last, and what was added before must be as long as what
    /// stands before them.
    public mutating func update(_ subtree: BLAKE3Subtree) {
        if chunk.length == Chunk.byteCount { finishChunk(chunk.node.chainingValue) }
        precondition(chunk.length == 0 && chunk.counter == subtree.firstChunk)
        let next = subtree.firstChunk &+ BLAKE3Subtree.chunkCount
        subtrees.push(subtree.chainingValue, chunkCount: next, height: BLAKE3Subtree.height)
        chunk = Chunk(counter: next)
    }

    /// Adds `bytes`, at any alignment.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            // Only input after it tells that a full chunk is not the root.
            if chunk.length == Chunk.byteCount { finishChunk(chunk.node.chainingValue) }
            let wholeChunks = min((rest.count &- 1) / Chunk.byteCount, EightChunks.count)
            if chunk.length == 0, wholeChunks > 1, let start = rest.baseAddress {
                finishChunks(wholeChunks, at: start)
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(wholeChunks &* Chunk.byteCount))
            } else {
                let count = min(rest.count, Chunk.byteCount &- chunk.length)
                chunk.append(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    /// Adds `bytes`.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds `bytes`.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the bytes of `integer`, lowest first.
    @inlinable
    public mutating func update(integer: some FixedWidthInteger) {
        withUnsafeBytes(of: integer.littleEndian) { update($0) }
    }

    /// The hash of what was added so far: 32 bytes. More may be added afterwards.
    public func finalize() -> [UInt8] {
        let words = root.rootHash
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in words.indices {
            withUnsafeBytes(of: words[index].littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// What the parent of the tree of what was added hashes in its place, if it has one.
    var chainingValue: ChainingValue { root.chainingValue }

    /// The first 16 bytes of the hash of what was added so far.
    public func digest() -> Digest {
        Digest(root: root)
    }

    /// The root of the tree of what was added so far.
    private var root: Node { subtrees.root(above: chunk.node) }

    /// Passes the current chunk's chaining value on, and starts the next chunk.
    private mutating func finishChunk(_ value: ChainingValue) {
        let next = chunk.counter &+ 1
        subtrees.push(value, chunkCount: next)
        chunk = Chunk(counter: next)
    }

    private mutating func finishChunks(_ count: Int, at bytes: UnsafeRawPointer) {
        let values = EightChunks.chainingValues(of: count, at: bytes, counter: chunk.counter)
        for index in 0..<count { finishChunk(values[index]) }
    }
}
