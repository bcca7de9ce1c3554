import Semantics

/// What is known of the result of one instruction: how it is used, how long it is needed, and which home it is in.
///
/// All of it stands in one table with a row for each instruction. `Liveness` makes it; `Promotion`, `SharedHomes` and
/// the target add to it; `Homes` and the lowering only read it. A row begins as zeros, which are quickly made.
struct IRValue: BitwiseCopyable {
    /// How many operands name it.
    var useCount: UInt32 = 0
    /// How many of these are the address of a load or store: of a stack slot of one that could be of a variable, else of
    /// one in the same loop.
    var accessCount: UInt32 = 0
    /// The value whose home it is in: itself, if it has its own.
    var root: Int32 = 0
    /// Of a root: the first instruction at which its home is taken. Itself, but for a variable.
    var start: Int32 = 0
    /// Of a root: the last instruction at which a value in its home is needed; 0, if none is.
    var end: Int32 = 0
    /// Of an `assign` the next one of the same variable, of a `variable` the first, or the first behind where a pass is.
    /// Until it is known whether a stack slot becomes a variable, the same of its loads and stores. 0 if there is none.
    var next: Int32 = 0
    /// Whether it is made where it is used, and so needs no home: the address of a stack slot; an `elementPointer` that
    /// only loads and stores use, of which a check of the index stays where it stands; a `compare` that only the branch
    /// behind it uses.
    var isFolded = false
    /// Of a root: the number of the register in which it is best, as `Homes` counts them; -1 where there is no such wish.
    var wish: Int32 = 0

    /// Gives it a home of its own from instruction `index` on, which it is the result of.
    @inline(__always)
    mutating func setHome(_ index: Int) {
        root = Int32(truncatingIfNeeded: index)
        start = root
        wish = -1
    }
}

extension Table where Row == IRValue {
    /// Whether instruction `index` is left out: its result is unused, and it does nothing else.
    @inline(__always)
    func isDropped(_ index: Int, _ function: Body) -> Bool { self[index].useCount == 0 && function.isPure(index) }
}
