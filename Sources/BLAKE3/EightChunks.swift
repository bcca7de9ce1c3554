import CBLAKE3

/// Eight chunks hashed at once, one a lane: their blocks do not depend on one another (section 5.3).
///
/// Where the processor has vectors of eight words, that takes no longer than hashing one chunk. So it pays for two.
struct EightChunks {
    /// How many there are.
    static let count = 8

    /// Lane `n` is the chaining value of chunk `n`.
    private(set) var words = InlineArray<8, SIMD8<UInt32>> { SIMD8(repeating: initialValue[$0]) }
    /// The number of the first chunk, and by how much that of each other is larger than that of the one before.
    private let counter: UInt64
    private let counterStep: UInt64

    init(counter: UInt64, step: UInt64) {
        self.counter = counter
        counterStep = step
    }

    /// The chaining values of `count` whole chunks, at most eight, which are numbered from `counter` on and whose bytes
    /// start at `bytes`. What follows them in the result means nothing.
    static func chainingValues(
        of count: Int, at bytes: UnsafeRawPointer, counter: UInt64
    ) -> InlineArray<8, ChainingValue> {
        var chunks = EightChunks(counter: counter, step: 1)
        let starts = InlineArray<8, UnsafeRawPointer> { bytes + min($0, count &- 1) &* Chunk.byteCount }
        for number in 0..<Chunk.blockCount {
            let flags = Chunk.flags(ofBlock: number, isLast: number == Chunk.blockCount &- 1)
            chunks.compress(EightBlocks(starts, number: number, flags: flags))
        }
        return chunks.chainingValues
    }

    /// The hashes of eight inputs of at most a chunk each: every one is the root of a tree of its own.
    static func rootHashes(of inputs: InlineArray<8, UnsafeRawBufferPointer>) -> InlineArray<8, ChainingValue> {
        chainingValues(of: inputs, counterStep: 0, lastFlags: [.chunkEnd, .root])
    }

    /// The chaining values of the chunks that an input of more than one and at most eight consists of. What follows them
    /// in the result means nothing.
    static func chainingValues(of input: UnsafeRawBufferPointer) -> InlineArray<8, ChainingValue> {
        let last = (input.count &- 1) / Chunk.byteCount
        let chunks = InlineArray<8, UnsafeRawBufferPointer> { lane in
            let start = (lane <= last ? lane : 0) &* Chunk.byteCount
            return UnsafeRawBufferPointer(rebasing: input.dropFirst(start).prefix(Chunk.byteCount))
        }
        return chainingValues(of: chunks, counterStep: 1, lastFlags: .chunkEnd)
    }

    /// The chaining values of chunk `number` of each of eight inputs, which have it and more than one.
    static func chainingValues(
        number: Int, of input: (Int) -> UnsafeRawBufferPointer
    ) -> InlineArray<8, ChainingValue> {
        let chunks = InlineArray<8, UnsafeRawBufferPointer> { lane in
            UnsafeRawBufferPointer(rebasing: input(lane).dropFirst(number &* Chunk.byteCount).prefix(Chunk.byteCount))
        }
        return chainingValues(of: chunks, counter: UInt64(number), counterStep: 0, lastFlags: .chunkEnd)
    }

    /// The chaining values of inputs of at most a chunk each, whose last blocks have these flags.
    private static func chainingValues(
        of inputs: InlineArray<8, UnsafeRawBufferPointer>, counter: UInt64 = 0, counterStep: UInt64,
        lastFlags: BlockFlags
    ) -> InlineArray<8, ChainingValue> {
        var chunks = EightChunks(counter: counter, step: counterStep)
        withUnsafeTemporaryAllocation(byteCount: count &* Chunk.blockByteCount, alignment: 16) { memory in
            let inputs = EightInputs(inputs, lastBlocks: memory, lastFlags: lastFlags)
            // Blocks that are nobody's last ones.
            let innerCount = Int(inputs.lastNumbers.min())
            for number in 0..<innerCount { chunks.compress(inputs.innerBlocks(number)) }
            for number in innerCount...Int(inputs.lastNumbers.max()) {
                let before = chunks.words
                chunks.compress(inputs.blocks(number))
                // What the last block of a shorter input came to stays.
                let areComplete = inputs.lastNumbers .< Int32(truncatingIfNeeded: number)
                if any(areComplete) { chunks.restore(before, where: areComplete) }
            }
        }
        return chunks.chainingValues
    }

    private var chainingValues: InlineArray<8, ChainingValue> {
        InlineArray { lane in ChainingValue { word in words[word][lane] } }
    }

    private mutating func restore(_ before: InlineArray<8, SIMD8<UInt32>>, where lanes: SIMDMask<SIMD8<Int32>>) {
        for word in words.indices { words[word].replace(with: before[word], where: lanes) }
    }

    private mutating func compress(_ blocks: EightBlocks) {
        if !compressWithVectors(blocks) { compressPortably(blocks) }
    }

