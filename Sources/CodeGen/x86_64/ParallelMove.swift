/// Moves between registers that all happen at once: each destination gets what its source held before the first.
struct ParallelMove: BitwiseCopyable {
    /// One register to another.
    struct Move: Hashable, BitwiseCopyable, Sendable {
        var source: Register
        var destination: Register
    }

    /// One instruction of the sequence that has the same effect.
    enum Step: Hashable, Sendable {
        case move(Move)
        case exchange(Register, Register)
    }

    /// The first `count` are still to be made. There is one for a register at most.
    private var moves = InlineArray<16, Move>(repeating: Move(source: .rax, destination: .rax))
    private(set) var count = 0

    /// Adds a move, to a destination that no other has. One that changes nothing is left out.
    mutating func add(from source: Register, to destination: Register) {
        if source == destination { return }
        moves[count] = Move(source: source, destination: destination)
        count += 1
    }

    /// Calls `emit` with each instruction of the sequence; then no move is left.
    ///
    /// A move is safe once no other still needs its destination. When none is, what remains are cycles; an exchange
    /// settles one member, and who needed that member's old value finds it where it went.
    mutating func forEachStep(_ emit: (Step) -> Void) {
        while count > 0 {
            if let safe = firstSafe {
                emit(.move(moves[safe]))
                count -= 1
                for index in safe..<count { moves[index] = moves[index + 1] }
            } else {
                count -= 1
                emit(.exchange(moves[count].source, moves[count].destination))
                followExchange(moves[count])
            }
        }
    }

    /// The first move whose destination no other needs any more.
    private var firstSafe: Int? {
        (0..<count).first { safe in !(0..<count).contains { moves[$0].source == moves[safe].destination } }
    }

    /// What was in the destination of `exchanged` is in its source now.
    private mutating func followExchange(_ exchanged: Move) {
        let rest = count
        count = 0
        for index in 0..<rest {
            let move = moves[index]
            add(from: move.source == exchanged.destination ? exchanged.source : move.source, to: move.destination)
        }
    }
}
