import Semantics
import ZIR

/// Inline assembly: inputs to their registers, the instructions, the output to its home.
extension Lowering {
    mutating func lowerAssembly(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let assembly = assemblies[Int(inst.data)]
        try loadInputs(assembly, function.assemblyArguments(inst), inst.position)
        assembler.emit(contentsOf: assembly.source.bytes)
        guard let output = assembly.output, isNeeded(index) else { return }
        let target = target(index)
        extend(target, output, inst.type)
        store(target, asResultOf: index)
    }

    private mutating func loadInputs(
        _ assembly: InlineAssembly, _ arguments: ArraySlice<UInt32>, _ position: Position
    ) throws(DiagnosticError) {
        try load(assembly.inputs[...], arguments, position)
    }

    /// Loads the values `arguments` into `registers`, all at once. Registers first; memory and numbers need none that
    /// could be gone by then.
    mutating func load(
        _ registers: ArraySlice<Register>, _ arguments: ArraySlice<UInt32>, _ position: Position
    ) throws(DiagnosticError) {
        var moves: [ParallelMove.Move] = []
        for (argument, register) in zip(arguments, registers) {
            if case .register(let home) = source(IRRef(rawValue: argument)), home != register {
                moves.append(ParallelMove.Move(source: home, destination: register))
            }
        }
        emit(moves)
        for (argument, register) in zip(arguments, registers) {
            let value = IRRef(rawValue: argument)
            if case .register = source(value) { continue }
            try load(register, value, position)
        }
    }

    /// Emits `moves` as if all happened at once.
    mutating func emit(_ moves: [ParallelMove.Move]) {
        if moves.isEmpty { return }
        for step in ParallelMove.steps(moves) {
            switch step {
            case .move(let move): assembler.move(move.destination, move.source)
            case .exchange(let a, let b): assembler.exchange(a, b)
            }
        }
    }
}
