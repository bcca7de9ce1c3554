/// `Syntax` while it is being built, in memory that is used again for the next declaration.
struct SyntaxBuilder: ~Copyable {
    /// As in `Syntax`.
    var insts = ScratchBuffer<Inst>()
    /// As in `Syntax`.
    var operands = ScratchBuffer<Operand>()
    /// As in `Syntax`.
    var bodies = ScratchBuffer<InstIndex>()
    /// As in `Syntax`.
    var bytes = ScratchBuffer<UInt8>()

    /// Forgets everything.
    mutating func reset() {
        insts.truncate(to: 0)
        operands.truncate(to: 0)
        bodies.truncate(to: 0)
        bytes.truncate(to: 0)
    }

    /// Forgets all but the bytes.
    mutating func keepBytes() {
        insts.truncate(to: 0)
        operands.truncate(to: 0)
        bodies.truncate(to: 0)
    }
}
