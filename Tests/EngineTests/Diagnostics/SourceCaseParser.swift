/// Reads a file of cases, line by line.
struct SourceCaseParser {
    private let path: String
    private let lines: [String]

    /// The cases in `text`, that of the file at `path`.
    static func parse(_ text: String, path: String) throws(UpdateFileError) -> [SourceCase] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last == "" { lines.removeLast() }
        return try SourceCaseParser(path: path, lines: lines).cases()
    }

    private func cases() throws(UpdateFileError) -> [SourceCase] {
        let starts = lines.indices.filter { lines[$0].hasPrefix(Self.caseMark) }
        guard let first = starts.first else { return [try sourceCase("", at: 0, [0..<lines.count])] }
        var cases: [SourceCase] = []
        for (start, end) in zip(starts, starts.dropFirst() + [lines.count]) {
            let title = String(lines[start].dropFirst(Self.caseMark.count))
            cases.append(try sourceCase(title, at: start, [0..<first, start..<end]))
        }
        return cases
    }

    private static let caseMark = "; === "
    private static let fileMark = "; --- "
    private static let exportMark = "; +++ export every function"
    private static let rootPath = "main.zir"

    /// The case of which these `parts` are. Each part begins in the root file.
    private func sourceCase(_ title: String, at start: Int, _ parts: [Range<Int>]) throws(UpdateFileError) -> SourceCase
    {
        var result = SourceCase(path: path, title: title, line: start + 1)
        var sources: [String: [String]] = [Self.rootPath: []]
        for part in parts {
            var file = Self.rootPath
            var place = part.lowerBound + 1
            for index in part {
                let line = lines[index]
                if line.hasPrefix(Self.fileMark) { file = String(line.dropFirst(Self.fileMark.count)) }
                if let remark = try remark(at: index, below: place, of: file) {
                    result.remarks.append(remark)
                } else {
                    place = index + 1
                }
                let missing = index - (sources[file]?.count ?? 0)
                sources[file, default: []] += Array(repeating: "", count: missing) + [line]
            }
        }
        let isAllExported = parts.contains { lines[$0].contains(Self.exportMark) }
        if isAllExported { addExports(&sources[Self.rootPath, default: []]) }
        result.sources = sources.sorted { $0.key < $1.key }.map { SourceCase.Source(path: $0.key, lines: $0.value) }
        try requireOwners(result)
        return result
    }

    /// Reaches every function whose declaration begins a line, by exports behind the last line.
    private func addExports(_ lines: inout [String]) {
        for line in lines where line.hasPrefix("@") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[1] == "=", words[2].hasPrefix("fn(") else { continue }
            let name = words[0].dropFirst()
            lines.append("@\(name)-exported = export(\"\(name)\", @\(name))")
        }
    }

    /// The remark that line `index` makes on `place`, a line of `file`; nil if it makes none.
    private func remark(
        at index: Int, below place: Int, of file: String
    ) throws(UpdateFileError) -> SourceCase.Remark? {
        guard let (column, text) = Self.mark(lines[index]) else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[1].hasPrefix(" "), let kind = Self.kind(parts[0]) else {
            throw UpdateFileError(line: index + 1, message: "expected 'error: ', 'note of N: ' or 'panic: '")
        }
        return SourceCase.Remark(
            kind: kind, path: file, line: place, column: column, message: String(parts[1].dropFirst()),
            ownLine: index + 1)
    }

    /// The column that `; ^ text`, or `;< text` for the first one, points at, and the text.
    private static func mark(_ line: String) -> (column: Int, text: Substring)? {
        if line.hasPrefix(";< ") { return (1, line.dropFirst(3)) }
        guard line.hasPrefix("; ") || line.hasPrefix(";^ ") else { return nil }
        let mark = line.dropFirst().drop { $0 == " " }
        return mark.hasPrefix("^ ") ? (line.utf8.count - mark.utf8.count + 1, mark.dropFirst(2)) : nil
    }

    private static func kind(_ text: String) -> SourceCase.Remark.Kind? {
        if text == "error" { return .error(nil) }
        if text == "panic" { return .panic }
        if text.hasPrefix("error ") { return Int(text.dropFirst(6)).map { .error($0) } }
        if text.hasPrefix("note of ") { return Int(text.dropFirst(8)).map { .note($0) } }
        return nil
    }

    private func requireOwners(_ result: SourceCase) throws(UpdateFileError) {
        for remark in result.remarks {
            guard case .note(let number) = remark.kind else { continue }
            if result.remarks.filter({ $0.kind == .error(number) }).count != 1 {
                throw UpdateFileError(line: remark.ownLine, message: "not one error has the number \(number)")
            }
        }
    }
}
