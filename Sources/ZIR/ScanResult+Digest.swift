import BLAKE3

extension ScanResult {
    /// The digest of the text `bytes`, in which this was found.
    ///
    /// Hashed is, for each declaration, what stands before it, its number of bytes in front, and the hash of the declaration,
    /// which is known already; then what stands behind the last. That can be read back in one way only, so two texts have
    /// one digest only if they are the same.
    public func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var parts = ScratchBuffer<UInt8>()
        parts.reserve((declarations.count + 1) * (MemoryLayout<UInt32>.size + Digest.byteCount))
        var end = 0
        for declaration in declarations {
            let range = declaration.range
            parts.append(gap: UnsafeRawBufferPointer(rebasing: bytes[end..<range.lowerBound]))
            parts.append(declaration.contentHash)
            end = range.upperBound
        }
        parts.append(gap: UnsafeRawBufferPointer(rebasing: bytes[end...]))
        return Digest.hash(UnsafeRawBufferPointer(parts.elements))
    }

    /// The digest of a text whose parts nobody looked for, and that has this hash as a whole: no gap is as long as the
    /// number says that this begins with.
    public static func digest(ofWhole hash: Digest) -> Digest {
        var parts = ScratchBuffer<UInt8>()
        parts.append(count: .max)
        parts.append(hash)
        return Digest.hash(UnsafeRawBufferPointer(parts.elements))
    }
}

extension ScratchBuffer<UInt8> {
    fileprivate mutating func append(gap: UnsafeRawBufferPointer) {
        append(count: UInt32(truncatingIfNeeded: gap.count))
        if !gap.isEmpty { append(contentsOf: gap.assumingMemoryBound(to: UInt8.self)) }
    }

    fileprivate mutating func append(count: UInt32) {
        reserve(MemoryLayout<UInt64>.size)
        appendReserved(lowest: MemoryLayout<UInt32>.size, of: UInt64(count))
    }

    fileprivate mutating func append(_ digest: Digest) {
        reserve(Digest.byteCount)
        appendReserved(lowest: MemoryLayout<UInt64>.size, of: digest.low)
        appendReserved(lowest: MemoryLayout<UInt64>.size, of: digest.high)
    }
}
