/// Reads a TOML document (version 1.0.0), as a manifest is one: strings and tables with their places. Of numbers, dates and
/// times it knows where they end and does not look into them.
///
/// Requires nothing of the text: whatever it is, the result is a table or the first error. Tables and arrays are nested up
/// to `depthLimit` deep, so that nothing that follows them in depth needs much stack.
public struct TOMLParser {
    let text: [UInt8]
    var next = 0
    private var line: UInt32 = 0
    private var lineStart = 0

    private var document = TOMLTable(.header)
    /// The table that keys go to.
    private var path: [Key] = []

    /// How deep tables and arrays may be in each other, and how many dots a key may have.
    static let depthLimit = 64

    /// A part of a dotted key.
    struct Key {
        var name: String
        var position: TOMLPosition
    }

    private init(_ text: [UInt8]) { self.text = text }

    /// The table that `text` describes.
    public static func parse(_ text: [UInt8]) throws(TOMLError) -> TOMLTable {
        var parser = TOMLParser(text)
        guard String(validating: text, as: UTF8.self) != nil else { throw parser.error("expected UTF-8") }
        while parser.skipToStatement() { try parser.parseStatement() }
        return parser.document
    }

    // MARK: - Statements

    private mutating func parseStatement() throws(TOMLError) {
        if byte == UInt8(ascii: "[") {
            try parseHeader()
        } else {
            let keys = try parseKeys()
            try expect("=")
            skipSpace()
            let value = try parseValue(depth: path.count + keys.count)
            try insert(value, at: keys, below: path)
        }
        skipSpace()
        skipComment()
        guard byte == nil || isNewline else { throw error("expected the end of the line") }
    }

    private mutating func parseHeader() throws(TOMLError) {
        let start = position
        try expect("[")
        let isElement = byte == UInt8(ascii: "[")
        if isElement { try expect("[") }
        skipSpace()
        let keys = try parseKeys()
        try expect("]")
        if isElement { try expect("]") }
        path = keys
        try update(&document, keys[...], through: .headerBelow) { (value, key) throws(TOMLError) in
            if isElement {
                try TOMLParser.addElement(to: &value, key, start)
            } else {
                try TOMLParser.beginTable(&value, key, start)
            }
        }
    }

    /// `[key]`: a table begins that had no header yet.
    private static func beginTable(_ value: inout TOMLValue?, _ key: Key, _ start: TOMLPosition) throws(TOMLError) {
        var table = TOMLTable(.header)
        if let old = value {
            guard let known = old.table, known.origin == .headerBelow else { throw duplicate(key) }
            table = known
            table.origin = .header
        }
        value = TOMLValue(position: start, contents: table)
    }

    /// `[[key]]`: one more table of several.
    private static func addElement(
        to value: inout TOMLValue?, _ key: Key, _ start: TOMLPosition
    ) throws(TOMLError) {
        guard value?.isArray ?? true else { throw duplicate(key) }
        value = TOMLValue(position: start, contents: TOMLTable(.header), isArray: true)
    }

    /// Puts `value` where `keys` lead from the table at `table`.
    private mutating func insert(_ value: TOMLValue, at keys: [Key], below table: [Key]) throws(TOMLError) {
        func put(_ table: inout TOMLTable) throws(TOMLError) { try TOMLParser.insert(value, at: keys[...], in: &table) }
        guard !table.isEmpty else { return try put(&document) }
        try update(&document, table[...], through: .headerBelow) { (value, key) throws(TOMLError) in
            try TOMLParser.updateTable(&value, key, put)
        }
    }

    static func insert(_ value: TOMLValue, at keys: ArraySlice<Key>, in table: inout TOMLTable) throws(TOMLError) {
        try TOMLParser.update(&table, keys, through: .dottedKey) { (old, key) throws(TOMLError) in
            guard old == nil else { throw duplicate(key) }
            old = value
        }
    }

    // MARK: - Tables

    private func update(
        _ table: inout TOMLTable, _ keys: ArraySlice<Key>, through origin: TOMLTable.Origin,
        _ change: (inout TOMLValue?, Key) throws(TOMLError) -> Void
    ) throws(TOMLError) {
        try TOMLParser.update(&table, keys, through: origin, change)
    }

    /// Changes the value that `keys` lead to. Tables that are missing on the way are made; through `dottedKey` the way
    /// leads only through such.
    private static func update(
        _ table: inout TOMLTable, _ keys: ArraySlice<Key>, through origin: TOMLTable.Origin,
        _ change: (inout TOMLValue?, Key) throws(TOMLError) -> Void
    ) throws(TOMLError) {
        guard let key = keys.first else { return }
        let rest = keys.dropFirst()
        if rest.isEmpty { return try change(&table[key.name], key) }
        if table[key.name] == nil {
            table[key.name] = TOMLValue(position: key.position, contents: TOMLTable(origin))
        }
        try updateTable(&table[key.name], key) { (table) throws(TOMLError) in
            let isClosed = table.origin == .braces || origin == .dottedKey && table.origin != .dottedKey
            guard !isClosed else { throw duplicate(key) }
            try update(&table, rest, through: origin, change)
        }
    }

    /// Changes the table that `value` is; of an array the last. Nobody else has a copy of it then, so that it is changed
    /// in place.
    private static func updateTable(
        _ value: inout TOMLValue?, _ key: Key, _ change: (inout TOMLTable) throws(TOMLError) -> Void
    ) throws(TOMLError) {
        guard var table = value?.contents.take() else { throw duplicate(key) }
        try change(&table)
        value?.contents = table
    }

    private static func duplicate(_ key: Key) -> TOMLError {
        TOMLError(position: key.position, message: "'\(key.name)' has a value already")
    }
}

// The text, byte by byte.
extension TOMLParser {
    /// The next byte; nil at the end.
    var byte: UInt8? { next < text.count ? text[next] : nil }

    var position: TOMLPosition { TOMLPosition(line: line, column: UInt32(clamping: next - lineStart)) }

    func error(_ message: String) -> TOMLError { TOMLError(position: position, message: message) }

    /// Whether a line ends here: at LF, or at CR and LF.
    var isNewline: Bool {
        byte == 0x0a || byte == 0x0d && next + 1 < text.count && text[next + 1] == 0x0a
    }

    /// Goes on to the next line.
    mutating func skipNewline() {
        next += byte == 0x0a ? 1 : 2
        line += 1
        lineStart = next
    }

    mutating func skipSpace() {
        while byte == 0x20 || byte == 0x09 { next += 1 }
    }

    mutating func skipComment() {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, !isNewline, !TOMLParser.isControl(byte) { next += 1 }
    }

    /// Skips what may stand between the values of an array.
    mutating func skipLines() {
        while true {
            skipSpace()
            skipComment()
            guard isNewline else { return }
            skipNewline()
        }
    }

    /// Whether there is one more statement.
    private mutating func skipToStatement() -> Bool {
        skipLines()
        return byte != nil
    }

    /// Skips `character`, which must come next.
    mutating func expect(_ character: Unicode.Scalar) throws(TOMLError) {
        guard byte == UInt8(ascii: character) else { throw error("expected '\(character)'") }
        next += 1
    }

    /// Bytes that no text may have, but for the ends of lines.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7f }
}
