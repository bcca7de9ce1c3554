/// The bytes that the grammar names, and the classes that it sorts them into.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let percent = UInt8(ascii: "%")
    static let openParenthesis = UInt8(ascii: "(")
    static let closeParenthesis = UInt8(ascii: ")")
    static let comma = UInt8(ascii: ",")
    static let minus = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let semicolon = UInt8(ascii: ";")
    static let equals = UInt8(ascii: "=")
    static let at = UInt8(ascii: "@")
    static let openBracket = UInt8(ascii: "[")
    static let backslash = UInt8(ascii: "\\")
    static let closeBracket = UInt8(ascii: "]")
    static let underscore = UInt8(ascii: "_")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let delete: UInt8 = 0x7F
}

extension UInt8 {
    /// One of the bytes that a name is made of: all but white space, control bytes and `, ( ) [ ] { } = ; "`.
    @inline(__always)
    var isNameByte: Bool {
        if self >= 0x80 { return true }
        let mask = self < 64 ? Self.nameBytesBelow64 : Self.nameBytesFrom64
        return (mask &>> UInt64(self & 63)) & 1 != 0
    }

    /// `!` to `?` without `" ( ) , ; =`.
    private static var nameBytesBelow64: UInt64 {
        0xFFFF_FFFE_0000_0000 & ~(1 << 0x22 | 1 << 0x28 | 1 << 0x29 | 1 << 0x2C | 1 << 0x3B | 1 << 0x3D)
    }

    /// `@` to `~` without `[ ] { }`.
    private static var nameBytesFrom64: UInt64 {
        ~(1 << (0x5B - 64) | 1 << (0x5D - 64) | 1 << (0x7B - 64) | 1 << (0x7D - 64) | 1 << (0x7F - 64))
    }

    /// Begins a bare word: a name byte that begins no reference and no number.
    @inline(__always)
    var isWordStart: Bool {
        isNameByte && self != Byte.at && self != Byte.percent && !isDigit && self != Byte.minus
    }

    @inline(__always)
    var isDigit: Bool { self &- Byte.zero < 10 }

    /// Neither a character nor white space: nothing in a source may be one of these.
    @inline(__always)
    var isControl: Bool { (self < Byte.space && !isWhiteSpace) || self == Byte.delete }

    @inline(__always)
    var isWhiteSpace: Bool { isBlank || self == Byte.newline }

    /// White space within a line.
    @inline(__always)
    var isBlank: Bool { self == Byte.space || self == Byte.tab || self == Byte.carriageReturn }

    /// Stands for itself in a string: no quote, no backslash, no control byte but the tab.
    @inline(__always)
    var isPlainInString: Bool {
        if self < Byte.space { return self == Byte.tab }
        return self != Byte.quote && self != Byte.backslash && self != Byte.delete
    }

    /// May begin what a scanner has to look at in a declaration, or is a newline.
    fileprivate var endsPlainRun: Bool {
        switch self {
        case Byte.newline, Byte.semicolon, Byte.quote, Byte.at: true
        case Byte.openParenthesis, Byte.openBracket, Byte.openBrace: true
        case Byte.closeParenthesis, Byte.closeBracket, Byte.closeBrace: true
        default: false
        }
    }

    /// The value of a hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self &- 0x30
        case 0x41...0x46: self &- 0x41 &+ 10
        case 0x61...0x66: self &- 0x61 &+ 10
        default: nil
        }
    }
}

/// The classes of bytes that the loops of the parser and the scanner ask for.
struct ByteClass: OptionSet {
    let rawValue: UInt8

    /// A byte of a name.
    static let name = ByteClass(rawValue: 1)
    /// White space within a line.
    static let blank = ByteClass(rawValue: 2)
    /// What may stand between tokens: white space, and the `;` that begins a comment.
    static let trivia = ByteClass(rawValue: 4)
    /// Stands for itself in a string.
    static let plainInString = ByteClass(rawValue: 8)
    /// Begins a bare word.
    static let wordStart = ByteClass(rawValue: 16)

    /// Says nothing about where a declaration ends: no newline, and begins no comment, string, `@name` or bracket.
    static let plainInDeclaration = ByteClass(rawValue: 32)
    /// Opens a list, a body or the operands of an instruction.
    static let openingBracket = ByteClass(rawValue: 64)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// All classes of `byte`.
    init(of byte: UInt8) {
        self = []
        if byte.isNameByte { insert(.name) }
        if byte.isBlank { insert(.blank) }
        if byte.isWhiteSpace || byte == Byte.semicolon { insert(.trivia) }
        if byte.isPlainInString { insert(.plainInString) }
        if byte.isWordStart { insert(.wordStart) }
        if !byte.endsPlainRun { insert(.plainInDeclaration) }
        if [Byte.openParenthesis, Byte.openBracket, Byte.openBrace].contains(byte) { insert(.openingBracket) }
    }
}

/// The classes of every byte, so that asking for one is a load and a test.
///
/// Made once for a process; the memory is never changed and never freed.
struct ByteClasses: @unchecked Sendable {
    private let table: UnsafePointer<UInt8>

    static let shared = ByteClasses()

    private init() {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in UInt8.min...UInt8.max { (table + Int(byte)).initialize(to: ByteClass(of: byte).rawValue) }
        self.table = UnsafePointer(table)
    }

    /// Whether `byte` is in `set`.
    @inline(__always)
    func has(_ byte: UInt8, _ set: ByteClass) -> Bool { table[Int(byte)] & set.rawValue != 0 }
}
