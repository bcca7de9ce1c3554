/// Moves between registers that all happen at once: each destination gets what its source held before the first.
struct ParallelMove: BitwiseCopyable, IteratorProtocol {
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

    /// The first `count` are still to be made; there is one for a register at most.
    private var moves = InlineArray<16, Move>(repeating: Move(source: .rax, destination: .rax))
    private(set) var count = 0

    /// Adds a move, to a destination that no other has. One that changes nothing is left out.
    mutating func add(from source: Register, to destination: Register) {
        if source == destination { return }
        moves[count] = Move(source: source, destination: destination)
        count += 1
    }

    /// The next instruction of the sequence; nil when no move is left.
    ///
    /// A move is safe once no other still needs its destination. When none is, what remains are cycles; an exchange
    /// settles one member, and who needed that member's old value finds it where it went.
    mutating func next() -> Step? {
        if count == 0 { return nil }
        count -= 1
        for place in 0...count where !isNeeded(moves[place].destination) {
            let move = moves[place]
            for later in place..<count { moves[later] = moves[later + 1] }
            return .move(move)
        }
        let last = moves[count]
        followExchange(last)
        return .exchange(last.source, last.destination)
    }

    /// Whether one of the moves up to number `count` reads `register`.
    private func isNeeded(_ register: Register) -> Bool {
        for place in 0...count where moves[place].source == register { return true }
        return false
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
