import Semantics
import ZIR

/// A program of one source text, whose declarations are analysed when somebody asks: what the engine is to analysis,
/// without files and without a memory of earlier runs.
final class MemoryProgram: Program {
    let analyzer: Analyzer
    private var declarations: [Declaration] = []
    private var numbers: [String: DeclIndex] = [:]
    /// Declarations whose content was asked for, in order.
    private(set) var contentQuestions: [String] = []
    /// Declarations whose interface was asked for, in order, each once.
    private(set) var interfaceQuestions: [String] = []

    private struct Declaration {
        var name: String
        var start: FilePosition
        var parsed: ParseResult
        var interface: Result<Interface, AnalysisStop>?
        var isOpen = false
    }

    /// The program of `text`; of two declarations of one name the first counts. A lenient one leaves declarations out
    /// that do not parse.
    init(
        _ text: String, options: AnalysisOptions = AnalysisOptions(), types: TypeTable = TypeTable(),
        isLenient: Bool = false
    ) {
        analyzer = Analyzer(types: types, options: options)
        let bytes = Array(text.utf8)
        for span in Scanner.scan(bytes).declarations {
            let parsed = Parser.parse(Array(bytes[span.range]))
            if isLenient, !parsed.isValid { continue }
            let name = String(decoding: parsed.name, as: UTF8.self)
            declarations.append(Declaration(name: name, start: span.position, parsed: parsed))
            if numbers[name] == nil { numbers[name] = DeclIndex(UInt32(declarations.count)) }
        }
    }

    var types: TypeTable { analyzer.types }

    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? {
        numbers[String(decoding: name, as: UTF8.self)]
    }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        let index = Int(declaration.rawValue) - 1
        if let known = declarations[index].interface { return try known.get() }
        if declarations[index].isOpen { throw .deferred(declaration) }
        interfaceQuestions.append(declarations[index].name)
        declarations[index].isOpen = true
        let result = Result { () throws(AnalysisStop) in
            try analyzer.analyzeInterface(declarations[index].parsed.syntax, of: declaration, program: self)
        }
        declarations[index].isOpen = false
        declarations[index].interface = result
        return try result.get()
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content {
        contentQuestions.append(name(of: declaration))
        guard case .data(let content) = try body(of: declaration) else { return Content(bytes: []) }
        return content
    }

    func name(of declaration: DeclIndex) -> String { declarations[Int(declaration.rawValue) - 1].name }

    func body(of declaration: DeclIndex) throws(AnalysisStop) -> AnalyzedBody {
        let interface = try interface(of: declaration)
        let syntax = declarations[Int(declaration.rawValue) - 1].parsed.syntax
        return try analyzer.analyzeBody(syntax, of: declaration, interface: interface, program: self)
    }

    /// The parsed form of `name`, which there is.
    func syntax(of name: String) -> Syntax { declarations[Int(self[name].rawValue) - 1].parsed.syntax }

    func export(_ name: String) throws(AnalysisStop) -> ExportRequest? {
        let declaration = self[name]
        let syntax = declarations[Int(declaration.rawValue) - 1].parsed.syntax
        return try analyzer.analyzeExport(syntax, of: declaration, program: self)
    }

    /// The number of the declaration `name`; nobody's if there is none.
    subscript(name: String) -> DeclIndex { numbers[name] ?? .none }

    /// The first parse error, as `line:column: message`.
    var parseError: String? {
        for declaration in declarations {
            if let error = declaration.parsed.diagnostics.first {
                return Self.text(error.message, at: declaration.start.adding(error.position))
            }
        }
        return nil
    }

    /// How the analysis of `name` ended, as `line:column: message`; nil if well.
    func error(of name: String) -> String? {
        if let parseError { return parseError }
        let declaration = self[name]
        guard declaration != .none else { return "no declaration '\(name)'" }
        do throws(AnalysisStop) {
            _ = try body(of: declaration)
            _ = try export(name)
            return nil
        } catch {
            switch error {
            case .failed(let diagnostic):
                let start = declarations[Int(declaration.rawValue) - 1].start
                return Self.text(diagnostic.message, at: start.adding(diagnostic.position))
            case .blocked(let other): return "blocked by \(self.name(of: other))"
            case .deferred(let other): return "needs \(self.name(of: other)) first"
            }
        }
    }

    private static func text(_ message: String, at position: FilePosition) -> String {
        "\(position.line + 1):\(position.column + 1): \(message)"
    }
}

extension MemoryProgram {
    /// `TYPE VALUE` of a reference to `name`.
    func constant(_ name: String) throws -> String {
        let interface = try interface(of: self[name])
        return "\(types.name(of: interface.type)) \(text(of: interface.value))"
    }

