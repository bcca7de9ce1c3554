import ZIR

/// The typed form of a function's body, as `IRFunction` describes it, where it stands: good for as long as whoever lends
/// it keeps it. Plain data: handing it around counts no references.
public struct IRCode: BitwiseCopyable {
    /// The instructions in order.
    public let insts: UnsafeBufferPointer<IRInst>
    /// Operand lists of `call` and `asm`, and numbers that an instruction has no room for.
    public let extra: UnsafeBufferPointer<UInt32>
    /// Comptime-known operands.
    public let constants: UnsafeBufferPointer<IRConstant>
    /// Storage that the body owns: strings and the like, behind the code in the same block.
    public let storage: UnsafeBufferPointer<Content>
    /// Source and constraint texts of `asm`.
    public let assemblies: UnsafeBufferPointer<IRAssembly>
    /// Number of labels; `label`, `jump` and the branches name them by 0..<labels.
    public let labels: UInt32
    /// Whether there may be jumps to labels before them.
    public let mayLoop: Bool
    /// How it is entered.
    public let convention: CallingConvention
}
