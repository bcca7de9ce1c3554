import ZIR

/// What the analysis of a function's body keeps besides its values and its code.
struct BodyWork: ~Copyable {
    /// The slices that are not known, by the number in their `IRRef`.
    var pairs: [Words] = []
    /// The `block`s that are open, the innermost last.
    var blocks: [OpenBlock] = []
    /// The words that a call hands over, while they are made.
    let callWords = FlatTable<IRRef>()
    /// How many `arg`s there were.
    var argumentCount = 0
    /// How many words those and the address of the result take.
    var argumentWords: UInt32 = 0
    /// Where the result is to be put, if it is returned in memory.
    var resultAddress = IRRef.none

    /// Forgets everything.
    mutating func empty() {
        if !pairs.isEmpty { pairs = [] }
        if !blocks.isEmpty { blocks = [] }
        (argumentCount, argumentWords) = (0, 0)
        resultAddress = .none
    }
}

/// A `block` that is open, and the breaks to it so far.
struct OpenBlock {
    /// The `block` itself.
    var inst: InstIndex
    /// Where the breaks go.
    var endLabel: UInt32
    /// The first of the two instructions that were kept free before the body, for the variables of the result.
    var room: UInt32
    /// The breaks that were analysed, and the end of the body if it can be reached.
    var breaks: [Break] = []

    /// One way out.
    struct Break {
        /// What the block is then.
        var value: TypedValue
        /// Where that stands.
        var position: Position
        /// The instruction that breaks.
        var inst: InstIndex
        /// The first of the instructions that were kept free for giving the result its value.
        var room: UInt32
    }
}
