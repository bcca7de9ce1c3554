/// Reads the text of a case, line by line.
struct UpdateFileParser {
    private let lines: [String]
    private var next = 0

    /// Gives the steps of `text`.
    static func parse(_ text: String) throws(UpdateFileError) -> [UpdateFile.Step] {
        var parser = UpdateFileParser(text)
        return try parser.steps()
    }

    private init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private mutating func steps() throws(UpdateFileError) -> [UpdateFile.Step] {
        var steps: [UpdateFile.Step] = []
        while next < lines.count {
            let (line, text) = (next + 1, lines[next])
            next += 1
            if text.hasPrefix("--- ") {
                steps.append(.init(line: line, action: .edit(try edit(text.dropFirst(4), at: line))))
            } else if text.hasPrefix("$ ") {
                steps.append(.init(line: line, action: .command(try command(text.dropFirst(2)))))
            } else if !UpdateFileParser.isRemark(text) {
                throw UpdateFileError(line: line, message: "expected '--- ', '$ ', '=== ' or '# '")
            }
        }
        return steps
    }

    private static func isRemark(_ line: String) -> Bool {
        line.isEmpty || line == "#" || line.hasPrefix("# ") || line.hasPrefix("=== ")
    }

    private static func isBoundary(_ line: String) -> Bool {
        line.hasPrefix("=== ") || line.hasPrefix("--- ") || line.hasPrefix("$ ")
    }

    // MARK: - Edits

