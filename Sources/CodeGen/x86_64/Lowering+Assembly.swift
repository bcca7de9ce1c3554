import Semantics
import ZIR

/// Inline assembly: inputs to their registers, the instructions, the output to its home.
extension Lowering {
    func lowerAssembly(_ index: Int) {
        let inst = function.insts[index]
        let assembly = assemblies[Int(inst.data)]
        load(assembly.inputs, function.assemblyArguments(inst))
        assembler.emit(contentsOf: assembly.source.bytes)
        guard let output = assembly.output, isNeeded(index) else { return }
        let target = target(index)
        extend(target, output, inst.type)
        store(target, asResultOf: index)
    }
}
