/// The sixteen message words of one 64-byte block, or of one block of each of several chunks.
struct MessageBlock<Lane: Word> {
    /// The words, in the order in which the next round takes them.
    private(set) var w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15: Lane

    /// The block whose word number `n` is `word(n)`.
    @inline(__always)
    init(_ word: (_ number: Int) -> Lane) {
        (w0, w1, w2, w3) = (word(0), word(1), word(2), word(3))
        (w4, w5, w6, w7) = (word(4), word(5), word(6), word(7))
        (w8, w9, w10, w11) = (word(8), word(9), word(10), word(11))
        (w12, w13, w14, w15) = (word(12), word(13), word(14), word(15))
    }

    /// Puts the words in the order of the next round (section 2.2, table 2).
    @inline(__always)
    mutating func permute() {
        (w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15) =
            (w2, w6, w3, w10, w7, w0, w4, w13, w1, w11, w12, w5, w9, w14, w15, w8)
    }
}

extension MessageBlock<UInt32> {
    /// The block at `bytes`, 64 of them, at any alignment.
    @inline(__always)
    init(at bytes: UnsafeRawPointer) {
        self.init { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 &* $0, as: UInt32.self)) }
    }

    /// Two chaining values one after the other: what a parent node hashes (section 2.5).
    @inline(__always)
    init(left: ChainingValue, right: ChainingValue) {
        self.init { word in word < 8 ? left[word] : right[word &- 8] }
    }
}

extension MessageBlock<SIMD8<UInt32>> {
    /// The blocks at eight places, at any alignment.
    @inline(__always)
    init(at starts: InlineArray<8, UnsafeRawPointer>) {
        self.init { number in
            var word = SIMD8<UInt32>(repeating: 0)
            for lane in 0..<EightChunks.count {
                word[lane] = UInt32(
                    littleEndian: starts[lane].loadUnaligned(fromByteOffset: 4 &* number, as: UInt32.self))
            }
            return word
        }
    }
}
