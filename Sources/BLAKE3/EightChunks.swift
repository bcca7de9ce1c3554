import CBLAKE3

/// Eight chunks hashed at once, one a lane: their blocks do not depend on one another (section 5.3).
///
/// Where the processor has vectors of eight words, that takes no longer than hashing one chunk. So it pays for two.
enum EightChunks {
    /// How many there are.
    static let count = 8

    /// The chaining values of `count` whole chunks, at most eight, which are numbered from `counter` on and whose bytes
    /// start at `bytes`. What follows them in the result means nothing.
    static func chainingValues(
        of count: Int, at bytes: UnsafeRawPointer, counter: UInt64
    ) -> InlineArray<8, ChainingValue> {
        let chunks = InlineArray<8, UnsafeRawBufferPointer> { lane in
            UnsafeRawBufferPointer(start: bytes + min(lane, count &- 1) &* Chunk.byteCount, count: Chunk.byteCount)
        }
        return chainingValues(of: chunks, counter: counter, counterStep: 1, lastFlags: .chunkEnd)
    }

    /// The hashes of eight inputs of at most a chunk each: every one is the root of a tree of its own.
    static func rootHashes(of inputs: InlineArray<8, UnsafeRawBufferPointer>) -> InlineArray<8, ChainingValue> {
        chainingValues(of: inputs, counter: 0, counterStep: 0, lastFlags: [.chunkEnd, .root])
    }

    /// The chaining values of the chunks that an input of more than one and at most eight consists of. What follows them
    /// in the result means nothing.
    static func chainingValues(of input: UnsafeRawBufferPointer) -> InlineArray<8, ChainingValue> {
        let last = (input.count &- 1) / Chunk.byteCount
        let chunks = InlineArray<8, UnsafeRawBufferPointer> { lane in
            let start = (lane <= last ? lane : 0) &* Chunk.byteCount
            return UnsafeRawBufferPointer(rebasing: input.dropFirst(start).prefix(Chunk.byteCount))
        }
        return chainingValues(of: chunks, counter: 0, counterStep: 1, lastFlags: .chunkEnd)
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

    /// The chaining values of inputs of at most a chunk each, whose last blocks have these flags. The first is chunk
    /// number `counter`, the next has a number that is `counterStep` larger.
    private static func chainingValues(
        of inputs: InlineArray<8, UnsafeRawBufferPointer>, counter: UInt64, counterStep: UInt64, lastFlags: BlockFlags
    ) -> InlineArray<8, ChainingValue> {
        vectorValues(of: inputs, counter: counter, counterStep: counterStep, lastFlags: lastFlags)
            ?? portableValues(of: inputs, counter: counter, counterStep: counterStep, lastFlags: lastFlags)
    }

    /// By the processor's own vectors of eight words; nil if it has none.
    static func vectorValues(
        of inputs: InlineArray<8, UnsafeRawBufferPointer>, counter: UInt64, counterStep: UInt64, lastFlags: BlockFlags
    ) -> InlineArray<8, ChainingValue>? {
        var values = InlineArray<8, ChainingValue>(repeating: ChainingValue(repeating: 0))
        let starts = InlineArray<8, UnsafePointer<UInt8>?> { lane in
            inputs[lane].assumingMemoryBound(to: UInt8.self).baseAddress
        }
        let counts = InlineArray<8, UInt> { UInt(inputs[$0].count) }
        let isDone = withUnsafeMutableBytes(of: &values) { values in
            withUnsafeBytes(of: starts) { starts in
                withUnsafeBytes(of: counts) { counts in
                    zbuild_blake3_hash(
                        values.assumingMemoryBound(to: UInt32.self).baseAddress,
                        starts.assumingMemoryBound(to: UnsafePointer<UInt8>?.self).baseAddress,
                        counts.assumingMemoryBound(to: UInt.self).baseAddress, UInt(counter), UInt(counterStep),
                        lastFlags.rawValue)
                }
            }
        }
        return isDone != 0 ? values : nil
    }

    /// By what every processor has.
    static func portableValues(
        of inputs: InlineArray<8, UnsafeRawBufferPointer>, counter: UInt64, counterStep: UInt64, lastFlags: BlockFlags
    ) -> InlineArray<8, ChainingValue> {
        let numbers = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &* counterStep &+ counter
        var words = InlineArray<8, SIMD8<UInt32>> { SIMD8(repeating: initialValue[$0]) }
        withUnsafeTemporaryAllocation(byteCount: count &* Chunk.blockByteCount, alignment: 16) { memory in
            let inputs = EightInputs(inputs, lastBlocks: memory, lastFlags: lastFlags)
            for number in 0...Int(inputs.lastNumbers.max()) {
                let before = words
                compress(&words, inputs.blocks(number), numbers)
                // What the last block of a shorter input came to stays.
                let areComplete = inputs.lastNumbers .< Int32(truncatingIfNeeded: number)
                for word in words.indices { words[word].replace(with: before[word], where: areComplete) }
            }
        }
        return InlineArray { lane in ChainingValue { word in words[word][lane] } }
    }

    /// In a function of its own and not inlined: with a loop around it, the compiler takes the vectors apart.
    @inline(never)
    private static func compress(
        _ words: inout InlineArray<8, SIMD8<UInt32>>, _ blocks: EightBlocks, _ numbers: SIMD8<UInt64>
    ) {
        var state = CompressionState<SIMD8<UInt32>>(
            chaining: words,
            counterLow: SIMD8(truncatingIfNeeded: numbers), counterHigh: SIMD8(truncatingIfNeeded: numbers &>> 32),
            length: blocks.lengths, flags: blocks.flags)
        state.mix(MessageBlock(at: blocks.starts))
        words = state.chainingValue
    }
}

/// A block of each of eight chunks, in which `lengths` bytes are input.
private struct EightBlocks {
    let starts: InlineArray<8, UnsafeRawPointer>
    let lengths: SIMD8<UInt32>
    let flags: SIMD8<UInt32>
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

    /// The blocks of that number; of an input that has none, its last.
    func blocks(_ number: Int) -> EightBlocks {
        let starts = InlineArray<8, UnsafeRawPointer> { lane in
            number < lastNumbers[lane] ? self.starts[lane] + (number &* Chunk.blockByteCount) : lasts[lane]
        }
        let areLast = lastNumbers .<= Int32(truncatingIfNeeded: number)
        let inner = Chunk.flags(ofBlock: number, isLast: false)
        return EightBlocks(
            starts: starts,
            lengths: SIMD8(repeating: UInt32(truncatingIfNeeded: Chunk.blockByteCount))
                .replacing(with: lastLengths, where: areLast),
            flags: SIMD8(repeating: inner.rawValue)
                .replacing(with: SIMD8(repeating: inner.union(lastFlags).rawValue), where: areLast))
    }
}
