/// Walks over the bytes of one declaration, or of several that follow one another: white space, comments, names, and the
/// position of each byte.
///
/// The text is the parser's copy of it, with `padding` NULs behind. A NUL belongs to no token, so every loop ends there
/// without asking for the end at each byte.
struct Lexer {
    /// NULs that stand behind the text.
    static let padding = Name.shortCount

    private let start: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private(set) var cursor: UnsafePointer<UInt8>
    private var lineStart: UnsafePointer<UInt8>
    private var line: UInt32 = 0
    private let classes = ByteClasses.shared
    /// Where a comment holds a NUL, which is an error even there.
    private(set) var nulInComment: Position?

    /// Walks over the first `count` bytes of `text`; the rest is the padding.
    init(padded text: UnsafeBufferPointer<UInt8>, count: Int) {
        let start = text.baseAddress ?? Self.nothing.utf8Start
        self.start = start
        cursor = start
        lineStart = start
        end = start + min(count, text.count - Self.padding)
    }

    /// Stands where there is no text.
    private static let nothing: StaticString = ""

    /// The next byte; 0 at the end of the text.
    @inline(__always)
    var peek: UInt8 { cursor.pointee }

    @inline(__always)
    var isAtEnd: Bool { cursor >= end }

    /// Bytes before the next one.
    var offset: Int { cursor - start }

    /// Makes the next byte the one that positions count from: the `@` of a declaration.
    mutating func startHere() {
        line = 0
        lineStart = cursor
    }

    /// The place of the next byte. Column 0 of line 0 is the declaration's `@`.
    @inline(__always)
    var position: Position { position(of: cursor) }

    /// The place of a byte of the present line.
    @inline(__always)
    func position(of byte: UnsafePointer<UInt8>) -> Position {
        Position(line: line, column: UInt32(truncatingIfNeeded: byte - lineStart))
    }

    /// The next eight bytes as a number, the first lowest. So many can be read: `padding` stands behind the text.
    @inline(__always)
    private var nextEight: UInt64 { UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)) }

    /// Goes over the mark that a file may begin with.
    mutating func skipByteOrderMark() {
        if cursor[0] == 0xEF, cursor[1] == 0xBB, cursor[2] == 0xBF { cursor += 3 }
    }

    /// Whether the next byte is in `set`.
    @inline(__always)
    func isNext(_ set: ByteClass) -> Bool { classes.has(cursor.pointee, set) }

    /// Goes over the next byte, which is neither a newline nor a NUL.
    @inline(__always)
    mutating func advance() {
        assert(cursor < end)
        cursor += 1
    }

    /// Goes over `byte`, which is neither a newline nor a NUL, if it is next.
    @inline(__always)
    mutating func consume(_ byte: UInt8) -> Bool {
        guard cursor.pointee == byte else { return false }
        cursor += 1
        return true
    }

    /// Goes over `byte` if it is the next token, and over the trivia before it in any case.
    @inline(__always)
    mutating func consumeToken(_ byte: UInt8) -> Bool {
        if consume(byte) { return true }
        guard isNext(.trivia) else { return false }
        skipTrivia()
        return consume(byte)
    }

    /// Goes over white space and comments: mostly nothing, or one blank.
    @inline(__always)
    mutating func skipTrivia() {
        guard isNext(.trivia) else { return }
        if isNext(.blank) { cursor += 1 }
        if isNext(.trivia) { skipAllTrivia() }
    }

    /// Goes over a line break and the spaces behind it, as far as they stand next; up to eight are counted at once.
    @inline(__always)
    mutating func skipLineBreak() {
        guard cursor.pointee == Byte.newline else { return }
        newline()
        cursor += (nextEight ^ 0x2020_2020_2020_2020).trailingZeroBitCount / UInt8.bitWidth
    }

    @inline(__always)
    private mutating func newline() {
        cursor += 1
        line &+= 1
        lineStart = cursor
    }

    /// Goes over `=` if it is the next token, and mostly over a blank behind it.
    @inline(__always)
    mutating func consumeEquals() -> Bool {
        let spaced = UInt64(Byte.space) | UInt64(Byte.equals) << 8 | UInt64(Byte.space) << 16
        guard nextEight & 0xFF_FFFF == spaced else { return consumeToken(Byte.equals) }
        cursor += 3
        return true
    }

    /// Goes over a comma and the blank behind it, if they stand next.
    @inline(__always)
    mutating func consumeCommaAndBlank() -> Bool {
        guard nextEight & 0xFFFF == UInt64(Byte.comma) | UInt64(Byte.space) << 8 else { return false }
        cursor += 2
        return true
    }

    /// The key of the name before the first `(`, if there is one among the next eight bytes; else anything.
    @inline(__always)
    var keyBeforeParenthesis: UInt64 {
        let bytes = nextEight
        // Bytes that equal it are 0 here. A borrow comes out of the lowest of them, so its highest bit is the lowest of
        // those that `marks` has.
        let others = bytes ^ 0x2828_2828_2828_2828
        let marks = (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080
        return bytes & ((marks ^ (marks &- 1)) &>> 8)
    }

    /// Goes over a word of `count` bytes, which are the next, and a `(` right behind it. False: none is there.
    @inline(__always)
    mutating func consumeParenthesis(behind count: Int) -> Bool {
        guard cursor[count] == Byte.openParenthesis else { return false }
        cursor += count &+ 1
        return true
    }

    // The loops below walk with a local pointer: through `self` each step would be a store.

    @inline(__always)
    private mutating func skipBlanks() {
        var place = cursor
        while classes.has(place.pointee, .blank) { place += 1 }
        cursor = place
    }

    @inline(never)
    private mutating func skipAllTrivia() {
        repeat {
            switch cursor.pointee {
            case Byte.newline: newline()
            case Byte.semicolon: skipComment()
            default: skipBlanks()
            }
        } while isNext(.trivia)
    }

    private mutating func skipComment() {
        while cursor.pointee != Byte.newline {
            if cursor.pointee == 0 {
                if isAtEnd { return }
                nulInComment = nulInComment ?? position
            }
            cursor += 1
        }
    }

    /// Takes the run of name bytes that begins here; it may be empty.
    @inline(__always)
    mutating func takeName() -> Name {
        let start = cursor
        var place = start
        while classes.has(place.pointee, .name) { place += 1 }
        cursor = place
        return Name(start: start, readableCount: place - start)
    }

    /// Takes the decimal number that begins here, if it has at most 18 digits and nothing else in its word. So have
    /// nearly all.
    @inline(__always)
    mutating func takeSmallDecimal() -> UInt64? {
        var place = cursor
        var value: UInt64 = 0
        while place.pointee.isDigit {
            value = value &* 10 &+ UInt64(place.pointee &- Byte.zero)
            place += 1
        }
        guard place > cursor, place - cursor <= 18, !classes.has(place.pointee, .name) else { return nil }
        cursor = place
        return value
    }

    /// Takes bytes up to a quote, a backslash, a control byte or the end.
    @inline(__always)
    mutating func takePlainStringBytes() -> UnsafeBufferPointer<UInt8> {
        let start = cursor
        var place = start
        while classes.has(place.pointee, .plainInString) { place += 1 }
        cursor = place
        return UnsafeBufferPointer(start: start, count: place - start)
    }

    /// Whether the word that begins here is a keyword, that is, whether `=` follows it. Leaves the place as it is.
    func isKeyword() -> Bool {
        var ahead = self
        _ = ahead.takeName()
        ahead.skipTrivia()
        return ahead.peek == Byte.equals
    }
}
