/// A node of the tree whose last block waits to be compressed, because only then is it known whether the node is the
/// root (section 2.1).
struct Node {
    /// What the node's earlier blocks came to.
    let chaining: ChainingValue
    /// Its last block, zeros after the end.
    let block: MessageBlock<UInt32>
    /// The chunk's number; 0 for a parent.
    let counter: UInt64
    /// Bytes of input in the last block.
    let length: Int
    /// The last block's flags, without `root`.
    let flags: BlockFlags

    /// What the node's parent hashes in its place.
    var chainingValue: ChainingValue {
        compress(chaining, block, counter: counter, length: length, flags: flags)
    }

    /// The first 32 bytes of the hash, if this node is the root. Its counter then numbers the blocks of output
    /// (section 2.6), of which this is the first.
    var rootHash: ChainingValue {
        compress(chaining, block, counter: 0, length: length, flags: flags.union(.root))
    }
}

extension Node {
    /// The node above `left` and `right` (section 2.5).
    init(left: ChainingValue, right: ChainingValue) {
        self.init(
            chaining: initialValue, block: MessageBlock(left: left, right: right),
            counter: 0, length: Chunk.blockByteCount, flags: .parent)
    }
}
