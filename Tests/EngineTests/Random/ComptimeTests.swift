import Testing

/// Random operations on integers of all widths, each of them four times: with both operands known, with one, and with
/// none. The program compares what they give; where that is not the same, its exit status says which operation it was.
@Suite struct ComptimeTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>, ["debug", "fast"])
    func knownAndUnknownOperandsGiveTheSame(seed: UInt64, mode: String) throws {
        var program = OperationProgram(seed: seed)
        for _ in 0..<150 { program.addOperation() }
        let project = try ProjectFolder()
        defer { project.remove() }
        try project.apply(.write(path: "main.zir", lines: program.lines), line: 0)
        let words = [ZBuildProgram.path, "--json", "--optimize", mode]
        let report = try BuildReport(ChildProcess.run(words, in: project.path).output)
        #expect(report.diagnosticLines.isEmpty)
        guard report.result == "built" else { return }
        let process = try ChildProcess.run([project.absolute(report.output)], in: project.path)
        let operation = program.body.indices.contains(process.status - 1) ? program.body[process.status - 1] : ""
        #expect(process.status == 0 && process.errors.isEmpty, "\(process.errors)\(operation)")
    }
}

/// A program of operations, none of which can fail.
private struct OperationProgram {
    private var dice: Dice
    private var types: Set<IntegerType> = []
    private var globals: [String] = []
    /// A line for each operation.
    private(set) var body: [String] = []

    init(seed: UInt64) { dice = Dice(seed: seed) }

    private struct IntegerType: Hashable {
        var isSigned: Bool
        var bits: Int

        var name: String { "@\(isSigned ? "i" : "u")\(bits)" }
        var lowest: Int64 { isSigned ? -1 << Int64(bits - 1) : 0 }
        var highest: UInt64 { bits == 64 && !isSigned ? .max : 1 << UInt64(isSigned ? bits - 1 : bits) - 1 }
    }

    /// The text of an operand.
    private struct Number {
        var type: IntegerType
        var text: String
    }

    var lines: [String] {
        let declarations = types.sorted { $0.name < $1.name }.map {
            "\($0.name) = inttype(\($0.isSigned), \($0.bits))"
        }
        let head = [
            "@void = primitive(void)", "@noreturn = primitive(noreturn)", "@usize = primitive(usize)",
            "@stop_type = fntype([@usize], @noreturn)", "@stop = fn(@stop_type, {", "  %status = arg(\"status\")",
            "  %x = asm(\"syscall\", @usize, volatile=1, output=\"={rax}\", inputs=[\"{rax}\", \"{rdi}\"], "
                + "args=[231, %status])",
            "  %end = unreachable()", "})",
            "@action = fntype([], @void)", "@entry = export(\"_start\", @start)", "@start = fn(@action, {",
        ]
        return head + body + ["})"] + declarations + globals
    }

    // MARK: - Operations

    mutating func addOperation() {
        let a = rollNumber(rollType())
        switch dice.roll(7) {
        case 0, 1: addSum(a)
        case 2: addDivision(a)
        case 3: addShift(a)
        case 4: addComparison(a)
        case 5: addCast(a)
        default: add(a.type.isSigned && dice.once(in: 2) ? "negatewrap" : "bitnot", [a])
        }
    }

    private mutating func addSum(_ a: Number) {
        let mnemonics = ["addwrap", "subwrap", "mulwrap", "bitand", "bitor", "xor"]
        add(mnemonics[dice.roll(mnemonics.count)], [a, rollNumber(a.type)])
    }

    private mutating func addDivision(_ a: Number) {
        guard let b = rollDivisor(a.type) else { return addSum(a) }
        let mnemonics = ["div", "rem", "mod"] + (a.type.isSigned ? [] : ["mod_rem"])
        add(mnemonics[dice.roll(mnemonics.count)], [a, b])
    }

