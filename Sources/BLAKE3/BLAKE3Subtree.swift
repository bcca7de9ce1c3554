/// The hash of a part of a long input, which may be computed before and beside what stands around it: a whole subtree
/// of the tree of section 2.1.
public struct BLAKE3Subtree: Sendable {
    static let height = 8
    static let chunkCount: UInt64 = 1 << height

    /// Bytes of each part but the last, for which there is no subtree.
    public static let byteCount = Int(chunkCount) * Chunk.byteCount

    /// The number of its first chunk in the whole input.
    let firstChunk: UInt64
    let chainingValue: ChainingValue

    /// The hash of part `number` of the input: `byteCount` bytes from `number * byteCount` on.
    public init(_ bytes: UnsafeRawBufferPointer, number: Int) {
        precondition(bytes.count == Self.byteCount)
        firstChunk = UInt64(number) * Self.chunkCount
        var hasher = BLAKE3Hasher(behind: firstChunk)
        hasher.update(bytes)
        chainingValue = hasher.chainingValue
    }
}
