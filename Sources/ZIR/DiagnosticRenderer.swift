/// Makes the text of an error: `path:line:column: error: message`, the source line, and a caret below the place.
///
/// Whatever the source line holds, what is printed is valid UTF-8 without control characters, and of a very long line
/// only what stands around the caret.
public struct DiagnosticRenderer: Sendable {
    /// How much an entry weighs.
    public enum Severity: Sendable {
        /// The sources are wrong.
        case error
        /// Explains the error before it.
        case note
    }

    /// Use ANSI colours.
    public var usesColor: Bool

    /// Columns of the source line that are shown at most.
    private static let window = 120

    /// A renderer.
    public init(usesColor: Bool = false) { self.usesColor = usesColor }

    /// The text of one entry; it ends in a newline. Without a source line, only its first line is given.
    public func render(
        path: String, position: FilePosition, severity: Severity, message: String, sourceLine: ArraySlice<UInt8>?
    ) -> String {
        let place = "\(Self.safe(path)):\(UInt64(position.line) + 1):\(UInt64(position.column) + 1):"
        let head = "\(paint(place, .bold)) \(label(severity)) \(paint(Self.safe(message), .bold))\n"
        guard let sourceLine else { return head }
        return head + excerpt(sourceLine, column: Int(position.column))
    }

    // MARK: The source line

    /// The source line and the caret line. Of the line only what is near the column is looked at.
    private func excerpt(_ text: ArraySlice<UInt8>, column: Int) -> String {
        let line = text.last == Byte.carriageReturn ? text.dropLast() : text
        let near = Self.part(of: line, near: column)
        let cells = Self.cells(near, offset: near.startIndex - line.startIndex)
        // The caret stands under the character that holds the byte, or behind the last one.
        let caret = cells.lastIndex { $0.offset <= column } ?? 0
        let isBehind = column >= line.count
        let caretCell = isBehind ? cells.count : caret
        let first = Self.windowStart(count: cells.count, caret: caretCell)
        let last = min(cells.count, first + Self.window)
        let lead = first > 0 || near.startIndex > line.startIndex ? "..." : ""
        let tail = last < cells.count || near.endIndex < line.endIndex ? "..." : ""
        var shown = lead
        var padding = String(repeating: " ", count: lead.count)
        for index in first..<last {
            shown.unicodeScalars.append(cells[index].scalar)
            if index < caretCell { padding.unicodeScalars.append(cells[index].scalar == "\t" ? "\t" : " ") }
        }
        return "\(shown)\(tail)\n\(padding)\(paint("^", .green))\n"
    }

    /// So much of `line` that it fills the window on both sides of `column`, whatever characters it holds.
    private static func part(of line: ArraySlice<UInt8>, near column: Int) -> ArraySlice<UInt8> {
        let reach = window * maximumCharacterBytes
        let middle = min(column, line.count)
        var start = line.startIndex + max(0, middle - reach)
        for _ in 1..<maximumCharacterBytes where start > line.startIndex && line[start] & 0xC0 == 0x80 { start -= 1 }
        return line[start..<min(line.endIndex, line.startIndex + middle + reach)]
    }

    /// Of one in UTF-8.
    private static let maximumCharacterBytes = 4

    /// The first cell to show, so that the caret is seen with text on both sides of it.
    private static func windowStart(count: Int, caret: Int) -> Int {
        guard count > window else { return 0 }
        return max(0, min(caret - window / 2, count - window))
    }

    /// A character of the source line as it is shown.
    private struct Cell {
        /// Its first byte in the line.
        var offset: Int
        var scalar: Unicode.Scalar
    }

    /// The characters of a part of a line that begins `offset` bytes into it; what is no character, or may not be
    /// printed, is shown as U+FFFD.
    private static func cells(_ part: ArraySlice<UInt8>, offset: Int) -> [Cell] {
        var cells: [Cell] = []
        var rest = part
        let start = part.startIndex - offset
        while let byte = rest.first {
            let length = byte < 0x80 ? 1 : max(1, StringEscapes.characterLength(rest))
            let scalar = String(decoding: rest.prefix(length), as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
            cells.append(Cell(offset: rest.startIndex - start, scalar: scalar == "\t" ? scalar : safe(scalar)))
            rest = rest.dropFirst(length)
        }
        return cells
    }

    /// Text without control characters and without marks that turn the direction of what follows.
    private static func safe(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(safe(scalar)) }
        return String(result)
    }

    private static func safe(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
        default: scalar
        }
    }

    // MARK: Colours

    /// The codes of ANSI's "select graphic rendition".
    private enum Style: String {
        case bold = "1"
        case red = "1;31"
        case cyan = "1;36"
        case green = "1;32"
    }

    private func label(_ severity: Severity) -> String {
        switch severity {
        case .error: paint("error:", .red)
        case .note: paint("note:", .cyan)
        }
    }

    private func paint(_ text: String, _ style: Style) -> String {
        usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
