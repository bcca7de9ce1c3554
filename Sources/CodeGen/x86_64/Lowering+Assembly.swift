import Semantics
import ZIR

/// Inline assembly: inputs to their registers, the instructions, the output to its home.
extension Lowering {
    mutating func lowerAssembly(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let assembly = assemblies[Int(inst.data)]
        try loadInputs(assembly, function.assemblyArguments(inst), inst.position)
        assembler.emit(contentsOf: assembly.source.bytes)
        guard let output = assembly.output, homes.home(of: index) != nil else { return }
        let (value, _, _) = Lowering.scratch
        extend(value, output, inst.type)
        store(value, asResultOf: index)
    }

    /// Registers first, all at once; memory and numbers need no register that could be gone by then.
    private mutating func loadInputs(
        _ assembly: InlineAssembly, _ arguments: ArraySlice<UInt32>, _ position: Position
    ) throws(DiagnosticError) {
        var moves: [ParallelMove.Move] = []
        var others: [(IRRef, Register)] = []
        for (argument, register) in zip(arguments, assembly.inputs) {
            let value = IRRef(rawValue: argument)
            if case .home(.register(let home)) = source(value) {
                moves.append(ParallelMove.Move(source: home, destination: register))
            } else {
                others.append((value, register))
            }
        }
        for step in ParallelMove.steps(moves) {
            switch step {
            case .move(let move): assembler.move(move.destination, move.source)
            case .exchange(let a, let b): assembler.exchange(a, b)
            }
        }
        for (value, register) in others { try load(register, value, position) }
    }
}
