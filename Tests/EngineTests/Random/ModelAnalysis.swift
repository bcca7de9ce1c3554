import Foundation

/// Why an analysis of the model ended before its end.
enum ModelStop: Error {
    case failed
    case blocked
}

/// The analysis of one declaration of the model, or of its body, written from the reference of the language.
///
/// Operands are taken from left to right; the first error, or the first question whose answer is a failure, ends it.
struct ModelAnalysis {
    let meaning: ModelMeaning
    let name: ModelName
    let module: Int
    private(set) var questions: [ModelAnswered] = []
    /// Places in `questions`.
    private var asked: Set<ModelQuestion> = []
    /// The function whose body it is; nil in a declaration.
    private var function: (parameters: [ModelType], result: ModelType, isNaked: Bool)?
    private var locals: [Int: ModelTyped] = [:]
    private var argumentCount = 0
    /// Whose address is in the code or the data.
    private var addresses: [ModelName] = []

    init(_ meaning: ModelMeaning, _ name: ModelName, in module: Int) {
        self.meaning = meaning
        self.name = name
        self.module = module
    }

    // MARK: - Declarations

    mutating func interface(_ root: ModelInstruction) throws(ModelStop) -> ModelInterface {
        let own = ModelValue.place(name, offset: 0)
        switch root.mnemonic {
        case "fn":
            let type = try type(root, 0)
            guard case .function = type else { throw .failed }
            return ModelInterface(category: .function, typed: ModelTyped(own, type))
        case "str":
            return ModelInterface(category: .string, typed: ModelTyped(own, stringType(root.string(0))))
        case "global":
            let child = try type(root, 0)
            guard child.isAvailableAtRunTime else { throw .failed }
            let type = ModelType.pointer(child, isConst: !root.isMutable)
            return ModelInterface(category: .global, typed: ModelTyped(own, type))
        case "import":
            note(
                ModelQuestion(kind: .file, name: root.string(0)),
                meaning.answer(importing: root.string(0), from: module))
            guard case .file(let file) = meaning.importedFile(root.string(0), from: module) else { throw .failed }
            let module = ModelInterface.Category.module(file, identity: meaning.identity(of: file))
            return ModelInterface(category: module, typed: ModelTyped(.void, .void))
        case "export":
            return ModelInterface(category: .export, typed: ModelTyped(.void, .void))
        default:
            let result = try evaluate(root)
            guard !result.value.isRunTime else { throw .failed }
            return ModelInterface(category: .constant, typed: result)
        }
    }

    /// What the declaration puts into the program; nil for a function and an export.
    mutating func body(_ root: ModelInstruction, _ interface: ModelInterface) throws(ModelStop) -> ModelContent? {
        switch interface.category {
        case .function:
            try functionBody(root, interface.typed.type)
            askForAddresses()
            return nil
        case .export:
            try export(root)
            return nil
        case .global:
            let content = try globalContent(root, interface.typed.type)
            askForAddresses()
            return content
        case .string: return .string(root.string(0).unescaped)
        case .constant, .module: return nil
        }
    }

    private mutating func globalContent(_ root: ModelInstruction, _ type: ModelType) throws(ModelStop) -> ModelContent {
        guard case .pointer(let child, _) = type else { throw .failed }
        let value = try value(root.operands[1], as: child)
        if value.value.isRunTime || !value.type.isScalar && value.type != .void { throw .failed }
        noteAddress(value.value)
        let isZero = value.value == .integer(0) || value.value == .bool(false)
        return .value(value, isZeros: isZero && root.isMutable)
    }

    private mutating func export(_ root: ModelInstruction) throws(ModelStop) {
        guard case .name(let path) = root.operands[1] else { throw .failed }
        let target = try interface(of: path)
        guard target.category == .function || target.category == .global else { throw .failed }
        guard root.string(0) == "_start", root.linkage == "Strong" else { return }
        guard case .function(let parameters, _, let isNaked) = target.typed.type, isNaked || parameters.isEmpty else {
            throw .failed
        }
    }

    // MARK: - Questions

