/// Walks over the bytes of one declaration: white space, comments, names, and the position of each byte.
///
/// It holds bare pointers into the span, and is used only while the caller of `Parser.parse` lends that.
struct Lexer {
    private let end: UnsafePointer<UInt8>
    private(set) var cursor: UnsafePointer<UInt8>
    private var lineStart: UnsafePointer<UInt8>
    private var line: UInt32 = 0
    /// Where a comment holds a NUL, which is an error even there.
    private(set) var nulInComment: Position?

    init(_ span: UnsafeBufferPointer<UInt8>) {
        let start = span.baseAddress ?? Self.nothing.utf8Start
        cursor = start
        lineStart = start
        end = start + span.count
    }

    /// Something to point at where there is no text.
    private static let nothing: StaticString = ""

    /// The next byte; 0 at the end of the span.
    @inline(__always)
    var peek: UInt8 { cursor < end ? cursor.pointee : 0 }

    @inline(__always)
    var isAtEnd: Bool { cursor >= end }

    /// The place of the next byte. Column 0 of line 0 is the declaration's `@`.
    @inline(__always)
    var position: Position {
        Position(line: line, column: UInt32(truncatingIfNeeded: cursor - lineStart))
    }

    /// Goes over the next byte, which must not be a newline.
    @inline(__always)
    mutating func advance() {
        if cursor < end { cursor += 1 }
    }

    /// Goes over `byte` if it is next.
    @inline(__always)
    mutating func consume(_ byte: UInt8) -> Bool {
        guard cursor < end, cursor.pointee == byte else { return false }
        cursor += 1
        return true
    }

    /// Goes over white space and comments.
    @inline(__always)
    mutating func skipTrivia() {
        skipBlanks()
        while cursor < end, cursor.pointee <= Byte.semicolon {
            if cursor.pointee == Byte.newline {
                cursor += 1
                line &+= 1
                lineStart = cursor
            } else if cursor.pointee == Byte.semicolon {
                skipComment()
            } else {
                return
            }
            skipBlanks()
        }
    }

    // The loops below walk with a local pointer: through `self` each step would be a store.

    @inline(__always)
    private mutating func skipBlanks() {
        var place = cursor
        while place < end, place.pointee.isBlank { place += 1 }
        cursor = place
    }

    private mutating func skipComment() {
        while cursor < end, cursor.pointee != Byte.newline {
            if cursor.pointee == 0, nulInComment == nil { nulInComment = position }
            cursor += 1
        }
    }

    /// Takes the run of name bytes that begins here; it may be empty.
    @inline(__always)
    mutating func takeName() -> UnsafeBufferPointer<UInt8> {
        let start = cursor
        var place = start
        while place < end, place.pointee.isNameByte { place += 1 }
        cursor = place
        return UnsafeBufferPointer(start: start, count: place - start)
    }

    /// Takes bytes up to a quote, a backslash, a control byte or the end.
    @inline(__always)
    mutating func takePlainStringBytes() -> UnsafeBufferPointer<UInt8> {
        let start = cursor
        var place = start
        while place < end, place.pointee.isPlainInString { place += 1 }
        cursor = place
        return UnsafeBufferPointer(start: start, count: place - start)
    }

    /// Whether the word that begins here is a keyword, that is, whether `=` follows it. Leaves the place as it is.
    @inline(__always)
    func isKeyword() -> Bool {
        var ahead = self
        _ = ahead.takeName()
        ahead.skipTrivia()
        return ahead.peek == Byte.equals
    }
}
