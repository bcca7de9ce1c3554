/// The roots of the whole subtrees to the left of the current chunk, largest first: one for each bit that is set in the
/// number of chunks before it (section 5.1.2).
struct SubtreeStack {
    private var roots: [ChainingValue] = []

    /// Adds the chunk that makes the input `chunkCount` chunks long, and merges the subtrees it completes: one for each
    /// zero at the end of that number. Or a whole subtree of 2 to the power of `height` chunks.
    mutating func push(_ chunk: ChainingValue, chunkCount: UInt64, height: Int = 0) {
        var root = chunk
        for _ in height..<max(chunkCount.trailingZeroBitCount, height) {
            guard let left = roots.popLast() else { break }
            root = Node(left: left, right: root).chainingValue
        }
        roots.append(root)
    }

    /// The root of the whole tree, when `last` is the last chunk.
    func root(above last: Node) -> Node {
        var node = last
        for left in roots.reversed() {
            node = Node(left: left, right: node.chainingValue)
        }
        return node
    }
}
