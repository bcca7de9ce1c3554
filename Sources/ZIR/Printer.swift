/// Prints declarations as canonical text: one instruction a line, bodies indented by two spaces, keywords in the order
/// of the table, defaults left out, numbers in decimal.
///
/// It needs the syntax of a valid declaration. What it prints parses to the same syntax but for positions.
public struct Printer {
    private var output: [UInt8] = []
    /// How many bodies are open.
    private var depth = 0

    /// The text of the declaration `name`, which is written without `@`. It does not end in a newline.
    public static func print(name: some Sequence<UInt8>, _ syntax: Syntax) -> [UInt8] {
        guard syntax.instCount > 0 else { return [] }
        var printer = Printer()
        printer.output.append(Byte.at)
        printer.output.append(contentsOf: name)
        printer.write(" = ")
        printer.instruction(.root, of: syntax)
        return printer.output
    }

    private init() {}

    private mutating func instruction(_ index: InstIndex, of syntax: Syntax) {
        let inst = syntax.inst(index)
        write("\(inst.opcode.mnemonic)")
        output.append(Byte.openParenthesis)
        var isFirst = true
        for slot in 0..<min(Int(OpcodeTable.shared.entry(inst.opcode).operandCount), Int(inst.operands.count)) {
            let operand = syntax.operand(slot, of: inst)
            let spec = inst.opcode.operand(slot)
            if operand.kind == .absent || isEmptyBodies(operand, spec) { continue }
            separate(&isFirst)
            if spec.isKeyword { write("\(spec.name)=") }
            self.operand(operand, spec.form, of: syntax)
        }
        output.append(Byte.closeParenthesis)
    }

    /// A `switchbr` without cases has nothing to print for their bodies.
    private func isEmptyBodies(_ operand: Operand, _ spec: OperandSpec) -> Bool {
        spec.form == .bodies && operand.range.count == 0
    }

    private mutating func separate(_ isFirst: inout Bool) {
        if !isFirst { write(", ") }
        isFirst = false
    }

    private mutating func operand(_ operand: Operand, _ form: OperandSpec.Form, of syntax: Syntax) {
        switch operand.kind {
        case .absent: break
        case .decl:
            output.append(Byte.at)
            output.append(contentsOf: syntax.bytes(operand.range))
        case .local:
            output.append(Byte.percent)
            output.append(contentsOf: syntax.bytes(localName(operand, of: syntax)))
        case .int: write(String(Int64(bitPattern: operand.payload)))
        case .bigInt, .float: output.append(contentsOf: syntax.bytes(operand.range))
        case .string: string(syntax.bytes(operand.range), form)
        case .tag: tag(operand.payload, form)
        case .list: list(operand.range, form, of: syntax)
        case .body: body(operand.range, of: syntax)
        }
    }

    private func localName(_ operand: Operand, of syntax: Syntax) -> SyntaxRange {
        let index = UInt32(clamping: operand.payload)
        return index < syntax.instCount ? syntax.inst(InstIndex(index)).name : .empty
    }

    private mutating func tag(_ payload: UInt64, _ form: OperandSpec.Form) {
        switch form {
        case .boolean: output.append(payload == 0 ? Byte.zero : Byte.zero + 1)
        case .tag(let set): write(set.spelling(UInt8(truncatingIfNeeded: payload)) ?? "")
        default: write(TagName.primitive.spelling(UInt8(truncatingIfNeeded: payload)) ?? "")
        }
    }

    // MARK: Lists and bodies

    private mutating func list(_ range: SyntaxRange, _ form: OperandSpec.Form, of syntax: Syntax) {
        let isBracketed = form != .bodies
        if isBracketed { output.append(Byte.openBracket) }
        var isFirst = true
        for element in syntax.elements(range) {
            separate(&isFirst)
            operand(element, form, of: syntax)
        }
        if isBracketed { output.append(Byte.closeBracket) }
    }

    private mutating func body(_ range: SyntaxRange, of syntax: Syntax) {
        output.append(Byte.openBrace)
        if range.count > 0 {
            depth += 1
            for index in syntax.body(range) { binding(index, of: syntax) }
            depth -= 1
            newline()
        }
        output.append(Byte.closeBrace)
    }

    private mutating func binding(_ index: InstIndex, of syntax: Syntax) {
        newline()
        output.append(Byte.percent)
        output.append(contentsOf: syntax.bytes(syntax.inst(index).name))
        write(" = ")
        instruction(index, of: syntax)
    }

    private mutating func newline() {
        output.append(Byte.newline)
        output.append(contentsOf: repeatElement(Byte.space, count: 2 * depth))
    }

    private mutating func write(_ text: String) { output.append(contentsOf: text.utf8) }

    // MARK: Strings

    private mutating func string(_ bytes: SyntaxList<UInt8>, _ form: OperandSpec.Form) {
        if form == .list(.word), isBareWord(bytes) {
            output.append(contentsOf: bytes)
        } else {
            output.append(Byte.quote)
            StringEscapes.append(Array(bytes)[...], to: &output)
            output.append(Byte.quote)
        }
    }

    private func isBareWord(_ bytes: SyntaxList<UInt8>) -> Bool {
        guard let first = bytes.first, first.isWordStart else { return false }
        return bytes.allSatisfy { $0.isNameByte } && String(validating: bytes, as: UTF8.self) != nil
    }
}
