import Semantics
import Testing
import ZIR

/// Whatever stands where: analysis ends with a result or an error, and never crashes.
struct HostileTests {
    /// Operands of each kind, as text.
    private static let operands = [
        "@text", "@f", "@word", "@u8", "@gt", "@pointer", "@module", "@out", "@nobody", "@length", "@unset", "%known",
        "%run", "%str", "%void", "%pointer", "%where", "0", "-1", "5", "99999999999999999999999999", "true", "null",
        "undefined",
        "\"len\"", "\"\"", "C", "u8", "eq", "[]", "[1]", "[@u8, %run]", "[\"r\"]", "{}", "{%inner = unreachable()}",
    ]
    private static let declarations = """
        @text = str("abc") @word = as(@u32, 7) @pointer = declref("word") @module = import("a")
        @out = export("f", @f) @length = fieldptr(@text, "len") @gt = fntype([@u8], @u8) @unset = as(@gt, undefined)
        """
    private static let locals = """
        %known = int(3) %run = asm("nop", @u64, output="=r") %str = str("len") %void = primitive(void_value)
        %pointer = elemptr(@text, 1) %where = elemptr(@text, 2)
        """

    /// Every instruction with every operand, the other operands being each of a few, in a body and as a declaration.
    @Test(arguments: Opcode.allCases)
    func everyOperandEverywhere(_ opcode: Opcode) {
        let specs = opcode.operands
        var text = "@f = fn(@t, {}) @t = fntype([], @void)\n\(Self.declarations)\n"
        var count = 0
        for position in 0..<max(specs.count, 1) {
            for operand in Self.operands {
                for choice in 0..<3 {
                    let operands = specs.indices.map { index in
                        index == position ? operand : Self.filler(specs[index].form, choice)
                    }
                    let instruction = "\(opcode.spelling)(\(Self.join(specs, operands)))"
                    text += "@body\(count) = fn(@t, {\(Self.locals) %x = \(instruction)})\n"
                    text += "@constant\(count) = \(instruction)\n"
                    count += 1
                }
            }
        }
        let program = MemoryProgram(withTypes(text), isLenient: true)
        for number in 0..<count {
            _ = program.error(of: "body\(number)")
            _ = program.error(of: "constant\(number)")
        }
    }

    private static func join(_ specs: [OperandSpec], _ operands: [String]) -> String {
        zip(specs, operands).map { $0.isKeyword ? "\($0.name)=\($1)" : $1 }.joined(separator: ", ")
    }

    private static func filler(_ form: OperandSpec.Form, _ choice: Int) -> String {
        switch form {
        case .type: ["@u8", "@gt", "@usize"][choice]
        case .string, .literalString: "\"len\""
        case .integer: "1"
        case .boolean: "1"
        case .body: "{}"
        case .list: ["[]", "[1]", "[@u8]"][choice]
        case .declaration: "@f"
        case .tag: ["eq", "lt", "C"][choice]
        default: ["%run", "1", "@text"][choice]
        }
    }

    /// The tree of a valid program with its operands exchanged: forms that no text has.
    @Test func exchangedOperands() {
        let text = withTypes("@f = fn(@t, {\(Self.locals) %x = add(%run, 1) %y = condbr(true, {}, {})})")
        let program = MemoryProgram("\(text) @t = fntype([], @void) \(Self.declarations)")
        let parsed = Parser.parse(
            Array("@f = fn(@t, {\(Self.locals) %x = add(%run, 1) %y = condbr(true, {}, {})})".utf8))
        let interface = try? program.interface(of: program["f"])
        guard let interface else { return }
        for first in parsed.syntax.operands.indices {
            for second in parsed.syntax.operands.indices where first != second {
                // A body inside itself is no tree.
                guard parsed.syntax.operands[first].kind != .body else { continue }
                var operands = Array(parsed.syntax.operands)
                operands[second] = operands[first]
                let syntax = Syntax(
                    insts: Array(parsed.syntax.insts), operands: operands, bodies: Array(parsed.syntax.bodies),
                    bytes: Array(parsed.syntax.bytes))
                _ = try? program.analyzer.analyzeBody(syntax, of: program["f"], interface: interface, program: program)
            }
        }
    }

    @Test func emptySyntax() throws {
        let program = MemoryProgram("")
        #expect(throws: AnalysisStop.self) {
            try program.analyzer.analyzeInterface(Syntax(), of: .none, program: program)
        }
        #expect(try program.analyzer.analyzeExport(Syntax(), of: .none, program: program) == nil)
    }

    @Test func missingOperands() throws {
        let program = MemoryProgram("")
        for opcode in Opcode.allCases {
            let inst = Inst(opcode: opcode, position: .start, operands: .empty, name: .empty)
            let syntax = Syntax(insts: [inst])
            _ = try? program.analyzer.analyzeInterface(syntax, of: .none, program: program)
            _ = try? program.analyzer.analyzeExport(syntax, of: .none, program: program)
            let interface = Interface(category: .constant, type: .void, value: .void)
            _ = try? program.analyzer.analyzeBody(syntax, of: .none, interface: interface, program: program)
        }
    }
}