    func text(of value: Value) -> String {
        switch value {
        case .void: "void"
        case .bool(let isTrue): "\(isTrue)"
        case .integer(let number): number.description
        case .type(let type): types.name(of: type)
        case .null: "null"
        case .undefined: "undefined"
        case .place(let place): text(of: place)
        case .slice(let place, let length): "\(text(of: place))[0..\(length)]"
        case .reference(let declaration): "&\(name(of: declaration))"
        case .lengthPointer(let length): "&\(length)"
        case .array(let elements): "{\(elements.map(text).joined(separator: ", "))}"
        case .pointee(let value): "&(\(text(of: value)))"
        }
    }

    func text(of place: Place) -> String {
        let base =
            switch place.base {
            case .declaration(let declaration): "@\(name(of: declaration))"
            case .local(let index): "local\(index)"
            }
        return place.offset == 0 ? base : "\(base)+\(place.offset)"
    }

    /// The code of the function `name`, a line for each instruction.
    func code(_ name: String) throws -> [String] {
        guard case .function(let function) = try body(of: self[name]) else { return [] }
        return function.insts.indices.map { line(function, $0) }
    }

    private func line(_ function: IRFunction, _ index: Int) -> String {
        let inst = function.insts[index]
        let a = text(of: inst.a, function)
        let b = text(of: inst.b, function)
        let data = Int(inst.data)
        switch inst.op {
        case .add, .sub, .mul, .div, .rem, .mod, .and, .or, .xor, .shiftLeft, .shiftRight:
            return "%\(index) = \(inst.op)\(shape(inst.type)) \(a) \(b)\(inst.data == 1 ? " checked" : "")"
        case .compare: return "%\(index) = \(a) \(CompareOperator.allCases[data]) \(b)"
        case .extend, .bitCast: return "%\(index) = \(inst.op)\(shape(inst.type)) \(a)"
        case .load: return "%\(index) = load\(shape(inst.type)) \(a)\(offset(inst))"
        case .intCast: return "%\(index) = intCast\(shape(inst.type)) \(a)\(inst.data == 1 ? " checked" : "")"
        case .elementPointer:
            let bound = text(of: IRRef(rawValue: function.extra[data + 1]), function)
            return "%\(index) = element \(a) \(b) * \(function.extra[data]) < \(bound)"
        case .call:
            let count = Int(function.extra[data])
            return "%\(index) = call\(shape(inst.type)) \(a)(\(list(function, data + 1, count)))"
        case .assembly:
            let count = function.assemblies[data].inputs.count
            return "%\(index) = asm\(shape(inst.type)) \(data)(\(list(function, Int(inst.a.rawValue), count)))"
        case .store: return "store\(shape(inst.type)) \(a)\(offset(inst)) = \(b)"
        case .copy: return "copy \(a) = \(b) * \(inst.data)"
        case .stackSlot: return "%\(index) = stack \(function.extra[data]) aligned \(function.extra[data + 1])"
        case .sliceLength:
            let limit = inst.data == .max ? "" : " of \(text(of: IRRef(rawValue: function.extra[data]), function))"
            return "%\(index) = length \(a)..\(b)\(limit)"
        case .argument: return "%\(index) = argument\(shape(inst.type)) \(inst.data)"
        case .secondResult: return "%\(index) = second of \(a)"
        case .variable: return "%\(index) = variable\(shape(inst.type))"
        case .assign: return "\(a) = \(b)"
        case .nothing: return "nothing"
        case .ret: return "ret\(shape(inst.type)) \(a)\(inst.b == .none ? "" : " \(b)")"
        case .unreachable: return inst.data == 1 ? "unreachable checked" : "unreachable"
        case .breakpoint: return "breakpoint"
        case .label: return "L\(inst.data):"
        case .jump: return "jump L\(inst.data)"
        case .jumpIfFalse: return "unless \(a) jump L\(inst.data)"
        }
    }

    private func offset(_ inst: IRInst) -> String { inst.data == 0 ? "" : "+\(inst.data)" }

    private func list(_ function: IRFunction, _ first: Int, _ count: Int) -> String {
        function.extra[first..<first + count].map { text(of: IRRef(rawValue: $0), function) }.joined(separator: ", ")
    }

    private func shape(_ type: IRType) -> String { type.bits == 0 ? "" : ".\(type.isSigned ? "i" : "u")\(type.bits)" }

    private func text(of ref: IRRef, _ function: IRFunction) -> String {
        if let index = ref.instIndex { return "%\(index)" }
        guard let index = ref.constantIndex else { return "-" }
        switch function.constants[Int(index)] {
        case .integer(let bits, let type): return type.isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)"
        case .place(let place): return text(of: place)
        case .undefined: return "undefined"
        }
    }
}
