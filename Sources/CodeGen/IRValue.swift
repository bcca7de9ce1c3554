import Semantics

/// What is known of the result of one instruction: how it is used, how long it is needed, and which home it is in.
///
/// All of it stands in one table with a row for each instruction. `Liveness` makes it; `Promotion`, `SharedHomes` and
/// the target add to it; `Homes` and the lowering only read it.
struct IRValue: BitwiseCopyable {
    /// How many operands name it.
    var useCount: UInt32 = 0
    /// How many of these are the address of a load or store in the same loop.
    var addressUseCount: UInt32 = 0
    /// The value whose home it is in: itself, if it has its own.
    var root: Int32
    /// Of a root: the first instruction at which its home is taken. Itself, but for a variable.
    var start: Int32
    /// Of a root: the last instruction at which a value in its home is needed. Itself, if none is.
    var end: Int32
    /// Of a root: about how many times its home is written and read when the code runs.
    var weight: Float = 0
    /// Of an `assign` the next one of the same variable, of a `variable` the first, or the first behind where a pass is;
    /// -1 if there is none.
    var nextAssign: Int32 = -1
    /// Whether it is an `elementPointer` that only loads and stores use, and that is therefore computed as a part of
    /// these. A check of the index stays where it stands.
    var isFolded = false
    /// Of a root: the number of the register in which it is best, as `Homes` counts them; -1 where there is no such wish.
    var wish: Int8 = -1

    /// The result of instruction `index`, of which nothing is known.
    init(of index: Int) {
        root = Int32(truncatingIfNeeded: index)
        start = root
        end = root
    }
}

extension Table where Row == IRValue {
    /// Whether instruction `index` is left out: its result is unused, and it does nothing else.
    @inline(__always)
    func isDropped(_ index: Int, _ function: Body) -> Bool { self[index].useCount == 0 && function.isPure(index) }
}
