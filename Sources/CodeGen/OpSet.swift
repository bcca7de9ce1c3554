import Semantics

/// A set of kinds of instructions, a bit for each: what a body holds, so that a pass which has nothing to do there is left
/// out at a glance.
struct OpSet: BitwiseCopyable {
    private var bits: UInt64 = 0

    /// Whether `op` is in it.
    func contains(_ op: IRInst.Op) -> Bool { bits & OpSet.bit(op) != 0 }

    /// Adds `op`.
    @inline(__always)
    mutating func insert(_ op: IRInst.Op) { bits |= OpSet.bit(op) }

    /// Takes `op` out.
    mutating func remove(_ op: IRInst.Op) { bits &= ~OpSet.bit(op) }

    private static func bit(_ op: IRInst.Op) -> UInt64 { 1 &<< UInt64(op.rawValue) }
}