    private mutating func note(_ question: ModelQuestion, _ answer: ModelAnswer) {
        if asked.insert(question).inserted { questions.append(ModelAnswered(question: question, answer: answer)) }
    }

    /// What `path`, with or without dots, leads to.
    private mutating func interface(of path: String) throws(ModelStop) -> ModelInterface {
        var file = module
        let parts = path.split(separator: ".").map(String.init)
        for part in parts.dropLast() {
            guard case .module(let next, _) = try interface(of: part, in: file).category else { throw .failed }
            file = next
        }
        return try interface(of: parts.last ?? "", in: file)
    }

    private mutating func interface(of part: String, in file: Int) throws(ModelStop) -> ModelInterface {
        let name = meaning.name(of: part, in: file)
        guard meaning.isPresent(name) else {
            note(ModelQuestion(kind: .exists, name: name), .missing)
            throw .failed
        }
        return try interface(named: name)
    }

    private mutating func interface(named name: ModelName) throws(ModelStop) -> ModelInterface {
        let answer = meaning.answer(ModelQuestion(kind: .interface, name: name))
        note(ModelQuestion(kind: .interface, name: name), answer)
        guard case .interface(let interface) = answer else { throw .blocked }
        return interface
    }

    private mutating func content(of name: ModelName) throws(ModelStop) -> ModelContent {
        let question = ModelQuestion(kind: .content, name: name)
        let answer = meaning.answer(question)
        note(question, answer)
        guard case .content(let content) = answer else { throw .blocked }
        return content
    }

    private mutating func noteAddress(_ value: ModelValue) {
        switch value {
        case .place(let target, _), .runTime(let target?): addresses.append(target)
        default: break
        }
    }

    /// Where an address leads that nobody asked about.
    private mutating func askForAddresses() {
        var known = Set(questions.filter { $0.question.kind != .exists }.map(\.question.name))
        known.insert(name)
        for target in addresses where known.insert(target).inserted {
            let question = ModelQuestion(kind: .address, name: target)
            note(question, meaning.answer(question))
        }
    }

    // MARK: - Operands

    private mutating func value(_ operand: ModelOperand) throws(ModelStop) -> ModelTyped {
        switch operand {
        case .name(let path):
            let interface = try interface(of: path)
            switch interface.category {
            case .module, .export: throw .failed
            case .constant, .function, .string, .global: return interface.typed
            }
        case .local(let number):
            guard let value = locals[number] else { throw .failed }
            return value
        case .number(let numeral): return ModelTyped(.integer(numeral.value), .comptimeInt)
        case .word("true"): return ModelTyped(.bool(true), .bool)
        case .word("false"): return ModelTyped(.bool(false), .bool)
        case .string, .word, .list, .body, .keyword: throw .failed
        }
    }

    private mutating func value(_ operand: ModelOperand, as type: ModelType) throws(ModelStop) -> ModelTyped {
        try coerce(value(operand), to: type)
    }

    private mutating func type(_ instruction: ModelInstruction, _ place: Int) throws(ModelStop) -> ModelType {
        try type(instruction.operands[place])
    }

    private mutating func type(_ operand: ModelOperand) throws(ModelStop) -> ModelType {
        guard case .type(let type) = try value(operand).value else { throw .failed }
        return type
    }

    private mutating func integer(_ operand: ModelOperand) throws(ModelStop) -> ModelTyped {
        let value = try value(operand)
        guard value.type.isInteger else { throw .failed }
        return value
    }

    private func coerce(_ value: ModelTyped, to type: ModelType) throws(ModelStop) -> ModelTyped {
        if value.type == type { return value }
        if let bits = type.bits {
            if value.type == .comptimeInt {
                guard case .integer(let number) = value.value, ModelAnalysis.fits(number, bits) else { throw .failed }
                return ModelTyped(value.value, type)
            }
            if let own = value.type.bits, own <= bits { return ModelTyped(value.value, type) }
        }
        if case .pointer(let child, true) = type, value.type == .pointer(child, isConst: false) {
            return ModelTyped(value.value, type)
        }
        throw .failed
    }