    private mutating func edit(_ text: Substring, at line: Int) throws(UpdateFileError) -> Edit {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("edit", 2): return .change(path: words[1], hunks: try hunks(), keepsTime: false)
        case ("edit", 5) where words[2...] == ["keeping", "its", "time"]:
            return .change(path: words[1], hunks: try hunks(), keepsTime: true)
        case ("touch", 2): return .touch(path: words[1])
        case ("remove", 2): return .remove(path: words[1])
        case ("folder", 2): return .makeFolder(path: words[1])
        case ("rename", 4) where words[2] == "to": return .rename(path: words[1], to: words[3])
        case ("copy", 4) where words[2] == "to": return .copy(path: words[1], to: words[3])
        case ("truncate", 4) where words[2] == "to":
            return .truncate(path: words[1], size: try number(words[3], at: line))
        case ("patch", 4) where words[2] == "at":
            return .patch(path: words[1], offset: try number(words[3], at: line), bytes: try bytes())
        case (.some(let path), 1): return .write(path: path, lines: try content())
        default: throw UpdateFileError(line: line, message: "expected a path or an edit, found '\(text)'")
        }
    }

    private func number(_ word: String, at line: Int) throws(UpdateFileError) -> Int {
        guard let number = Int(word) else { throw UpdateFileError(line: line, message: "'\(word)' is no number") }
        return number
    }

    /// The lines up to the next step, without the empty ones before it.
    private mutating func block() -> (first: Int, lines: ArraySlice<String>) {
        let start = next
        while next < lines.count, !UpdateFileParser.isBoundary(lines[next]) { next += 1 }
        let end = lines[start..<next].lastIndex { !$0.isEmpty } ?? start - 1
        return (start + 1, lines[start..<(end + 1)])
    }

    /// A line `*100 text` is 100 lines, in which `{n}` is 0 to 99 and `{n+1}` 1 to 100.
    private mutating func content() throws(UpdateFileError) -> [String] {
        var result: [String] = []
        for (place, line) in block().lines.enumerated() {
            guard line.hasPrefix("*") else {
                result.append(line)
                continue
            }
            let parts = line.dropFirst().split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[0]) else {
                throw UpdateFileError(line: next - place, message: "expected '*COUNT TEXT'")
            }
            result += (0..<count).map { UpdateFileParser.instantiate(String(parts[1]), $0) }
        }
        return result
    }

    private static func instantiate(_ template: String, _ number: Int) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            if rest[open...].hasPrefix("{n}") {
                result += "\(number)"
                rest = rest[open...].dropFirst(3)
            } else if rest[open...].hasPrefix("{n+1}") {
                result += "\(number + 1)"
                rest = rest[open...].dropFirst(5)
            } else {
                result += "{"
                rest = rest[open...].dropFirst()
            }
        }
        return result + rest
    }

    /// Lines that begin with `- ` stand there no more, with `+ ` are new, with two spaces stay; an empty line ends a
    /// hunk.
    private mutating func hunks() throws(UpdateFileError) -> [Edit.Hunk] {
        var hunks: [Edit.Hunk] = []
        var isOpen = false
        let (first, lines) = block()
        for (place, line) in lines.enumerated() {
            if line.isEmpty {
                isOpen = false
                continue
            }
            if !isOpen { hunks.append(Edit.Hunk(line: first + place)) }
            isOpen = true
            let text = String(line.dropFirst(2))
            let isOld = line == "-" || line.hasPrefix("- ")
            let isNew = line == "+" || line.hasPrefix("+ ")
            guard isOld || isNew || line.hasPrefix("  ") else {
                throw UpdateFileError(line: first + place, message: "expected '- ', '+ ' or two spaces")
            }
            if !isNew { hunks[hunks.count - 1].old.append(text) }
            if !isOld { hunks[hunks.count - 1].new.append(text) }
        }
        return hunks
    }

    private mutating func bytes() throws(UpdateFileError) -> [UInt8] {
        var result: [UInt8] = []
        let (first, lines) = block()
        for (place, line) in lines.enumerated() {
            for word in line.split(separator: " ") {
                guard let byte = UInt8(word, radix: 16) else {
                    throw UpdateFileError(line: first + place, message: "'\(word)' is no byte in hexadecimal")
                }
                result.append(byte)
            }
        }
        return result
    }

    // MARK: - Commands

    private mutating func command(_ text: Substring) throws(UpdateFileError) -> Command {
        let isAtOnce = text.hasPrefix("at-once ")
        let words = text.split(separator: " ").map(String.init)
        var command = Command(words: Array(words.dropFirst(isAtOnce ? 1 : 0)), isAtOnce: isAtOnce)
        let (first, lines) = block()
        for (place, line) in lines.enumerated() where !UpdateFileParser.isRemark(line) {
            guard let kind = UpdateFileParser.expectation(line) else {
                throw UpdateFileError(line: first + place, message: "no expectation: '\(line)'")
            }
            command.expectations.append(Expectation(line: first + place, kind: kind))
        }
        return command
    }

    private static func expectation(_ line: String) -> Expectation.Kind? {
        if line == ">" || line.hasPrefix("> ") { return .output(String(line.dropFirst(2))) }
        if line == "!" || line.hasPrefix("! ") { return .error(String(line.dropFirst(2))) }
        let words = line.split(separator: " ").map(String.init)
        guard let word = words.first else { return nil }
        let rest = Array(words.dropFirst())
        if let state = Expectation.FileState(rawValue: word) { return rest.isEmpty ? nil : .files(state, rest) }
        switch word {
        case "built", "unchanged", "failed", "built:", "unchanged:", "failed:":
            let result = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return counters(result.count == 2 ? result[1] : "").map { .result(result[0], $0) }
        case "fallback": return rest.first.flatMap { Int($0) }.map { .fallback($0) }
        case "exit": return rest.first.flatMap { Int($0) }.map { .exit($0) }
        case "symbols": return .symbols(rest.sorted())
        default: return isDiagnostic(line) ? .diagnostic(line) : nil
        }
    }

    /// `parsed 1, analysed 2`.
    private static func counters(_ text: String) -> [Expectation.Counter]? {
        var result: [Expectation.Counter] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count == 2, let value = Int(words[1]) else { return nil }
            result.append(Expectation.Counter(name: String(words[0]), value: value))
        }
        return result
    }

    /// `path:line:column: error: message`, or a note; `...` stands for any number of them.
    private static func isDiagnostic(_ line: String) -> Bool {
        line == "..." || line.contains(": error: ") || line.contains(": note: ")
    }
}
