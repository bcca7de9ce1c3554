import Testing

@testable import BLAKE3

/// The hash against the official vectors, whole and in pieces.
@Suite struct HashTests {
    @Test(arguments: vectors)
    func wholeInput(_ vector: Vector) {
        var hasher = BLAKE3Hasher()
        hasher.update(vector.input)
        #expect(hex(hasher.finalize()) == vector.hash)
    }

    @Test(arguments: vectors)
    func digestIsTheFirstHalf(_ vector: Vector) {
        var hasher = BLAKE3Hasher()
        hasher.update(vector.input)
        let expected = String(vector.hash.prefix(32))
        #expect(hasher.digest().description == expected)
        #expect(Digest.hash(vector.input).description == expected)
    }

    /// Pieces that never, sometimes and always end with a block, a chunk or several chunks.
    @Test(arguments: [1, 3, 63, 64, 65, 127, 1000, 1023, 1024, 1025, 4096, 4097, 10_000])
    func pieces(ofBytes size: Int) {
        for vector in vectors where size > 1 || vector.length < 10_000 {
            let input = vector.input
            var hasher = BLAKE3Hasher()
            for start in stride(from: 0, to: input.count, by: size) {
                hasher.update(input[start..<min(start + size, input.count)])
            }
            #expect(hex(hasher.finalize()) == vector.hash, "\(vector) in pieces of \(size)")
        }
    }

    /// A long input in subtrees that were hashed from the last to the first, and a rest.
    @Test(arguments: [1, 2, 3, 4, 7], [1, 1024, 5000, BLAKE3Subtree.byteCount])
    func subtrees(count: Int, rest: Int) {
        let size = BLAKE3Subtree.byteCount
        let input = (0..<count * size + rest).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let subtrees = (0..<count).reversed().map { number in
            input[number * size..<(number + 1) * size].withUnsafeBytes { BLAKE3Subtree($0, number: number) }
        }
        var hasher = BLAKE3Hasher()
        for subtree in subtrees.reversed() { hasher.update(subtree) }
        hasher.update(input[(count * size)...])
        #expect(hasher.digest() == Digest.hash(input))
    }

    /// Parts of every length up to a chunk and beyond, eight of which are hashed side by side.
    @Test(arguments: [1, 63, 64, 65, 341, 1024, 1500])
    func hashesOfParts(step: Int) {
        let input = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let lengths =
            [0, 1, 63, 64, 65, 128, 1023, 1024, 1025, 5000, 2048, 2049, 3000, 8192, 8193, 9000]
            + (0..<9).map { $0 * step % 1100 }
        let parts = lengths.enumerated().map { place, length in place * 7..<place * 7 + length }
        let digests = hashes(of: parts, in: input)
        #expect(digests == parts.map { Digest.hash(input[$0]) })
        for count in 0..<parts.count {
            let some = hashes(of: Array(parts[..<count]), in: input)
            #expect(some == Array(digests[..<count]))
        }
    }

    /// By the place of each part, of which none may be left out or come twice.
    private func hashes(of parts: [Range<Int>], in input: [UInt8]) -> [Digest?] {
        var digests = [Digest?](repeating: nil, count: parts.count)
        input.withUnsafeBytes { input in
            Digest.hashes(of: parts, in: input) { place, digest in
                #expect(digests[place] == nil)
                digests[place] = digest
            }
        }
        return digests
    }

    @Test func piecesOfGrowingSize() {
        for vector in vectors {
            let input = vector.input
            var hasher = BLAKE3Hasher()
            var start = 0
            var size = 0
            while start < input.count {
                let end = min(start + size, input.count)
                hasher.update(input[start..<end])
                start = end
                size = size * 2 + 1
            }
            #expect(hex(hasher.finalize()) == vector.hash, "\(vector)")
        }
    }

    /// A hash taken on the way neither ends nor changes what follows.
    @Test func finalizingDoesNotDisturb() {
        var hasher = BLAKE3Hasher()
        var length = 0
        for vector in vectors {
            hasher.update(Vector.pattern(vector.length)[length...])
            length = vector.length
            #expect(hex(hasher.finalize()) == vector.hash)
            #expect(hex(hasher.finalize()) == vector.hash)
        }
    }

    @Test func copiesAreIndependent() {
        var first = BLAKE3Hasher()
        first.update(Vector.pattern(2000))
        var second = first
        second.update([1])
        first.update([2])
        #expect(first.digest() == Digest.hash(Vector.pattern(2000) + [2]))
        #expect(second.digest() == Digest.hash(Vector.pattern(2000) + [1]))
    }

