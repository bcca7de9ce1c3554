import Semantics
import ZIR

/// One `asm` with its source encoded and a register chosen for every constraint.
struct InlineAssembly: Equatable, Sendable {
    /// The instructions.
    var source: AssemblySource
    /// Where each argument must stand.
    var inputs = RegisterList([])
    /// Where the result stands afterwards; nil without a result.
    var output: Register?
    /// All registers that its constraints name or its instructions write: nothing else may be kept in them.
    var touched: RegisterSet

    /// Words that are clobbers and no register: nothing is kept in what they stand for across an `asm`.
    private static let plainClobbers: Set<String> = ["memory", "cc", "flags", "dirflag", "fpsr"]

    /// What a constraint that leaves the choice gets, first come first served. `rsp` and `rbp` are never chosen.
    private static let choices: [Register] = [
        .rax, .rcx, .rdx, .rsi, .rdi, .r8, .r9, .r10, .r11, .rbx, .r12, .r13, .r14, .r15,
    ]

    /// Encodes `assembly` and chooses registers. In a function with a frame, `hasFrame`, `rbp` is taken.
    init(_ assembly: IRAssembly, hasFrame: Bool) throws(DiagnosticError) {
        source = try AssemblySource(assembly.source, position: assembly.sourcePosition)
        touched = source.clobbers
        try addClobbers(assembly)
        let named = try namedInputs(assembly)
        if let name = assembly.output, !name.isEmpty {
            let register = try InlineAssembly.register(name, assembly.outputPosition)
            output = register
            touched.insert(register)
        }
        if hasFrame && touched.contains(.rbp) {
            throw DiagnosticError(framePosition(assembly), "register 'rbp' in asm: it holds the frame of this function")
        }
        try chooseInputs(assembly, named)
        if let name = assembly.output, name.isEmpty {
            output = try choose("=r", assembly.outputPosition)
        }
    }

    private mutating func addClobbers(_ assembly: IRAssembly) throws(DiagnosticError) {
        for (clobber, position) in zip(assembly.clobbers, assembly.clobberPositions) {
            if InlineAssembly.plainClobbers.contains(String(decoding: clobber, as: UTF8.self)) { continue }
            touched.insert(try InlineAssembly.register(clobber, position))
        }
    }

    /// The registers that the inputs name, nil where the choice is ours.
    private mutating func namedInputs(_ assembly: IRAssembly) throws(DiagnosticError) -> [Register?] {
        var named: [Register?] = []
        for (name, position) in zip(assembly.inputs, assembly.inputPositions) {
            guard !name.isEmpty else {
                named.append(nil)
                continue
            }
            let register = try InlineAssembly.register(name, position)
            if named.contains(register) {
                throw DiagnosticError(position, "two inputs in register '\(register.name)' of asm")
            }
            named.append(register)
            touched.insert(register)
        }
        return named
    }

    private mutating func chooseInputs(_ assembly: IRAssembly, _ named: [Register?]) throws(DiagnosticError) {
        for (register, position) in zip(named, assembly.inputPositions) {
            if let register {
                inputs.append(register)
            } else {
                inputs.append(try choose("r", position))
            }
        }
    }

    private mutating func choose(_ constraint: String, _ position: Position) throws(DiagnosticError) -> Register {
        guard let register = InlineAssembly.choices.first(where: { !touched.contains($0) }) else {
            throw DiagnosticError(position, "no register is left for '\(constraint)' in asm")
        }
        touched.insert(register)
        return register
    }

    private static func register(_ name: [UInt8], _ position: Position) throws(DiagnosticError) -> Register {
        if let register = Register(name: name) { return register }
        throw DiagnosticError(position, "unknown register '\(String(decoding: name, as: UTF8.self))' in asm")
    }

    /// Where the constraint stands that names `rbp`.
    private func framePosition(_ assembly: IRAssembly) -> Position {
        let clobbers = zip(assembly.clobbers, assembly.clobberPositions)
        let words = Array(clobbers) + Array(zip(assembly.inputs, assembly.inputPositions))
        return words.first { Register(name: $0.0) == .rbp }?.1 ?? assembly.outputPosition
    }
}