    /// By the processor's own vectors of eight words; false if it has none.
    mutating func compressWithVectors(_ blocks: EightBlocks) -> Bool {
        let (counter, step) = (UInt(counter), UInt(counterStep))
        return withUnsafeMutablePointer(to: &words) { words in
            withUnsafePointer(to: blocks.starts) { starts in
                withUnsafePointer(to: blocks.lengths) { lengths in
                    withUnsafePointer(to: blocks.flags) { flags in
                        let starts = UnsafeRawPointer(starts).assumingMemoryBound(to: UnsafeRawPointer?.self)
                        let offset = UInt(blocks.offset)
                        return zbuild_blake3_compress(words, starts, offset, counter, step, lengths, flags) != 0
                    }
                }
            }
        }
    }

    /// In a function of its own and not inlined: with a loop around it, the compiler takes the vectors apart.
    @inline(never)
    mutating func compressPortably(_ blocks: EightBlocks) {
        let numbers = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &* counterStep &+ counter
        var state = CompressionState<SIMD8<UInt32>>(
            chaining: words,
            counterLow: SIMD8(truncatingIfNeeded: numbers), counterHigh: SIMD8(truncatingIfNeeded: numbers &>> 32),
            length: blocks.lengths, flags: blocks.flags)
        state.mix(MessageBlock(at: blocks.starts, offset: blocks.offset))
        words = state.chainingValue
    }
}

/// A block of each of eight chunks.
struct EightBlocks {
    /// Where they start, `offset` bytes behind these; each is 64 bytes.
    let starts: InlineArray<8, UnsafeRawPointer>
    let offset: Int
    /// Bytes of input in them.
    let lengths: SIMD8<UInt32>
    let flags: SIMD8<UInt32>

    init(_ starts: InlineArray<8, UnsafeRawPointer>, lengths: SIMD8<UInt32>, flags: SIMD8<UInt32>) {
        self.starts = starts
        offset = 0
        self.lengths = lengths
        self.flags = flags
    }

    /// The whole blocks of this number, with these flags, in what starts at `starts`.
    init(_ starts: InlineArray<8, UnsafeRawPointer>, number: Int, flags: BlockFlags) {
        self.starts = starts
        offset = number &* Chunk.blockByteCount
        lengths = SIMD8(repeating: UInt32(truncatingIfNeeded: Chunk.blockByteCount))
        self.flags = SIMD8(repeating: flags.rawValue)
    }
}

/// Eight inputs of at most a chunk each, of which the last blocks are filled up with zeros.
private struct EightInputs {
    private let starts: InlineArray<8, UnsafeRawPointer>
    private let lasts: InlineArray<8, UnsafeRawPointer>
    /// Numbers of the last blocks.
    let lastNumbers: SIMD8<Int32>
    private let lastLengths: SIMD8<UInt32>
    private let lastFlags: BlockFlags

    /// Puts the last blocks into `memory`, which has room for eight.
    init(
        _ inputs: InlineArray<8, UnsafeRawBufferPointer>, lastBlocks memory: UnsafeMutableRawBufferPointer,
        lastFlags: BlockFlags
    ) {
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let parts = InlineArray<8, UnsafeMutableRawBufferPointer> { lane in
            UnsafeMutableRawBufferPointer(rebasing: memory.dropFirst(lane &* Chunk.blockByteCount))
        }
        lasts = InlineArray { UnsafeRawPointer(parts[$0].baseAddress.unsafelyUnwrapped) }
        let base = lasts[0]
        starts = InlineArray { inputs[$0].baseAddress ?? base }
        var numbers = SIMD8<Int32>(repeating: 0)
        var lengths = SIMD8<UInt32>(repeating: 0)
        for lane in 0..<EightChunks.count {
            let number = max(inputs[lane].count &- 1, 0) / Chunk.blockByteCount
            let last = UnsafeRawBufferPointer(rebasing: inputs[lane].dropFirst(number &* Chunk.blockByteCount))
            parts[lane].copyMemory(from: last)
            numbers[lane] = Int32(truncatingIfNeeded: number)
            lengths[lane] = UInt32(truncatingIfNeeded: last.count)
        }
        lastNumbers = numbers
        lastLengths = lengths
        self.lastFlags = lastFlags
    }

    /// The blocks of that number, which all inputs have, and more.
    func innerBlocks(_ number: Int) -> EightBlocks {
        EightBlocks(starts, number: number, flags: Chunk.flags(ofBlock: number, isLast: false))
    }

    /// The blocks of that number; of an input that has none, its last.
    func blocks(_ number: Int) -> EightBlocks {
        let starts = InlineArray<8, UnsafeRawPointer> { lane in
            number < lastNumbers[lane] ? self.starts[lane] + (number &* Chunk.blockByteCount) : lasts[lane]
        }
        let areLast = lastNumbers .<= Int32(truncatingIfNeeded: number)
        let inner = Chunk.flags(ofBlock: number, isLast: false)
        return EightBlocks(
            starts,
            lengths: SIMD8(repeating: UInt32(truncatingIfNeeded: Chunk.blockByteCount))
                .replacing(with: lastLengths, where: areLast),
            flags: SIMD8(repeating: inner.rawValue)
                .replacing(with: SIMD8(repeating: inner.union(lastFlags).rawValue), where: areLast))
    }
}
