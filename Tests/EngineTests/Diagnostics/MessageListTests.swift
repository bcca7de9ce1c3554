import Foundation
import Testing

/// Whether docs/diagnostics.md is complete and true: it has every text that the sources have and the cases show, and
/// each is shown by the test that it names.
@Suite struct MessageListTests {
    @Test func everyTextIsShown() throws {
        let rows = try MessageList().rows
        #expect(rows.count > 100)
        let remarks = try Self.remarks()
        for row in rows where !row.test.hasPrefix("not tested: ") {
            let pattern = MessagePattern(row: row.text)
            let isShown: Bool
            if row.test.hasSuffix(".zir") {
                isShown = remarks.contains { $0.file == row.test && pattern.matches($0.text) }
            } else {
                let text = try ProjectFolder.text("\(Repository.root)/Tests/\(row.test)")
                isShown = pattern.matches(text.replacingOccurrences(of: "\\\\", with: "\\"), anywhere: true)
            }
            if !isShown { Self.fail("\(row.test) does not show it", at: row.line, of: MessageList.path) }
        }
    }

    @Test func everyTextOfTheCasesIsListed() throws {
        let patterns = try MessageList().rows.map { MessagePattern(row: $0.text) }
        for remark in try Self.remarks() where !remark.isOwnText {
            if !patterns.contains(where: { $0.matches(remark.text) }) {
                Self.fail("not in docs/diagnostics.md: \(remark.text)", at: remark.line, of: remark.path)
            }
        }
    }

    @Test func everyTextOfTheSourcesIsListed() throws {
        let rows = try MessageList().rows.map(\.text)
        let literals = try SourceLiterals.all().filter { Self.isMessage($0.text) }
        #expect(literals.count > 150)
        for literal in literals where !Self.fragments.contains(literal.text) {
            let whole = [literal.text, "\(literal.text) not built yet"].map(MessagePattern.init(literal:))
            if !rows.contains(where: { row in whole.contains { $0.matches(row) } }) {
                let text = literal.text.replacingOccurrences(of: MessagePattern.placeholder, with: "X")
                Self.fail(
                    "not in docs/diagnostics.md: \(text)", at: literal.line, of: "\(Repository.root)/\(literal.file)")
            }
        }
    }

    /// More than one word, the first of which is no name.
    private static func isMessage(_ text: String) -> Bool {
        guard text.contains(" "), let first = text.first else { return false }
        return first.isLowercase || first == "'" || String(first) == MessagePattern.placeholder
    }

    /// What stands in the sources and is a part of a text only, or of none.
    private static let fragments: Set = [
        "a value", "a type", "a string", "a string literal", "an integer", "a float", "true or false",
        "a tag of '\u{0}'", "a list", "a body", "a block", "a declaration", "end of declaration", "type '\u{0}'",
        "return type", "parameter of type", "is exported twice", "it changes while it is read", "it is a directory",
        "it is not a regular file", "it is 4 GiB long or longer", "const ", "callconv(.\u{0}) ", "panic: ",
        "nothing that can be read", "'\u{0}' is \u{0} now",
        "lt lte eq gte gt neq", "auto compile_time never_inline always_inline", "auto extern packed",
        "cmp_lt cmp_lte cmp_eq cmp_gte cmp_gt cmp_neq", "\u{0} \u{0} \u{0}n", "\u{0} = { path = \"\u{0}\" }",
    ]

    // MARK: - What the cases show

    private struct Shown {
        var text: String
        /// The name of the file.
        var file: String
        var path: String
        var line: Int
        /// The program's own, out of a `compileerror`.
        var isOwnText: Bool
    }

    private static func remarks() throws -> [Shown] {
        let files = SourceCaseFile.all(in: "Diagnostics") + SourceCaseFile.all(in: "Programs")
        return try files.flatMap { file in
            try file.cases().flatMap { sourceCase in
                sourceCase.remarks.map { remark in
                    Shown(
                        text: text(of: remark), file: file.name, path: file.path, line: remark.ownLine,
                        isOwnText: sourceCase.line(remark.line, of: remark.path).contains("= compileerror("))
                }
            }
        }
    }

    /// A panic's without the function.
    private static func text(of remark: SourceCase.Remark) -> String {
        remark.kind == .panic ? remark.message.components(separatedBy: " in ")[0] : remark.message
    }

    private static func fail(_ message: String, at line: Int, of path: String) {
        let location = SourceLocation(fileID: "EngineTests/\(path)", filePath: path, line: line, column: 1)
        Issue.record("\(message)", sourceLocation: location)
    }
}

extension SourceCase {
    /// Line `number` of the source at `path`; empty if there is none.
    fileprivate func line(_ number: Int, of path: String) -> String {
        guard let lines = sources.first(where: { $0.path == path })?.lines, number <= lines.count else { return "" }
        return lines[number - 1]
    }
}
