extension Digest {
    /// The digest of `bytes`, at any alignment. Allocates nothing for up to 1024 bytes: they are one chunk, which is the
    /// root.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        if bytes.count <= Chunk.byteCount {
            var chunk = Chunk(counter: 0)
            chunk.append(bytes)
            return Digest(root: chunk.node)
        }
        if bytes.count <= EightChunks.count &* Chunk.byteCount, let root = root(of: bytes) { return Digest(root: root) }
        var hasher = BLAKE3Hasher()
        hasher.update(bytes)
        return hasher.digest()
    }

    /// The root of the tree of more than one chunk and at most eight, all of which are hashed at once.
    private static func root(of bytes: UnsafeRawBufferPointer) -> Node? {
        let values = EightChunks.chainingValues(of: bytes)
        let last = lastChunk(of: bytes)
        var subtrees = SubtreeStack()
        for number in 0..<last { subtrees.push(values[number], chunkCount: UInt64(number &+ 1)) }
        return subtrees.root(above: values[last])
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digests of `parts` of `bytes`, each by itself. Those of at most eight chunks are hashed eight at a time, which
    /// takes about as long as one of them if they are of about one length.
    public static func hashes(of parts: [Range<Int>], in bytes: UnsafeRawBufferPointer) -> [Digest] {
        var digests = Array(repeating: Digest(), count: parts.count)
        func part(_ place: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[parts[place]]) }
        var places = InlineArray<8, Int>(repeating: 0)
        var count = 0
        func hashLanes() {
            let roots = EightChunks.rootHashes(of: InlineArray { part(places[min($0, count &- 1)]) })
            for lane in 0..<count { digests[places[lane]] = Digest(rootHash: roots[lane]) }
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
        if count > 1 { hashLanes() } else if count > 0 { digests[places[0]] = hash(part(places[0])) }
        for start in stride(from: 0, to: trees.count, by: EightChunks.count) {
            let places = trees[start..<min(start &+ EightChunks.count, trees.count)]
            for (place, digest) in zip(places, treeHashes(of: places.map(part))) { digests[place] = digest }
        }
        return digests
    }

    /// The digests of at most eight inputs, each of more than a chunk: of all of them chunk by chunk at once.
    private static func treeHashes(of inputs: [UnsafeRawBufferPointer]) -> [Digest] {
        let longest = inputs.max { $0.count < $1.count }
        guard let longest, longest.count <= EightChunks.count &* Chunk.byteCount else { return inputs.map { hash($0) } }
        var digests = Array(repeating: Digest(), count: inputs.count)
        var subtrees = Array(repeating: SubtreeStack(), count: inputs.count)
        for number in 0...lastChunk(of: longest) {
            let values = EightChunks.chainingValues(number: number) { lane in
                lane < inputs.count && number <= lastChunk(of: inputs[lane]) ? inputs[lane] : longest
            }
            for lane in inputs.indices where number <= lastChunk(of: inputs[lane]) {
                if number < lastChunk(of: inputs[lane]) {
                    subtrees[lane].push(values[lane], chunkCount: UInt64(number &+ 1))
                } else if let root = subtrees[lane].root(above: values[lane]) {
                    digests[lane] = Digest(root: root)
                }
            }
        }
        return digests
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
