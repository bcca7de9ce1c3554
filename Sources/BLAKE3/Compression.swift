/// Eight words that stand for all the input below a node of the tree.
typealias ChainingValue = InlineArray<8, UInt32>

/// IV, the chaining value that every node starts with in hash mode (section 2.2, table 1).
let initialValue: ChainingValue = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
]

/// What a block is within the tree (section 2.2, table 3), for hash mode.
struct BlockFlags: OptionSet {
    let rawValue: UInt32

    /// CHUNK_START: the first block of a chunk.
    static let chunkStart = BlockFlags(rawValue: 1)
    /// CHUNK_END: the last block of a chunk.
    static let chunkEnd = BlockFlags(rawValue: 2)
    /// PARENT: the one block of a parent node.
    static let parent = BlockFlags(rawValue: 4)
    /// ROOT: the last block of the node at the top, whose output is the hash.
    static let root = BlockFlags(rawValue: 8)
}

/// Compresses one block. Not inlined: it is over a thousand instructions, and a call costs nothing next to them.
@inline(never)
func compress(
    _ chaining: ChainingValue, _ block: MessageBlock<UInt32>, counter: UInt64, length: Int, flags: BlockFlags
) -> ChainingValue {
    var state = CompressionState<UInt32>(
        chaining: chaining,
        counterLow: UInt32(truncatingIfNeeded: counter), counterHigh: UInt32(truncatingIfNeeded: counter &>> 32),
        length: UInt32(truncatingIfNeeded: length), flags: flags.rawValue)
    state.mix(block)
    return state.chainingValue
}
