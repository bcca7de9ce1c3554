import Foundation
import Testing
import ZIR

/// Whether docs/language.md is true: every example is compiled or run, and every instruction has one.
///
/// Examples that are only compiled are modules of one build, those that show errors of another. A failure is one of the
/// page's line.
struct LanguageReferenceTests {
    @Test func examplesCompile() throws {
        let reference = try LanguageReference()
        let blocks = reference.blocks("zir")
        #expect(blocks.count > 40)
        for diagnostic in try diagnostics(of: blocks, reference) {
            let block = blocks.first { $0.line == blockLine(of: diagnostic) }
            LanguageReference.fail(block?.pageLine(diagnostic.line) ?? 1, diagnostic.lines.joined(separator: "\n"))
        }
    }

    @Test func errorsAreThoseThatZbuildReports() throws {
        let reference = try LanguageReference()
        let blocks = reference.blocks("zir error")
        #expect(blocks.count > 40)
        let found = try diagnostics(of: blocks, reference)
        for block in blocks {
            let folder = folder(of: block.line)
            let own = found.filter { $0.path.hasPrefix(folder) }.flatMap(\.lines)
                .map { $0.replacingOccurrences(of: folder, with: "") }
            let expected = block.lines.filter(isError).map { String($0.dropFirst(2)) }
            if expected.isEmpty || own != expected {
                let (wanted, got) = (expected.joined(separator: "\n"), own.joined(separator: "\n"))
                LanguageReference.fail(block.line, "expected\n\(wanted)\nfound\n\(got)")
            }
        }
        #expect(found.allSatisfy { blockLine(of: $0) != nil })
    }

    @Test(arguments: try LanguageReference().programs)
    func programPrints(_ program: LanguageReference.Program) throws {
        let project = try ProjectFolder()
        defer { project.remove() }
        try write(program.files, to: project)
        for mode in program.modes {
            let report = try build(project, ["--optimize", mode])
            guard report.result != "failed" else {
                return LanguageReference.fail(program.line, report.diagnosticLines.joined(separator: "\n"))
            }
            let run = try ChildProcess.run([project.absolute(report.output)], in: project.path)
            let printed = program.panics ? run.errors : run.output
            let status = program.panics ? 128 + 6 : 0
            if printed != program.output || run.status != status {
                LanguageReference.fail(program.line, "\(mode): \(printed.debugDescription), exit \(run.status)")
            }
        }
    }

    @Test func programsAreFound() throws {
        #expect(try LanguageReference().programs.count > 10)
    }

    @Test func tableHasEveryMnemonic() throws {
        let table = try LanguageReference().mnemonics
        #expect(table.map(\.word) == Self.mnemonics)
        #expect(table.allSatisfy { $0.status == "core" || $0.status == "later" })
    }

    /// Messages call operands by these names.
    @Test func tableNamesTheOperands() throws {
        let rows = try LanguageReference().mnemonics
        for opcode in Opcode.allCases {
            guard let row = rows.first(where: { $0.word == opcode.spelling }) else { continue }
            let words = Set(row.operands.split { !$0.isLetter && $0 != "_" && $0 != "=" }.map(String.init))
            for operand in opcode.operands {
                let name = operand.isKeyword ? "\(operand.name)=" : "\(operand.name)"
                let isNamed = words.contains { operand.isKeyword ? $0.hasPrefix(name) : $0 == name }
                if !isNamed { LanguageReference.fail(row.line, "'\(opcode.spelling)' has an operand '\(name)'") }
            }
        }
    }

    @Test func everyInstructionHasAnExample() throws {
        let reference = try LanguageReference()
        let examples = reference.blocks.filter { block in
            block.fence.hasPrefix("zir") && block.fence != "zir error"
        }
        let text = examples.flatMap(\.lines).joined(separator: "\n")
        for row in reference.mnemonics where (row.status == "core") != text.contains("= \(row.word)(") {
            let (missing, unexpected) = ("no example compiles '\(row.word)'", "'\(row.word)' compiles, is it core?")
            LanguageReference.fail(row.line, row.status == "core" ? missing : unexpected)
        }
    }
}

// Mnemonics.
extension LanguageReferenceTests {
    /// Those that the parser knows, in its order; the shorthands of `cmp` behind it.
    private static var mnemonics: [String] {
        Opcode.allCases.flatMap { opcode in
            [opcode.spelling] + (opcode == .cmp ? CompareOperator.allCases.map { "cmp_\($0.spelling)" } : [])
        }
    }
}

extension LanguageReference {
    /// A row of the table of all mnemonics.
    fileprivate struct Row {
        var word: String
        var operands: String
        var status: String
        var line: Int
    }

    fileprivate var mnemonics: [Row] {
        let start = lines.lastIndex { $0.hasPrefix("| mnemonic |") } ?? lines.endIndex
        let rows = lines.enumerated().dropFirst(start + 2).prefix { $0.element.hasPrefix("|") }
        return rows.map { index, row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return Row(
                word: cells.first?.filter { $0 != "`" } ?? "", operands: cells.count > 1 ? cells[1] : "",
                status: cells.last ?? "", line: index + 1)
        }
    }
}

// Builds.
extension LanguageReferenceTests {
    /// A root file for builds of modules only.
    private static let root = [
        "@noreturn = primitive(noreturn)", "@type = fntype([], @noreturn)",
        "@start = fn(@type, { %end = unreachable() })", "@entry = export(\"_start\", @start)",
    ]

    /// What zbuild finds in `blocks`, each the module `main.zir` of a folder of its own.
    private func diagnostics(
        of blocks: [LanguageReference.Block], _ reference: LanguageReference
    ) throws -> [BuildReport.Diagnostic] {
        let project = try ProjectFolder()
        defer { project.remove() }
        var files: [String: [String]] = [:]
        for block in blocks {
            let folder = folder(of: block.line)
            for (name, lines) in reference.files { files[folder + name] = lines }
            files[folder + "main.zir"] = reference.module(block).reached(block.line)
        }
        files["main.zir"] =
            Self.root
            + blocks.map { block in
                "@block\(block.line) = import(\"\(folder(of: block.line))main.zir\")"
            }
        try write(files, to: project)
        return try build(project, []).diagnostics
    }

    private func write(_ files: [String: [String]], to project: ProjectFolder) throws {
        for (path, lines) in files { try project.apply(.write(path: path, lines: lines), line: 0) }
    }

    private func build(_ project: ProjectFolder, _ options: [String]) throws -> BuildReport {
        try BuildReport(ChildProcess.run([ZBuildProgram.path, "--json"] + options, in: project.path).output)
    }

    private func folder(of line: Int) -> String { "line\(line)/" }

    /// The line of the block that `diagnostic` is about; nil if it is about none.
    private func blockLine(of diagnostic: BuildReport.Diagnostic) -> Int? {
        let folder = diagnostic.path.split(separator: "/").first ?? ""
        return folder.hasPrefix("line") ? Int(folder.dropFirst(4)) : nil
    }

    /// Whether a comment in an example is an error that it shows.
    private func isError(_ line: String) -> Bool {
        line.hasPrefix("; ") && (line.contains(": error: ") || line.contains(": note: "))
    }
}
