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

    /// Calls `emit` with the sequence for `moves`, whose destinations are all different; the table is used up.
    ///
    /// A move is safe once no other still needs its destination. When none is, what remains are cycles; an exchange
    /// settles one member, and who needed that member's old value finds it where it went.
    static func forEachStep(of moves: Table<Move>, _ emit: (Step) -> Void) {
        var count = 0
        for move in moves where move.source != move.destination {
            moves[count] = move
            count += 1
        }
        while count > 0 {
            if let safe = firstSafe(moves, count) {
                emit(.move(moves[safe]))
                count -= 1
                for index in safe..<count { moves[index] = moves[index + 1] }
                continue
            }
            count -= 1
            let last = moves[count]
            emit(.exchange(last.source, last.destination))
            var kept = 0
            for index in 0..<count {
                if moves[index].source == last.destination { moves[index].source = last.source }
                if moves[index].source == moves[index].destination { continue }
                moves[kept] = moves[index]
                kept += 1
            }
            count = kept
        }
    }

    /// The first of `count` moves whose destination no other needs any more.
    private static func firstSafe(_ moves: Table<Move>, _ count: Int) -> Int? {
        (0..<count).first { safe in !(0..<count).contains { moves[$0].source == moves[safe].destination } }
    }
}
