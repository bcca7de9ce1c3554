import ZIR

// Inline assembly: its operands, and the form of its constraints. What the source means is the code generator's matter.
extension Analysis {
    func analyzeAssembly() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        let assembly = try assemblyTexts()
        let type = try type(1)
        let shape = try outputShape(type)
        let first = try assemblyArguments(count: assembly.inputs.count)
        code.assemblies.append(assembly)
        let inst = IRInst(
            .assembly, type: shape ?? .void, a: IRRef(rawValue: first), data: UInt32(code.assemblies.count - 1),
            position: current.position)
        let value = try append(inst)
        if type == .noreturn { return try endCode(isChecked: true) }
        if shape != nil { return .runTime(value, type) }
        return known(types.onlyValue(of: type) ?? .undefined, type)
    }

    /// Source, constraints and clobbers.
    private func assemblyTexts() throws(AnalysisStop) -> IRAssembly {
        let output = operand(3)
        var assembly = IRAssembly(
            source: try string(0), output: nil, inputs: [], clobbers: [], isVolatile: flag(2),
            sourcePosition: operand(0).position, outputPosition: output.position, inputPositions: [],
            clobberPositions: [])
        if output.kind != .absent {
            assembly.output = try register(in: string(3), prefix: "=", at: output.position)
        }
        for input in try elements(4) {
            assembly.inputs.append(try register(in: string(input, of: 4), prefix: "", at: input.position))
            assembly.inputPositions.append(input.position)
        }
        for clobber in try elements(5) {
            assembly.clobbers.append(try string(clobber, of: 5))
            assembly.clobberPositions.append(clobber.position)
        }
        return assembly
    }

    /// The register that `constraint` names as `{rax}`; empty for `r`, which names none.
    private func register(
        in constraint: [UInt8], prefix: String, at position: Position
    ) throws(AnalysisStop) -> [UInt8] {
        let text = text(constraint)
        if text == prefix + "r" { return [] }
        let name = constraint.dropFirst(prefix.utf8.count + 1).dropLast()
        guard text.hasPrefix(prefix + "{"), text.hasSuffix("}"), !name.isEmpty else {
            throw failure(position, "unknown constraint '\(text)'")
        }
        return Array(name)
    }

    /// The shape of the output; nil if there is none.
    private func outputShape(_ type: TypeIndex) throws(AnalysisStop) -> IRType? {
        if operand(3).kind == .absent { return nil }
        let position = operand(1).position
        guard types.isAvailableAtRunTime(type) else { throw unavailable(type, at: position) }
        guard let shape = types.irType(of: type), shape.bits > 0 else {
            throw failure(position, "type '\(name(of: type))' cannot be an output")
        }
        return shape
    }

    /// Puts the arguments, one for each input, into `extra` and returns the index of the first.
    private func assemblyArguments(count: Int) throws(AnalysisStop) -> UInt32 {
        let operands = try elements(6)
        guard operands.count == count else {
            throw failure("expected \(count) arguments, found \(operands.count)")
        }
        let first = UInt32(code.extra.count)
        for operand in operands {
            var value = try value(of: operand)
            if value.type == .comptimeInt { value = try coerce(value, to: .usize, at: operand.position) }
            try addExtra(assemblyArgument(value, at: operand.position).rawValue)
        }
        return first
    }

    private func assemblyArgument(
        _ value: TypedValue, at position: Position
    ) throws(AnalysisStop) -> IRRef {
        guard types.isAvailableAtRunTime(value.type) else { throw unavailable(value.type, at: position) }
        guard types.isInteger(value.type) || value.type == .bool || types.isAddress(value.type) else {
            let found = name(of: value.type)
            throw failure(position, "expected integer, bool, pointer or function, found '\(found)'")
        }
        if case .integer(let zero)? = types.onlyValue(of: value.type) {
            return try constant(.integer(zero.lowBits, IRType(bits: 64)))
        }
        return try lower(value, at: position)
    }
}
