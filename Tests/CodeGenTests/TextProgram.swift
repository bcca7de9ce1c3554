import Semantics
import Testing
import ZIR

@testable import CodeGen

/// A program of one source text, whose functions and data are compiled and run inside the test process.
///
/// The types in `prelude` are there already. Declarations are numbered from `first` on, which are their slots too.
final class TextProgram: Program {
    private let analyzer: Analyzer
    private var declarations: [(name: String, syntax: Syntax)] = []
    private var interfaces: [DeclIndex: Interface] = [:]

    /// Slots below belong to the runtime.
    private static let first = 3

    private static let prelude = [
        "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "usize", "bool", "void", "noreturn",
    ].map { "@\($0) = primitive(\($0))\n" }.joined()

    init(_ text: String, mode: OptimizeMode = .debug) throws {
        analyzer = Analyzer(options: AnalysisOptions(mode: mode))
        let bytes = Array((Self.prelude + text).utf8)
        for span in Scanner.scan(bytes).declarations {
            let parsed = Parser.parse(Array(bytes[span.range]))
            try #require(parsed.diagnostics.isEmpty, "\(parsed.diagnostics)")
            declarations.append((String(decoding: parsed.name, as: UTF8.self), parsed.syntax))
        }
    }

    /// What the function `name`, which takes nothing, does.
    func run(_ name: String = "f") throws -> Machine.Outcome {
        let entry = try #require(try Array(name.utf8).withUnsafeBytes { try lookup($0) })
        var code: [(DeclIndex, MachineCode)] = []
        for index in declarations.indices {
            let declaration = DeclIndex(UInt32(index + Self.first))
            if let machineCode = try machineCode(declaration) { code.append((declaration, machineCode)) }
        }
        var start = BodyBuilder()
        start.emit(.ret, .void, start.call(start.address(entry), [], try resultType(of: entry)))
        return try Machine().run(generate(start.function, declaration: .none)) { image in
            for (declaration, machineCode) in code { image.place(machineCode, as: declaration) }
        }
    }

    private func resultType(of function: DeclIndex) throws -> IRType {
        let interface = try interface(of: function)
        guard case .function(let type) = analyzer.types[interface.type] else { return .void }
        return analyzer.types.irType(of: type.result) ?? .void
    }

    private func machineCode(_ declaration: DeclIndex) throws -> MachineCode? {
        let interface = try interface(of: declaration)
        let syntax = declarations[Int(declaration.rawValue) - Self.first].syntax
        switch try analyzer.analyzeBody(syntax, of: declaration, interface: interface, program: self) {
        case .none: return nil
        case .function(let function): return try generate(function, declaration: declaration)
        case .data(var content):
            content.bytes += Array(repeating: 0, count: Int(content.zeros))
            content.zeros = 0
            return generate(content: content, declaration: declaration)
        }
    }

    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? {
        let name = String(decoding: name, as: UTF8.self)
        return declarations.firstIndex { $0.name == name }.map { DeclIndex(UInt32($0 + Self.first)) }
    }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        if let known = interfaces[declaration] { return known }
        let syntax = declarations[Int(declaration.rawValue) - Self.first].syntax
        let interface = try analyzer.analyzeInterface(syntax, of: declaration, program: self)
        interfaces[declaration] = interface
        return interface
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content {
        let interface = try interface(of: declaration)
        let syntax = declarations[Int(declaration.rawValue) - Self.first].syntax
        let body = try analyzer.analyzeBody(syntax, of: declaration, interface: interface, program: self)
        guard case .data(let content) = body else { return Content(bytes: []) }
        return content
    }

    func name(of declaration: DeclIndex) -> String { declarations[Int(declaration.rawValue) - Self.first].name }
}