    /// Whatever the address, one chunk or several at a time.
    @Test(arguments: [100, 1024, 5000])
    func anyAlignment(_ length: Int) {
        let input = Vector.pattern(length)
        let expected = Digest.hash(input)
        for offset in 0..<16 {
            let shifted = [UInt8](repeating: 0xAA, count: offset) + input
            #expect(Digest.hash(shifted[offset...]) == expected)
            shifted.withUnsafeBytes { bytes in
                #expect(Digest.hash(UnsafeRawBufferPointer(rebasing: bytes[offset...])) == expected)
            }
        }
    }

    @Test func emptyPiecesChangeNothing() {
        var hasher = BLAKE3Hasher()
        hasher.update(UnsafeRawBufferPointer(start: nil, count: 0))
        hasher.update([UInt8]())
        #expect(hasher.digest() == Digest.hash([UInt8]()))
        #expect(Digest.hash(UnsafeRawBufferPointer(start: nil, count: 0)) == hasher.digest())
    }

    @Test func integersAreHashedLowestByteFirst() {
        var hasher = BLAKE3Hasher()
        hasher.update(integer: 0x0102 as UInt16)
        hasher.update(integer: -2 as Int32)
        hasher.update(integer: 0x1122_3344_5566_7788 as UInt64)
        hasher.update(integer: 9 as UInt8)
        let bytes: [UInt8] = [
            2, 1, 0xFE, 0xFF, 0xFF, 0xFF, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 9,
        ]
        #expect(hasher.digest() == Digest.hash(bytes))
    }

    /// Chunks side by side give what each gives alone, past the point where the counter needs its second word too.
    @Test(arguments: [0, 4, UInt64(UInt32.max) - 1, UInt64(UInt32.max) + 1])
    func eightChunksAgreeWithOne(counter: UInt64) {
        let input = Vector.pattern(EightChunks.count * Chunk.byteCount)
        input.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for count in 1...EightChunks.count {
                let values = EightChunks.chainingValues(of: count, at: start, counter: counter)
                for index in 0..<count {
                    var chunk = Chunk(counter: counter + UInt64(index))
                    chunk.append(UnsafeRawBufferPointer(start: start + index * Chunk.byteCount, count: Chunk.byteCount))
                    let one = chunk.node.chainingValue
                    #expect(values[index].indices.allSatisfy { values[index][$0] == one[$0] })
                }
            }
        }
    }

    /// What a processor with vectors computes is what any other does.
    @Test(arguments: [0, 1, UInt64(UInt32.max) - 3], [0, 1] as [UInt64])
    func vectorsAgreeWithPortableCode(counter: UInt64, step: UInt64) {
        let input = Vector.pattern(2 * Chunk.byteCount)
        input.withUnsafeBytes { bytes in
            for number in 0..<100 {
                // From no byte to a whole chunk; a block more or less, and a whole last block among them.
                let inputs = InlineArray<8, UnsafeRawBufferPointer> { lane in
                    let count = number == 0 ? 0 : (number * 61 + lane * lane * 64) % (Chunk.byteCount + 1)
                    return UnsafeRawBufferPointer(rebasing: bytes[(number + lane)...].prefix(count))
                }
                let portable = EightChunks.portableValues(
                    of: inputs, counter: counter, counterStep: step, lastFlags: [.chunkEnd, .root])
                let vectors = EightChunks.vectorValues(
                    of: inputs, counter: counter, counterStep: step, lastFlags: [.chunkEnd, .root])
                guard let vectors else { return }
                for lane in 0..<8 {
                    #expect((0..<8).allSatisfy { vectors[lane][$0] == portable[lane][$0] }, "\(number), \(lane)")
                }
            }
        }
    }

    /// Short inputs, whose chunks are hashed all at once, give what one block after the other gives.
    @Test func everyLengthUpToEightChunks() {
        let input = Vector.pattern(9 * Chunk.byteCount)
        let lengths =
            Array(stride(from: 0, to: input.count, by: 53))
            + (1...8).flatMap { [$0 * Chunk.byteCount - 1, $0 * Chunk.byteCount, $0 * Chunk.byteCount + 1] }
        for length in lengths {
            var hasher = BLAKE3Hasher()
            for byte in input[..<length] { hasher.update([byte]) }
            #expect(Digest.hash(input[..<length]) == hasher.digest(), "\(length) bytes")
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