    private static func fits(_ number: Int, _ bits: Int) -> Bool {
        number >= 0 && (bits >= 63 || number < 1 << bits)
    }

    private func peer(_ a: ModelType, _ b: ModelType) throws(ModelStop) -> ModelType {
        if a == b || b == .comptimeInt && a.bits != nil { return a }
        if a == .comptimeInt, b.bits != nil { return b }
        guard let left = a.bits, let right = b.bits else { throw .failed }
        return left >= right ? a : b
    }

    private func stringType(_ text: String) -> ModelType {
        .pointer(.string(text.unescaped.utf8.count), isConst: true)
    }

    // MARK: - Instructions that have a value

    private mutating func evaluate(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let operands = instruction.operands
        switch instruction.mnemonic {
        case "int": return try value(operands[0])
        case "primitive": return ModelTyped(.type(.named(instruction.word(0))), .type)
        case "as":
            let type = try type(instruction, 0)
            return try value(operands[1], as: type)
        case "intcast": return try cast(instruction)
        case "add": return try sum(instruction)
        case "cmp": return try comparison(instruction)
        case "str": return ModelTyped(.ownString(instruction.string(0)), stringType(instruction.string(0)))
        case "fieldptr": return try lengthPointer(instruction)
        case "elemptr": return try elementPointer(instruction)
        case "deref": return try load(instruction)
        case "single_const_ptr_type":
            let child = try type(instruction, 0)
            if child == .noreturn { throw .failed }
            return ModelTyped(.type(.pointer(child, isConst: true)), .type)
        case "fntype": return try functionType(instruction)
        case "ptrtoint":
            let value = try value(operands[0])
            guard value.type.isAddress else { throw .failed }
            return try atRunTime(.usize, addressOf: value.value)
        case "arg", "call", "asm", "store": return try evaluateInBody(instruction)
        default: throw .failed
        }
    }

    private func atRunTime(_ type: ModelType, addressOf value: ModelValue = .void) throws(ModelStop) -> ModelTyped {
        guard function != nil else { throw .failed }
        switch value {
        case .place(let target, _), .runTime(let target?): return ModelTyped(.runTime(place: target), type)
        default: return ModelTyped(.runTime, type)
        }
    }

    /// The result of code that needs a register.
    private func inRegister(_ type: ModelType) throws(ModelStop) -> ModelTyped {
        guard let function, !function.isNaked else { throw .failed }
        return ModelTyped(.runTime, type)
    }

    private mutating func cast(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let type = try type(instruction, 0)
        guard type.isInteger else { throw .failed }
        let value = try integer(instruction.operands[1])
        guard case .integer(let number) = value.value else { return try inRegister(type) }
        guard type.bits.map({ ModelAnalysis.fits(number, $0) }) ?? true else { throw .failed }
        return ModelTyped(value.value, type)
    }

    private mutating func sum(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        var (a, b) = (try integer(instruction.operands[0]), ModelTyped(.void, .void))
        b = try integer(instruction.operands[1])
        let type = try peer(a.type, b.type)
        (a, b) = (try coerce(a, to: type), try coerce(b, to: type))
        guard case .integer(let x) = a.value, case .integer(let y) = b.value else {
            noteAddress(a.value)
            noteAddress(b.value)
            return try inRegister(type)
        }
        guard type.bits.map({ ModelAnalysis.fits(x &+ y, $0) }) ?? true else { throw .failed }
        return ModelTyped(.integer(x &+ y), type)
    }

    private mutating func comparison(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let a = try value(instruction.operands[0])
        let b = try value(instruction.operands[2])
        let op = instruction.word(1)
        if a.type.isInteger, b.type.isInteger {
            if case .integer(let x) = a.value, case .integer(let y) = b.value {
                return ModelTyped(.bool(ModelAnalysis.holds(x, op, y)), .bool)
            }
        } else {
            let type = try peer(a.type, b.type)
            guard type == .bool || type == .type || type.isAddress, op == "eq" || op == "neq" else { throw .failed }
            // What an address is, run time only knows; that two names of one place are one, analysis does.
            if !a.value.isRunTime && !b.value.isRunTime {
                return ModelTyped(.bool((a.value == b.value) == (op == "eq")), .bool)
            }
        }
        noteAddress(a.value)
        noteAddress(b.value)
        return try inRegister(.bool)
    }

