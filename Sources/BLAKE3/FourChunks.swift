/// Hashes four whole chunks at once, one a lane: their blocks do not depend on one another (section 5.3).
enum FourChunks {
    /// Bytes in four chunks.
    static let byteCount = 4 &* Chunk.byteCount

    /// The chaining values of the chunks numbered `counter` to `counter + 3`, whose bytes start at `bytes`.
    static func chainingValues(at bytes: UnsafeRawPointer, counter: UInt64) -> InlineArray<4, ChainingValue> {
        var words = InlineArray<8, SIMD4<UInt32>> { SIMD4(repeating: initialValue[$0]) }
        for number in 0..<Chunk.blockCount {
            compressFour(
                &words, at: bytes + number &* Chunk.blockByteCount, counter: counter,
                flags: Chunk.flags(ofBlock: number, isLast: number == Chunk.blockCount &- 1))
        }
        return InlineArray { lane in ChainingValue { word in words[word][lane] } }
    }

    /// One step of the loop above, in a function of its own and not inlined: with the loop around it, the compiler takes
    /// the vectors apart.
    ///
    /// Compresses the block at `bytes` and those one, two and three chunks after it. Lane `n` of `words` is
    /// the chaining value of chunk `n`.
    @inline(never)
    private static func compressFour(
        _ words: inout InlineArray<8, SIMD4<UInt32>>, at bytes: UnsafeRawPointer, counter: UInt64, flags: BlockFlags
    ) {
        let counters = SIMD4(counter, counter &+ 1, counter &+ 2, counter &+ 3)
        var state = CompressionState<SIMD4<UInt32>>(
            chaining: words,
            counterLow: SIMD4(truncatingIfNeeded: counters), counterHigh: SIMD4(truncatingIfNeeded: counters &>> 32),
            length: Chunk.blockByteCount, flags: flags)
        state.mix(MessageBlock(at: bytes, stride: Chunk.byteCount))
        words = state.chainingValue
    }
}