    private mutating func addShift(_ a: Number) {
        let type = IntegerType(isSigned: false, bits: [8, 16, 64][dice.roll(3)])
        let amount = Number(type: type, text: "\(dice.roll(a.type.bits))")
        add(dice.once(in: 2) ? "shl" : "shr", [a, amount])
    }

    private mutating func addComparison(_ a: Number) {
        let operators = ["lt", "lte", "eq", "gte", "gt", "neq"]
        let b = dice.once(in: 3) ? a : rollNumber(rollType())
        add("cmp", [a, b], middle: operators[dice.roll(operators.count)])
    }

    private mutating func addCast(_ a: Number) {
        if dice.once(in: 2) {
            let type = IntegerType(isSigned: !a.type.isSigned, bits: a.type.bits)
            return add("bitcast", [a], target: type)
        }
        let isWider = dice.once(in: 2)
        let bits = isWider ? a.type.bits + dice.roll(65 - a.type.bits) : 1 + dice.roll(a.type.bits)
        add(isWider ? "as" : "truncate", [a], target: IntegerType(isSigned: a.type.isSigned, bits: bits))
    }

    /// The operation on each choice of operands that are known or loaded; all must give the same.
    private mutating func add(
        _ mnemonic: String, _ operands: [Number], middle: String? = nil, target: IntegerType? = nil
    ) {
        let number = body.count
        types.formUnion(operands.map(\.type) + (target.map { [$0] } ?? []))
        var line = ""
        for (place, operand) in operands.enumerated() {
            let (name, type) = ("\(number)_\(place)", operand.type.name)
            globals.append("@g\(name) = global(\(type), \(operand.text), mutable=1)")
            line += "%l\(name) = deref(@g\(name)) %k\(name) = as(\(type), \(operand.text)) "
        }
        for choice in 0..<(1 << operands.count) {
            let names = operands.indices.map { "%\(choice >> $0 & 1 == 1 ? "l" : "k")\(number)_\($0)" }
            let list = ([target?.name, names.first, middle].compactMap { $0 } + names.dropFirst())
            let result = "\(number)_\(choice)"
            line += "%r\(result) = \(mnemonic)(\(list.joined(separator: ", "))) "
            line += mnemonic == "cmp" ? "%n\(result) = booltoint(%r\(result)) " : "%n\(result) = xor(%r\(result), 0) "
            if choice > 0 { line += check(number, result) }
        }
        body.append(line)
    }

    private func check(_ number: Int, _ result: String) -> String {
        "%c\(result) = cmp(%n\(number)_0, eq, %n\(result)) "
            + "%t\(result) = condbr(%c\(result), {}, { %s\(result) = call(@stop, [\(number + 1)]) }) "
    }

    // MARK: - Operands

    private mutating func rollType() -> IntegerType {
        let bits = dice.pick([1, 7, 8, 9, 16, 31, 32, 33, 63, 64, 1 + dice.roll(64)]) ?? 8
        return IntegerType(isSigned: dice.once(in: 2), bits: bits)
    }

    /// Often one of the ends.
    private mutating func rollNumber(_ type: IntegerType) -> Number {
        let word = dice.next()
        let texts = ["\(type.lowest)", "\(type.highest)", wrap(word, type), wrap(word & 15, type)]
        return Number(type: type, text: texts[dice.roll(texts.count)])
    }

    /// Not 0, and not -1, which the lowest number cannot be divided by; nil where the type has no other.
    private mutating func rollDivisor(_ type: IntegerType) -> Number? {
        let texts = ["\(type.lowest)", "\(type.highest)", wrap(dice.next(), type)].filter { $0 != "0" && $0 != "-1" }
        return dice.pick(texts).map { Number(type: type, text: $0) }
    }

    private func wrap(_ word: UInt64, _ type: IntegerType) -> String {
        let spare = UInt64(64 - type.bits)
        return type.isSigned ? "\(Int64(bitPattern: word << spare) >> Int64(spare))" : "\((word << spare) >> spare)"
    }
}
