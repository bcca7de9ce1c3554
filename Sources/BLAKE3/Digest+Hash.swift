extension Digest {
    /// The digest of `bytes`, at any alignment. Allocates nothing for up to 1024 bytes: they are one chunk, which is the
    /// root.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        if bytes.count <= Chunk.byteCount {
            var chunk = Chunk(counter: 0)
            chunk.append(bytes)
            return Digest(root: chunk.node)
        }
        if bytes.count <= EightChunks.count &* Chunk.byteCount {
            return Digest(root: root(above: EightChunks.chainingValues(of: bytes), count: lastChunk(of: bytes) &+ 1))
        }
        var hasher = BLAKE3Hasher()
        hasher.update(bytes)
        return hasher.digest()
    }

    /// The root of the tree of two to eight chunks, which came to `values`. Neighbours are joined until two are left: what
    /// is on the left is as large as it can be then, as section 2.1 wants it.
    private static func root(above values: InlineArray<8, ChainingValue>, count: Int) -> Node {
        var (values, count) = (values, count)
        while count > 2 {
            for pair in 0..<count / 2 {
                values[pair] = Node(left: values[2 &* pair], right: values[2 &* pair &+ 1]).chainingValue
            }
            if count & 1 != 0 { values[count / 2] = values[count &- 1] }
            count = (count &+ 1) / 2
        }
        return Node(left: values[0], right: values[1])
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// Gives `take` the digests of `parts` of `bytes`, each by itself, with the place of its part, in any order. Those of
    /// at most eight chunks are hashed eight at a time, which takes about as long as one of them if they are of about one
    /// length.
    public static func hashes(
        of parts: [Range<Int>], in bytes: UnsafeRawBufferPointer, _ take: (_ place: Int, _ digest: Digest) -> Void
    ) {
        func part(_ place: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[parts[place]]) }
        var places = InlineArray<8, Int>(repeating: 0)
        var count = 0
        func hashLanes() {
            let roots = EightChunks.rootHashes(of: InlineArray { part(places[min($0, count &- 1)]) })
            for lane in 0..<count { take(places[lane], Digest(rootHash: roots[lane])) }
        }
        var trees: [Int] = []
        for place in parts.indices {
            guard parts[place].count <= Chunk.byteCount else {
                trees.append(place)
                continue
            }
            places[count] = place
            count &+= 1
            guard count == places.count else { continue }
            hashLanes()
            count = 0
        }
        if count > 1 { hashLanes() } else if count > 0 { take(places[0], hash(part(places[0]))) }
        for start in stride(from: 0, to: trees.count, by: EightChunks.count) {
            let count = min(EightChunks.count, trees.count &- start)
            let inputs = InlineArray<8, UnsafeRawBufferPointer> { lane in part(trees[start &+ min(lane, count &- 1)]) }
            treeHashes(of: inputs, count) { lane, digest in take(trees[start &+ lane], digest) }
        }
    }

    /// The digests of `count` inputs, each of more than a chunk: of all of them chunk by chunk at once.
    private static func treeHashes(
        of inputs: InlineArray<8, UnsafeRawBufferPointer>, _ count: Int, _ take: (_ lane: Int, _ digest: Digest) -> Void
    ) {
        var longest = inputs[0]
        for lane in 1..<count where inputs[lane].count > longest.count { longest = inputs[lane] }
        guard longest.count <= EightChunks.count &* Chunk.byteCount else {
            for lane in 0..<count { take(lane, hash(inputs[lane])) }
            return
        }
        /// What the chunks of each input came to.
        var values = InlineArray<8, InlineArray<8, ChainingValue>>(repeating: .init(repeating: initialValue))
        for number in 0...lastChunk(of: longest) {
            let chunks = EightChunks.chainingValues(number: number) { lane in
                lane < count && number <= lastChunk(of: inputs[lane]) ? inputs[lane] : longest
            }
            for lane in 0..<count { values[lane][number] = chunks[lane] }
        }
        for lane in 0..<count {
            take(lane, Digest(root: root(above: values[lane], count: lastChunk(of: inputs[lane]) &+ 1)))
        }
    }

    private static func lastChunk(of input: UnsafeRawBufferPointer) -> Int { (input.count &- 1) / Chunk.byteCount }

    /// The digest of the input whose tree has `root` at its top.
    init(root: Node) { self.init(rootHash: root.rootHash) }

    private init(rootHash words: ChainingValue) {
        self.init(
            low: UInt64(words[0]) | UInt64(words[1]) &<< 32,
            high: UInt64(words[2]) | UInt64(words[3]) &<< 32)
    }
}
