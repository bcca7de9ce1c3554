import Testing
import ZIR

/// Every valid text again with one token or one byte changed: nothing may crash or hang, a declaration yields one error
/// at most, its position lies in the text, and what still parses is printed to a fixed point.
@Suite struct MutationTests {
    private static let replacements: [[UInt8]] = [
        "@a", "%a", "%x", "(", ")", "[", "]", "{", "}", ",", "=", "\"", "\"s\"", ";", "1", "-", "true", "C", "fn",
        "block", "@b =", "\n", "\u{0}", "é", "\\", "0x", "",
    ].map { Array($0.utf8) }

    @Test(arguments: Samples.all)
    func tokens(opcode: Opcode, text: String) {
        let (prefix, rest) = Self.split(text)
        let tokens = Self.tokens(rest)
        for index in tokens.indices {
            check(prefix + Self.joined(tokens, replacing: index, with: [tokens[index], tokens[index]]))
            for replacement in Self.replacements {
                check(prefix + Self.joined(tokens, replacing: index, with: [replacement]))
            }
        }
    }

    @Test(arguments: Samples.all)
    func bytes(opcode: Opcode, text: String) {
        let (prefix, rest) = Self.split(text)
        for index in rest.indices {
            check(prefix + rest.prefix(index))
            for replacement in [[], [rest[index], rest[index]], [0], [0x22], [0x5C], [0xFF], [0x0A], [0x28], [0x7D]] {
                check(prefix + rest.prefix(index) + replacement + rest.dropFirst(index + 1))
            }
        }
    }

    /// What all samples of instructions begin with is mutated with one of them only.
    private static func split(_ text: String) -> (prefix: [UInt8], rest: [UInt8]) {
        let bytes = Array(text.utf8)
        let marker = Array("%x".utf8)
        let isFirst = text == Samples.all[0].1
        let start = isFirst ? nil : bytes.indices.first { bytes[$0...].starts(with: marker) }
        return (Array(bytes.prefix(start ?? 0)), Array(bytes.dropFirst(start ?? 0)))
    }

    private func check(_ text: [UInt8]) {
        if let problem = problem(text) { Issue.record("\(problem): \(String(decoding: text, as: UTF8.self))") }
    }

    /// What is wrong with the way in which `text` is scanned and parsed.
    private func problem(_ text: [UInt8]) -> String? {
        let scanned = Scanner.scan(text)
        if !isParsedAtOnce(text, scanned) { return "found otherwise when it is parsed at once" }
        var end = 0
        for span in scanned.declarations {
            if span.range.lowerBound < end || span.range.upperBound > text.count { return "span outside the text" }
            end = span.range.upperBound
            let result = Parser.parse(Array(text[span.range]))
            if result.isValid, !span.isComplete { return "a broken span was parsed" }
        }
        return problem(Parser.parse(text), text)
    }

    /// Whether the parser finds by itself what scanner and parser find one after the other.
    private func isParsedAtOnce(_ text: [UInt8], _ scanned: ScanResult) -> Bool {
        var parser = Parser()
        let source = text.withUnsafeBytes { parser.parseSource($0, 0..<text.count) }
        let parsed = scanned.declarations.map { Parser.parse(Array(text[$0.range])) }
        return source.scan.declarations == scanned.declarations && source.scan.diagnostics == scanned.diagnostics
            && source.scan.lineCount == scanned.lineCount && source.parsed.count == parsed.count
            && zip(source.parsed, parsed).allSatisfy {
                $0.structureHash == $1.structureHash && $0.diagnostics == $1.diagnostics
                    && $0.name.elementsEqual($1.name) && outline($0.syntax) == outline($1.syntax)
            }
    }

    private func problem(_ result: ParseResult, _ text: [UInt8]) -> String? {
        if result.diagnostics.count > 1 { return "more than one error" }
        if let diagnostic = result.diagnostics.first {
            return Self.contains(diagnostic.position, text) ? nil : "error outside the text"
        }
        let canonical = Printer.print(name: result.name, result.syntax)
        let again = Parser.parse(canonical)
        if again.structureHash != result.structureHash { return "another structure when printed" }
        return Printer.print(name: again.name, again.syntax) == canonical ? nil : "no fixed point"
    }

    private static func contains(_ position: Position, _ text: [UInt8]) -> Bool {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        let line = Int(position.line)
        return line < lines.count && Int(position.column) <= lines[line].count
    }

    /// Words, names, strings, white space and single bytes; joined they are the text.
    private static func tokens(_ text: [UInt8]) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        for byte in text {
            let isPartOfWord = Character(Unicode.Scalar(byte)).isLetter || byte == 0x5F || (0x30...0x39).contains(byte)
            if isPartOfWord, let last = tokens.last?.last, last != 0x20, last != 0x28, last != 0x0A, last != 0x22 {
                tokens[tokens.count - 1].append(byte)
            } else {
                tokens.append([byte])
            }
        }
        return tokens
    }

    private static func joined(_ tokens: [[UInt8]], replacing index: Int, with new: [[UInt8]]) -> [UInt8] {
        Array((tokens.prefix(index) + new + tokens.dropFirst(index + 1)).joined())
    }
}