    private static func holds(_ a: Int, _ op: String, _ b: Int) -> Bool {
        switch op {
        case "lt": a < b
        case "lte": a <= b
        case "eq": a == b
        case "gte": a >= b
        case "gt": a > b
        default: a != b
        }
    }

    private mutating func functionType(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        guard case .list(let elements) = instruction.operands[0] else { throw .failed }
        var parameters: [ModelType] = []
        for element in elements {
            let type = try type(element)
            guard type.isAvailableAtRunTime else { throw .failed }
            parameters.append(type)
        }
        let result = try type(instruction, 1)
        guard result == .noreturn || result.isAvailableAtRunTime else { throw .failed }
        let isNaked = instruction.keyword("cc") == .word("Naked")
        return ModelTyped(.type(.function(parameters: parameters, result: result, isNaked: isNaked)), .type)
    }

    // MARK: - Pointers

    private mutating func pointer(_ operand: ModelOperand) throws(ModelStop) -> (
        value: ModelValue, child: ModelType, isConst: Bool
    ) {
        let value = try value(operand)
        guard case .pointer(let child, let isConst) = value.type else { throw .failed }
        return (value.value, child, isConst)
    }

    private mutating func lengthPointer(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        guard case .string(let length) = try pointer(instruction.operands[0]).child else { throw .failed }
        return ModelTyped(.lengthPointer(length), .pointer(.usize, isConst: true))
    }

    private mutating func elementPointer(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let (value, child, isConst) = try pointer(instruction.operands[0])
        guard case .string(let length) = child, case .place(let target, let offset) = value,
            case .number(let index) = instruction.operands[1], index.value <= length
        else { throw .failed }
        return ModelTyped(.place(target, offset: offset + index.value), .pointer(.u8, isConst: isConst))
    }

    private mutating func load(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let (value, child, _) = try pointer(instruction.operands[0])
        switch value {
        case .lengthPointer(let length):
            return ModelTyped(.integer(length), child)
        case .place(let target, let offset):
            if let known = try knownContent(of: target, offset, child) { return ModelTyped(known, child) }
        default: break
        }
        guard child.isScalar || child == .void else { throw .failed }
        noteAddress(value)
        return try inRegister(child)
    }

    /// What stands `offset` bytes into `target`; nil if the program may change it.
    private mutating func knownContent(
        of target: ModelName, _ offset: Int, _ child: ModelType
    ) throws(ModelStop) -> ModelValue? {
        let interface = try interface(named: target)
        switch (interface.category, interface.typed.type) {
        case (.string, _), (.global, .pointer(_, isConst: true)): break
        default: return nil
        }
        switch try content(of: target) {
        case .string(let text):
            if case .string = child { return .place(target, offset: offset) }
            let bytes = Array(text.utf8) + [0]
            return .integer(Int(bytes[min(offset, bytes.count - 1)]))
        case .value(let typed, _):
            return typed.value
        }
    }

    // MARK: - Bodies

    private mutating func functionBody(_ root: ModelInstruction, _ type: ModelType) throws(ModelStop) {
        guard case .function(let parameters, let result, let isNaked) = type, case .body(let lines) = root.operands[1]
        else { throw .failed }
        function = (parameters, result, isNaked)
        let isEndReached = try run(lines)
        if isEndReached && result != .void { throw .failed }
    }

    /// What comes after an instruction.
    private enum Flow {
        case next
        /// Nothing may stand behind it.
        case left
        /// What stands behind it is not looked at.
        case neverEnds
    }

    /// Whether the end of `lines` can be reached.
    private mutating func run(_ lines: [ModelLine]) throws(ModelStop) -> Bool {
        for (place, line) in lines.enumerated() {
            switch try run(line) {
            case .next: continue
            case .neverEnds: return false
            case .left:
                if place != lines.count - 1 { throw .failed }
                return false
            }
        }
        return true
    }

