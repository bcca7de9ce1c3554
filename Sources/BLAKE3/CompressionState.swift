/// The compression function: sixteen words that seven rounds mix with a message block (section 2.2).
///
/// Words 0 to 7 start as the chaining value, 8 to 11 as the start of the initial value, 12 to 15 as the block's counter,
/// length and flags. Unrolled in named words, so that they stay in registers; generic, so that the same text serves one
/// block and eight of them at once.
struct CompressionState<Lane: Word> {
    private var v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15: Lane

    /// The state before the first round.
    @inline(__always)
    init(chaining: InlineArray<8, Lane>, counterLow: Lane, counterHigh: Lane, length: Lane, flags: Lane) {
        (v0, v1, v2, v3) = (chaining[0], chaining[1], chaining[2], chaining[3])
        (v4, v5, v6, v7) = (chaining[4], chaining[5], chaining[6], chaining[7])
        (v8, v9) = (Lane(repeating: initialValue[0]), Lane(repeating: initialValue[1]))
        (v10, v11) = (Lane(repeating: initialValue[2]), Lane(repeating: initialValue[3]))
        (v12, v13) = (counterLow, counterHigh)
        (v14, v15) = (length, flags)
    }

    /// All seven rounds, one after the other rather than in a loop: the permutations then cost nothing, because
    /// they only rename words.
    @inline(__always)
    mutating func mix(_ block: MessageBlock<Lane>) {
        var block = block
        round(block)
        block.permute()
        round(block)
        block.permute()
        round(block)
        block.permute()
        round(block)
        block.permute()
        round(block)
        block.permute()
        round(block)
        block.permute()
        round(block)
    }

    /// Mixes the columns, then the diagonals of the state seen as a four by four matrix.
    @inline(__always)
    private mutating func round(_ m: MessageBlock<Lane>) {
        Self.quarterRound(&v0, &v4, &v8, &v12, m.w0, m.w1)
        Self.quarterRound(&v1, &v5, &v9, &v13, m.w2, m.w3)
        Self.quarterRound(&v2, &v6, &v10, &v14, m.w4, m.w5)
        Self.quarterRound(&v3, &v7, &v11, &v15, m.w6, m.w7)
        Self.quarterRound(&v0, &v5, &v10, &v15, m.w8, m.w9)
        Self.quarterRound(&v1, &v6, &v11, &v12, m.w10, m.w11)
        Self.quarterRound(&v2, &v7, &v8, &v13, m.w12, m.w13)
        Self.quarterRound(&v3, &v4, &v9, &v14, m.w14, m.w15)
    }

    /// The function G.
    @inline(__always)
    private static func quarterRound(
        _ a: inout Lane, _ b: inout Lane, _ c: inout Lane, _ d: inout Lane, _ x: Lane, _ y: Lane
    ) {
        a = a &+ b &+ x
        d = (d ^ a).rotated(right: 16)
        c = c &+ d
        b = (b ^ c).rotated(right: 12)
        a = a &+ b &+ y
        d = (d ^ a).rotated(right: 8)
        c = c &+ d
        b = (b ^ c).rotated(right: 7)
    }

    /// The new chaining value: the first half of the output, which is all that a hash of 32 bytes needs of it.
    @inline(__always)
    var chainingValue: InlineArray<8, Lane> {
        [v0 ^ v8, v1 ^ v9, v2 ^ v10, v3 ^ v11, v4 ^ v12, v5 ^ v13, v6 ^ v14, v7 ^ v15]
    }
}
