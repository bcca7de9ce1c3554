extension Digest {
    /// The digest of `bytes`, at any alignment. Allocates nothing for up to 1024 bytes: they are one chunk, which is the
    /// root.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        guard bytes.count <= Chunk.byteCount else {
            var hasher = BLAKE3Hasher()
            hasher.update(bytes)
            return hasher.digest()
        }
        var chunk = Chunk(counter: 0)
        chunk.append(bytes)
        return Digest(root: chunk.node)
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digests of `parts` of `bytes`, each by itself. Those of at most 1024 bytes are hashed four at a time, which
    /// takes less than half of the time if they are of about one length.
    public static func hashes(of parts: [Range<Int>], in bytes: UnsafeRawBufferPointer) -> [Digest] {
        var digests = Array(repeating: Digest(), count: parts.count)
        func part(_ place: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[parts[place]]) }
        var places = InlineArray<4, Int>(repeating: 0)
        var count = 0
        for place in parts.indices {
            guard parts[place].count <= Chunk.byteCount else {
                digests[place] = hash(part(place))
                continue
            }
            places[count] = place
            count &+= 1
            guard count == places.count else { continue }
            let roots = FourChunks.rootHashes(of: InlineArray { part(places[$0]) })
            for lane in places.indices { digests[places[lane]] = Digest(rootHash: roots[lane]) }
            count = 0
        }
        for rest in 0..<count { digests[places[rest]] = hash(part(places[rest])) }
        return digests
    }

    /// The digest of the input whose tree has `root` at its top.
    init(root: Node) { self.init(rootHash: root.rootHash) }

    private init(rootHash words: ChainingValue) {
        self.init(
            low: UInt64(words[0]) | UInt64(words[1]) &<< 32,
            high: UInt64(words[2]) | UInt64(words[3]) &<< 32)
    }
}
