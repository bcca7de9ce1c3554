/// An instruction of ZIR as the model has it: `ModelProject+Text.swift` writes it, `ModelAnalysis.swift` understands it.
struct ModelInstruction: Hashable {
    var mnemonic: String
    var operands: [ModelOperand]

    init(_ mnemonic: String, _ operands: ModelOperand...) {
        self.mnemonic = mnemonic
        self.operands = operands
    }
}

/// An operand of an instruction.
indirect enum ModelOperand: Hashable {
    /// `@name`, or `@module.name`.
    case name(String)
    /// `%3`.
    case local(Int)
    case number(ModelNumeral)
    /// Between the quotes, with its escapes.
    case string(String)
    /// A bare word.
    case word(String)
    case list([ModelOperand])
    case body([ModelLine])
    case keyword(String, ModelOperand)

    static func number(_ value: Int) -> ModelOperand { .number(ModelNumeral(value: value)) }
}

/// An instruction of a body, with the local name of its result.
struct ModelLine: Hashable {
    var local: Int
    var instruction: ModelInstruction
}

/// A number as it is written. How it is spelled makes no difference to what it is.
struct ModelNumeral: Hashable {
    var value: Int
    /// Decimal or not.
    var spelling = 0

    static func == (a: ModelNumeral, b: ModelNumeral) -> Bool { a.value == b.value }

    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// What stands in a declaration.
enum ModelSource: Hashable {
    case instruction(ModelInstruction)
    /// A text that does not parse.
    case unreadable(String)
}

// How it is written.

extension ModelSource {
    /// The text; `layout` says how white space in it is written.
    func text(layout: Int) -> String {
        switch self {
        case .instruction(let instruction): instruction.text(layout: layout)
        case .unreadable(let text): text
        }
    }
}

extension ModelInstruction {
    func text(layout: Int = 0) -> String {
        let comma = layout % 3 == 1 ? "," : layout % 3 == 2 ? " ,\n    " : ", "
        let open = layout % 2 == 1 ? "( " : "("
        return mnemonic + open + operands.map { $0.text(layout: layout) }.joined(separator: comma) + ")"
    }
}

extension ModelOperand {
    fileprivate func text(layout: Int) -> String {
        switch self {
        case .name(let name): return "@\(name)"
        case .local(let number): return "%\(number)"
        case .number(let numeral): return numeral.text
        case .string(let text): return "\"\(text)\""
        case .word(let word): return word
        case .list(let elements): return "[" + elements.map { $0.text(layout: 0) }.joined(separator: ", ") + "]"
        case .keyword(let key, let value): return "\(key)=\(value.text(layout: 0))"
        case .body(let lines):
            let indent = layout % 2 == 0 ? "\n  " : "\n\t  "
            return "{" + lines.map { "\(indent)%\($0.local) = \($0.instruction.text())" }.joined() + "\n}"
        }
    }
}

extension ModelNumeral {
    fileprivate var text: String {
        switch spelling {
        case 1: "0x" + String(value, radix: 16)
        case 2: "0b" + String(value, radix: 2)
        case 3: "0o" + String(value, radix: 8)
        default: String(value)
        }
    }
}
