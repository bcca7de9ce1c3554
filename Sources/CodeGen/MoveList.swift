/// The instructions of a body that move values from home to home, or may when stack slots have become variables: those
/// slots, and the loads and stores of them; `variable`, `assign`, `extend` and `bitCast`. Passes that are about these need
/// not look at others.
struct MoveList: BitwiseCopyable {
    private let instructions: Table<Int32>
    private var count = 0

    /// None yet of `function`.
    init(in function: borrowing Body) { instructions = function.arena.list(function.insts.count) }

    /// Adds instruction `index`, which stands before those that it has.
    @inline(__always)
    mutating func add(_ index: Int) {
        instructions[count] = Int32(truncatingIfNeeded: index)
        count &+= 1
    }

    /// Calls `visit` with each of them, the last one first.
    @inline(__always)
    func forEachBackwards(_ visit: (Int) -> Void) {
        for place in 0..<count { visit(Int(instructions[place])) }
    }

    /// Calls `visit` with each of them in order.
    @inline(__always)
    func forEach(_ visit: (Int) -> Void) {
        var place = count
        while place > 0 {
            place &-= 1
            visit(Int(instructions[place]))
        }
    }
}
