import Foundation
import Testing

/// The examples of docs/language.md: its fenced blocks, by what stands behind the fence.
///
/// | fence | what it is |
/// | --- | --- |
/// | `zir` | declarations that compile |
/// | `zir error` | declarations whose errors are the comments in it that look like errors, all of them and in order |
/// | `zir run`, `zir run MODE` | a whole program; the next block, `output` or `panic`, is what it prints |
/// | `zir prelude` | declarations that the others leave out |
/// | `zir file NAME` | a module beside the others |
struct LanguageReference {
    /// A fenced block.
    struct Block {
        /// Line of the opening fence, counted from 1: line k of the block is line `line + k` of the page.
        var line: Int
        var fence: String
        var lines: [String]

        /// Where line `line` of the module stands that is made of the block; what was added to it stands at the fence.
        func pageLine(_ line: Int) -> Int { line <= lines.count ? self.line + line : self.line }
    }

    /// An example that is run.
    struct Program: Sendable, CustomTestStringConvertible {
        var line: Int
        /// How it is built: with checks and without, unless the fence says how or it ends in a panic.
        var modes: [String]
        var files: [String: [String]]
        /// What it prints, with a newline behind each line.
        var output: String
        /// Whether it ends in a panic, and `output` is what stands on standard error.
        var panics: Bool

        var testDescription: String { "line \(line)" }
    }

    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../docs/language.md").standardized.path

    /// All lines of the page.
    let lines: [String]
    let blocks: [Block]

    init() throws {
        lines = try ProjectFolder.text(Self.path).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        blocks = Self.blocks(in: lines)
    }

    private static func blocks(in lines: [String]) -> [Block] {
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in lines.enumerated() {
            if var block = open {
                if line == "```" {
                    blocks.append(block)
                    open = nil
                } else {
                    block.lines.append(line)
                    open = block
                }
            } else if line.hasPrefix("```") {
                open = Block(line: index + 1, fence: String(line.dropFirst(3)), lines: [])
            }
        }
        return blocks
    }

    /// The blocks behind this fence.
    func blocks(_ fence: String) -> [Block] { blocks.filter { $0.fence == fence } }

    /// The modules beside the examples, by name.
    var files: [String: [String]] {
        var files: [String: [String]] = [:]
        for block in blocks {
            let words = block.fence.split(separator: " ").map(String.init)
            if words.count == 3, words.starts(with: ["zir", "file"]) { files[words[2]] = block.lines }
        }
        return files
    }

    /// The block as a module: with the declarations that it leaves out behind its own, so that lines stay as they are.
    func module(_ block: Block) -> ReferenceModule {
        var module = ReferenceModule(lines: block.lines)
        let own = Set(module.declarations.map(\.name))
        let missing = ReferenceModule(lines: blocks("zir prelude").flatMap(\.lines)).declarations
        module.lines += missing.filter { !own.contains($0.name) }.map(\.line)
        return module
    }

    /// The examples that are run.
    var programs: [Program] {
        var programs: [Program] = []
        for (index, block) in blocks.enumerated() {
            let words = block.fence.split(separator: " ").map(String.init)
            guard words.starts(with: ["zir", "run"]) else { continue }
            let printed = index + 1 < blocks.count ? blocks[index + 1] : block
            let panics = printed.fence == "panic"
            var files = files
            files["main.zir"] = module(block).lines
            programs.append(
                Program(
                    line: block.line, modes: words.count > 2 ? [words[2]] : panics ? ["debug"] : ["debug", "fast"],
                    files: files, output: printed.lines.map { $0 + "\n" }.joined(), panics: panics))
        }
        return programs
    }

    /// Records that something does not hold on a line of the page.
    static func fail(_ line: Int, _ message: String) {
        let location = SourceLocation(fileID: "docs/language.md", filePath: path, line: line, column: 1)
        Issue.record("\(message)", sourceLocation: location)
    }
}

/// The text of an example as a module.
struct ReferenceModule {
    /// A declaration that begins a line.
    struct Declaration {
        var name: String
        var mnemonic: String
        var line: String

        /// Instructions that are an error unless the declaration's value is the number or bool in the comment behind it.
        var check: String {
            guard let comment = line.range(of: "\\) +; ", options: .regularExpression) else { return "" }
            let value = line[comment.upperBound...].prefix { $0 != "," }
            let isNumber = value.range(of: "^-?[0-9][0-9a-fA-FxX_]*$", options: .regularExpression) != nil
            guard isNumber || value == "true" || value == "false" else { return "" }
            return """
                %same = cmp_eq(@\(name), \(value)) \
                %check = condbr(%same, {}, { %stop = compileerror("'\(name)' is not \(value)") })
                """
        }
    }

    var lines: [String]

    var declarations: [Declaration] {
        lines.compactMap { line in
            guard line.hasPrefix("@"), let sign = line.range(of: " = "), let open = line.firstIndex(of: "(") else {
                return nil
            }
            let name = String(line[..<sign.lowerBound].dropFirst())
            return Declaration(name: name, mnemonic: String(line[sign.upperBound..<open]), line: line)
        }
    }

    /// Exports that reach every declaration, unless there are exports already; what nothing reaches is not analysed.
    /// `number` keeps the symbols of several modules apart. Where a comment says what a constant is, that is compared.
    func reached(_ number: Int) -> [String] {
        let declarations = declarations
        if declarations.contains(where: { $0.mnemonic == "export" }) { return lines }
        var lines = lines + ["@doc_void = primitive(void)", "@doc_type = fntype([], @doc_void)"]
        var names: Set<String> = []
        for declaration in declarations where declaration.mnemonic != "import" {
            let name = declaration.name
            guard names.insert(name).inserted else { continue }
            var target = name
            if declaration.mnemonic != "fn" && declaration.mnemonic != "global" {
                target = "doc_use_\(name)"
                lines.append("@\(target) = fn(@doc_type, { %type = typeof(@\(name)) \(declaration.check)})")
            }
            lines.append("@doc_export_\(name) = export(\"doc.\(number).\(name)\", @\(target))")
        }
        return lines
    }
}
