/// Moves between registers that all happen at once: each destination gets what its source held before the first.
enum ParallelMove {
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

    /// The sequence for `moves`, whose destinations are all different.
    ///
    /// A move is safe once no other still needs its destination. When none is, what remains are cycles; an exchange
    /// settles one member, and who needed that member's old value finds it where it went.
    static func steps(_ moves: [Move]) -> [Step] {
        var pending = moves.filter { $0.source != $0.destination }
        var steps: [Step] = []
        while let last = pending.last {
            let safe = pending.firstIndex { move in !pending.contains { $0.source == move.destination } }
            if let safe {
                steps.append(.move(pending.remove(at: safe)))
                continue
            }
            pending.removeLast()
            steps.append(.exchange(last.source, last.destination))
            for index in pending.indices where pending[index].source == last.destination {
                pending[index].source = last.source
            }
            pending.removeAll { $0.source == $0.destination }
        }
        return steps
    }
}
