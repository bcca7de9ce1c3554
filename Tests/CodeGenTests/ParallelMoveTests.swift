import Testing

@testable import CodeGen

/// Every set of moves among four registers, carried out and compared with what all at once would do.
struct ParallelMoveTests {
    private static let registers: [Register] = [.rax, .rdi, .r8, .r15]

    private static func steps(_ moves: [ParallelMove.Move]) -> [ParallelMove.Step] {
        var parallel = ParallelMove()
        for move in moves { parallel.add(from: move.source, to: move.destination) }
        return Array(IteratorSequence(parallel))
    }

    /// For each register as destination: one of the four sources, or no move.
    @Test(arguments: 0..<5)
    func movesAllAtOnce(_ first: Int) {
        for rest in 0..<125 {
            let choices = [first, rest % 5, rest / 5 % 5, rest / 25]
            let moves = zip(ParallelMoveTests.registers, choices).compactMap { destination, choice in
                choice == 4
                    ? nil
                    : ParallelMove.Move(source: ParallelMoveTests.registers[choice], destination: destination)
            }
            var expected: [Register: Register] = [:]
            for register in ParallelMoveTests.registers { expected[register] = register }
            var content = expected
            for move in moves { expected[move.destination] = move.source }
            let steps = Self.steps(moves)
            for step in steps {
                switch step {
                case .move(let move): content[move.destination] = content[move.source]
                case .exchange(let a, let b): (content[a], content[b]) = (content[b], content[a])
                }
            }
            for move in moves { #expect(content[move.destination] == expected[move.destination], "\(moves)") }
            #expect(steps.count <= moves.count)
        }
    }

    @Test func exchangesOnlyInCycles() {
        let chain = [
            ParallelMove.Move(source: .rax, destination: .rdi), ParallelMove.Move(source: .rdi, destination: .rsi),
        ]
        #expect(Self.steps(chain) == [.move(chain[1]), .move(chain[0])])
        let cycle = [
            ParallelMove.Move(source: .rax, destination: .rdi), ParallelMove.Move(source: .rdi, destination: .rax),
        ]
        #expect(Self.steps(cycle) == [.exchange(.rdi, .rax)])
    }
}
