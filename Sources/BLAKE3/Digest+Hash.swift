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

    /// The digest of the input whose tree has `root` at its top.
    init(root: Node) {
        let words = root.rootHash
        self.init(
            low: UInt64(words[0]) | UInt64(words[1]) &<< 32,
            high: UInt64(words[2]) | UInt64(words[3]) &<< 32)
    }
}
