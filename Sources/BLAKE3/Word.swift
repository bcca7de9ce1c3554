/// What the compression function computes with: one 32-bit word, or the words at the same place of several chunks that
/// are hashed side by side (BLAKE3 paper, section 5.3).
///
/// `SIMD8<UInt32>` makes no promise about speed, only about meaning: each lane is what the plain word would be.
protocol Word {
    /// The same value in every lane.
    init(repeating value: UInt32)
    /// The sum modulo 2^32, in each lane.
    static func &+ (left: Self, right: Self) -> Self
    /// The bits that differ, in each lane.
    static func ^ (left: Self, right: Self) -> Self
    /// The bits moved `count` places to the right, those that fall out coming in on the left. `count` is 1 to 31.
    func rotated(right count: UInt32) -> Self
}

extension UInt32: Word {
    @inline(__always)
    init(repeating value: UInt32) { self = value }

    @inline(__always)
    func rotated(right count: UInt32) -> UInt32 {
        (self &>> count) | (self &<< (32 &- count))
    }
}

extension SIMD8<UInt32>: Word {
    /// A product with a power of two is a shift to the left. Written as two shifts, the compiler sees a rotation, which
    /// the baseline x86-64 has for single words only, and takes the vector apart: four times slower.
    @inline(__always)
    func rotated(right count: UInt32) -> SIMD8<UInt32> {
        (self &>> SIMD8(repeating: count)) | (self &* SIMD8(repeating: 1 &<< (32 &- count)))
    }
}