    private mutating func run(_ line: ModelLine) throws(ModelStop) -> Flow {
        let instruction = line.instruction
        switch instruction.mnemonic {
        case "condbr": return try branch(instruction)
        case "unreachable": return .left
        case "return":
            guard let function, !function.isNaked else { throw .failed }
            let result = try value(instruction.operands[0], as: function.result)
            guard result.type.isScalar || result.type == .void else { throw .failed }
            noteAddress(result.value)
            return .left
        case "returnvoid":
            guard let function, !function.isNaked, function.result == .void else { throw .failed }
            return .left
        default:
            let value = try evaluate(instruction)
            locals[line.local] = value
            return value.type == .noreturn ? .neverEnds : .next
        }
    }

    private mutating func branch(_ instruction: ModelInstruction) throws(ModelStop) -> Flow {
        let condition = try value(instruction.operands[0], as: .bool)
        guard case .body(let then) = instruction.operands[1], case .body(let otherwise) = instruction.operands[2]
        else { throw .failed }
        if case .bool(let isTrue) = condition.value {
            return try run(isTrue ? then : otherwise) ? .next : .neverEnds
        }
        let ends = (try run(then), try run(otherwise))
        return ends.0 || ends.1 ? .next : .neverEnds
    }

    private mutating func evaluateInBody(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        guard let function else { throw .failed }
        switch instruction.mnemonic {
        case "arg":
            guard !function.isNaked, argumentCount < function.parameters.count else { throw .failed }
            argumentCount += 1
            return try atRunTime(function.parameters[argumentCount - 1])
        case "store":
            let (address, child, isConst) = try pointer(instruction.operands[0])
            if isConst { throw .failed }
            let value = try value(instruction.operands[1], as: child)
            if function.isNaked { throw .failed }
            noteAddress(address)
            noteAddress(value.value)
            return ModelTyped(.void, .void)
        case "asm": return try assembly(instruction)
        default: return try call(instruction)
        }
    }

    private mutating func assembly(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let type = try type(instruction, 1)
        guard type.isScalar, case .list(let arguments)? = instruction.keyword("args") else { throw .failed }
        for argument in arguments {
            var value = try value(argument)
            if value.type == .comptimeInt { value = try coerce(value, to: .usize) }
            guard value.type.isScalar else { throw .failed }
            noteAddress(value.value)
        }
        return try atRunTime(type)
    }

    private mutating func call(_ instruction: ModelInstruction) throws(ModelStop) -> ModelTyped {
        let callee = try value(instruction.operands[0])
        guard case .function(let parameters, let result, false) = callee.type,
            case .list(let arguments) = instruction.operands[1], arguments.count == parameters.count
        else { throw .failed }
        for (argument, parameter) in zip(arguments, parameters) {
            noteAddress(try value(argument, as: parameter).value)
        }
        noteAddress(callee.value)
        if result == .void || result == .noreturn { return ModelTyped(.void, result) }
        return try atRunTime(result)
    }
}

extension ModelInstruction {
    fileprivate func string(_ place: Int) -> String {
        if place < operands.count, case .string(let text) = operands[place] { text } else { "" }
    }

    fileprivate func word(_ place: Int) -> String {
        if place < operands.count, case .word(let word) = operands[place] { word } else { "" }
    }

    fileprivate func keyword(_ key: String) -> ModelOperand? {
        for case .keyword(key, let value) in operands { return value }
        return nil
    }

    fileprivate var isMutable: Bool { keyword("mutable") != nil }

    fileprivate var linkage: String {
        if case .word(let word)? = keyword("linkage") { word } else { "Strong" }
    }
}

extension String {
    /// What a string of ZIR means: the escapes that the model uses.
    fileprivate var unescaped: String {
        replacingOccurrences(of: "\\x41", with: "A").replacingOccurrences(of: "\\\"", with: "\"")
            .replacingOccurrences(of: "\\n", with: "\n")
    }
}
