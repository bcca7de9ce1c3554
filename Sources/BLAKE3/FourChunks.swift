/// Four chunks hashed at once, one a lane: their blocks do not depend on one another (section 5.3).
struct FourChunks {
    /// Bytes in four whole chunks.
    static let byteCount = 4 &* Chunk.byteCount

    /// Lane `n` is the chaining value of chunk `n`.
    private var words = InlineArray<8, SIMD4<UInt32>> { SIMD4(repeating: initialValue[$0]) }
    private let counters: SIMD4<UInt64>

    private init(counters: SIMD4<UInt64>) { self.counters = counters }

    /// The chaining values of the whole chunks numbered `counter` to `counter + 3`, whose bytes start at `bytes`.
    static func chainingValues(at bytes: UnsafeRawPointer, counter: UInt64) -> InlineArray<4, ChainingValue> {
        var chunks = FourChunks(counters: SIMD4(counter, counter &+ 1, counter &+ 2, counter &+ 3))
        for number in 0..<Chunk.blockCount {
            let flags = Chunk.flags(ofBlock: number, isLast: number == Chunk.blockCount &- 1)
            chunks.compress(
                FourBlocks(
                    InlineArray { bytes + ($0 &* Chunk.byteCount &+ number &* Chunk.blockByteCount) },
                    lengths: SIMD4(repeating: UInt32(truncatingIfNeeded: Chunk.blockByteCount)),
                    flags: SIMD4(repeating: flags.rawValue)))
        }
        return chunks.chainingValues
    }

    /// The hashes of four inputs of at most a chunk each: every one is the root of a tree of its own.
    static func rootHashes(of inputs: InlineArray<4, UnsafeRawBufferPointer>) -> InlineArray<4, ChainingValue> {
        var chunks = FourChunks(counters: SIMD4(repeating: 0))
        withUnsafeTemporaryAllocation(byteCount: 4 &* Chunk.blockByteCount, alignment: 16) { memory in
            let inputs = FourInputs(inputs, lastBlocks: memory)
            for number in 0...Int(inputs.lastNumbers.max()) {
                let before = chunks.words
                chunks.compress(inputs.blocks(number))
                // What the last block of a shorter input came to stays.
                let areComplete = inputs.lastNumbers .< Int32(truncatingIfNeeded: number)
                if any(areComplete) { chunks.restore(before, where: areComplete) }
            }
        }
        return chunks.chainingValues
    }

    private var chainingValues: InlineArray<4, ChainingValue> {
        InlineArray { lane in ChainingValue { word in words[word][lane] } }
    }

    private mutating func restore(_ before: InlineArray<8, SIMD4<UInt32>>, where lanes: SIMDMask<SIMD4<Int32>>) {
        for word in words.indices { words[word].replace(with: before[word], where: lanes) }
    }

    /// In a function of its own and not inlined: with a loop around it, the compiler takes the vectors apart.
    @inline(never)
    private mutating func compress(_ blocks: FourBlocks) {
        var state = CompressionState<SIMD4<UInt32>>(
            chaining: words,
            counterLow: SIMD4(truncatingIfNeeded: counters), counterHigh: SIMD4(truncatingIfNeeded: counters &>> 32),
            length: blocks.lengths, flags: blocks.flags)
        state.mix(MessageBlock(at: blocks.starts))
        words = state.chainingValue
    }
}

/// A block of each of four chunks.
private struct FourBlocks {
    /// Where they start; each is 64 bytes.
    let starts: InlineArray<4, UnsafeRawPointer>
    /// Bytes of input in them.
    let lengths: SIMD4<UInt32>
    let flags: SIMD4<UInt32>

    init(_ starts: InlineArray<4, UnsafeRawPointer>, lengths: SIMD4<UInt32>, flags: SIMD4<UInt32>) {
        self.starts = starts
        self.lengths = lengths
        self.flags = flags
    }
}

/// Four inputs of at most a chunk each, of which the last blocks are filled up with zeros.
private struct FourInputs {
    private let starts: InlineArray<4, UnsafeRawPointer>
    private let lasts: InlineArray<4, UnsafeRawPointer>
    /// Numbers of the last blocks.
    let lastNumbers: SIMD4<Int32>
    private let lastLengths: SIMD4<UInt32>

    /// Puts the last blocks into `memory`, which has room for four.
    init(_ inputs: InlineArray<4, UnsafeRawBufferPointer>, lastBlocks memory: UnsafeMutableRawBufferPointer) {
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let parts = InlineArray<4, UnsafeMutableRawBufferPointer> { lane in
            UnsafeMutableRawBufferPointer(rebasing: memory.dropFirst(lane &* Chunk.blockByteCount))
        }
        lasts = InlineArray { UnsafeRawPointer(parts[$0].baseAddress.unsafelyUnwrapped) }
        let base = lasts[0]
        starts = InlineArray { inputs[$0].baseAddress ?? base }
        var numbers = SIMD4<Int32>(repeating: 0)
        var lengths = SIMD4<UInt32>(repeating: 0)
        for lane in 0..<4 {
            let number = max(inputs[lane].count &- 1, 0) / Chunk.blockByteCount
            let last = UnsafeRawBufferPointer(rebasing: inputs[lane].dropFirst(number &* Chunk.blockByteCount))
            parts[lane].copyMemory(from: last)
            numbers[lane] = Int32(truncatingIfNeeded: number)
            lengths[lane] = UInt32(truncatingIfNeeded: last.count)
        }
        lastNumbers = numbers
        lastLengths = lengths
    }

    /// The blocks of that number; of an input that has none, its last.
    func blocks(_ number: Int) -> FourBlocks {
        let starts = InlineArray<4, UnsafeRawPointer> { lane in
            number < lastNumbers[lane] ? self.starts[lane] + (number &* Chunk.blockByteCount) : lasts[lane]
        }
        let areLast = lastNumbers .<= Int32(truncatingIfNeeded: number)
        let inner = Chunk.flags(ofBlock: number, isLast: false)
        let outer = Chunk.flags(ofBlock: number, isLast: true).union(.root)
        return FourBlocks(
            starts,
            lengths: SIMD4(repeating: UInt32(truncatingIfNeeded: Chunk.blockByteCount))
                .replacing(with: lastLengths, where: areLast),
            flags: SIMD4(repeating: inner.rawValue).replacing(with: SIMD4(repeating: outer.rawValue), where: areLast))
    }
}
