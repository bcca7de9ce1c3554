import Semantics
import ZIR

/// Inline assembly: inputs to their registers, the instructions, the output to its home.
extension Lowering {
    func lowerAssembly(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let assembly = assemblies[Int(inst.data)]
        try load(assembly.inputs, function.assemblyArguments(inst), inst.position)
        assembler.emit(contentsOf: assembly.source.bytes)
        guard let output = assembly.output, isNeeded(index) else { return }
        let target = target(index)
        extend(target, output, inst.type)
        store(target, asResultOf: index)
    }
}
