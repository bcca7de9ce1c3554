/// A value of a TOML document, and where it stands. Neither a string nor a table: a number, a boolean, a date, a time or
/// an array, and nobody here asks which.
public struct TOMLValue: Sendable {
    /// Where it begins: of a table with a header, where the header does.
    public let position: TOMLPosition
    /// The text, if it is a string.
    public let string: String?
    /// The table, if it is one; of an array of tables, which headers in double brackets make, the last.
    var contents: TOMLTable?
    /// Whether it is an array of tables.
    let isArray: Bool

    init(position: TOMLPosition, string: String? = nil, contents: TOMLTable? = nil, isArray: Bool = false) {
        self.position = position
        self.string = string
        self.contents = contents
        self.isArray = isArray
    }

    /// The table, if it is one.
    public var table: TOMLTable? { isArray ? nil : contents }
}

/// A table of a TOML document: values by key.
public struct TOMLTable: Sendable {
    private var values: [String: TOMLValue] = [:]
    /// What made it, and so what may still be added to it.
    var origin: Origin

    enum Origin: Sendable {
        /// A header of its own, or the document itself.
        case header
        /// The header of a table in it: its own may follow.
        case headerBelow
        /// A key with dots: others may follow.
        case dottedKey
        /// Braces: it is complete.
        case braces
    }

    init(_ origin: Origin) { self.origin = origin }

    /// The value of `key`.
    public internal(set) subscript(key: String) -> TOMLValue? {
        get { values[key] }
        _modify { yield &values[key] }
    }

    /// All keys, sorted.
    public var keys: [String] { values.keys.sorted() }
}

/// A place in a text: zero-based line, and zero-based column in bytes.
public struct TOMLPosition: Hashable, Sendable {
    /// Zero-based line.
    public var line: UInt32
    /// Zero-based column, in bytes.
    public var column: UInt32

    /// The position at zero-based `line` and `column`.
    public init(line: UInt32, column: UInt32) {
        self.line = line
        self.column = column
    }
}

/// What is wrong with a text that is no TOML, and where.
public struct TOMLError: Error, Hashable, Sendable {
    /// Where.
    public var position: TOMLPosition
    /// What.
    public var message: String

    /// The error `message` at `position`.
    public init(position: TOMLPosition, message: String) {
        self.position = position
        self.message = message
    }
}
