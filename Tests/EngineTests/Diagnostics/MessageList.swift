import Foundation

/// The rows of docs/diagnostics.md: every text, and the test that shows it.
struct MessageList {
    struct Row: Sendable {
        /// With capital letters for what differs.
        var text: String
        /// A file of cases by its name, another test by its path below Tests, or why there is none.
        var test: String
        /// Of the page.
        var line: Int
    }

    let rows: [Row]

    static let path = Repository.root + "/docs/diagnostics.md"

    init() throws {
        let lines = try ProjectFolder.text(Self.path).split(separator: "\n", omittingEmptySubsequences: false)
        rows = lines.enumerated().compactMap { index, line in
            guard line.hasPrefix("| `"), let end = line.firstRange(of: "` | ") else { return nil }
            let cells = line[end.upperBound...].components(separatedBy: " | ")
            let test = cells.last?.trimmingCharacters(in: [" ", "|"]) ?? ""
            return Row(text: String(line[..<end.lowerBound].dropFirst(3)), test: test, line: index + 1)
        }
    }
}

/// A text in which some parts may be anything.
struct MessagePattern {
    private let parts: [String]

    /// The text of a row: words of capital letters differ.
    init(row text: String) {
        let marked = text.replacingOccurrences(
            of: Self.capitals, with: Self.placeholder, options: .regularExpression)
        parts = marked.components(separatedBy: Self.placeholder)
    }

    /// A literal of the sources, with `placeholder` where it holds other values.
    init(literal: String) { parts = literal.components(separatedBy: Self.placeholder) }

    static let placeholder = "\u{0}"
    /// Words of nothing else, two acronyms apart; they may stand behind the `x` of an escape.
    private static let capitals = "(?<![A-Za-wyz])(?!NUL|UTF)[A-Z]+(?![A-Za-z])"

    /// Whether `text` is one of these, or with `anywhere` holds one.
    func matches(_ text: String, anywhere: Bool = false) -> Bool {
        let escaped = parts.map(NSRegularExpression.escapedPattern(for:)).joined(separator: "(.+?)")
        let pattern = anywhere ? escaped : "^\(escaped)$"
        return text.range(of: pattern, options: .regularExpression) != nil
    }
}

/// Where the files of this repository are.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../..").standardized.path
}
