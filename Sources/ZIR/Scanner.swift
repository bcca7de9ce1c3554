import BLAKE3

/// Cuts the text of a file into the spans of its declarations, without parsing them.
///
/// One pass over the bytes. It knows tokens only so far as it must: strings and comments, in which nothing counts;
/// names, since `@name =` begins a declaration; and brackets, since the `)` that matches the first `(` ends it. Where
/// brackets do not match, or the text ends before, the declaration is broken and runs on to the next `@name =`. What
/// stands between declarations is reported once for each run of it.
public struct Scanner: ~Copyable {
    private let base: UnsafePointer<UInt8>
    private let classes = ByteClasses.shared
    /// Where the text ends.
    private let count: Int
    private var cursor: Int
    private var line: UInt32 = 0
    /// Offset of the first byte of the current line.
    private var lineStart: Int

    private var result = ScanResult()
    private var state = State.outside
    /// The declaration whose span is open, unless outside.
    private var current = Head()
    /// Where the last token that belongs to the open declaration ended.
    private var lastTokenEnd = 0
    /// Opening brackets not yet closed in the open declaration.
    private var brackets = ScratchBuffer<UInt8>()
    /// A name `@x` that was the last token; the `=` that makes it a declaration may follow.
    private var pending: Head?

    private enum State {
        /// Before the first declaration or behind a complete one.
        case outside
        /// As outside, behind text that has been reported.
        case stray
        /// In a declaration whose brackets match so far.
        case open
        /// In a declaration that can end only where the next begins.
        case broken
    }

    /// `@name`, and where it stands.
    private struct Head {
        var offset = 0
        var end = 0
        var position = FilePosition(line: 0, column: 0)
    }

    /// The declarations of the file whose bytes are `bytes`, and the errors between them.
    public static func scan(_ bytes: UnsafeRawBufferPointer) -> ScanResult {
        scan(bytes, 0..<bytes.count)
    }

    /// What stands in one of the `pieces` of a file; offsets are those in the file, lines those in the piece.
    public static func scan(_ bytes: UnsafeRawBufferPointer, _ piece: Range<Int>) -> ScanResult {
        scan(bytes, piece, at: FilePosition(line: 0, column: 0))
    }

    /// The same, of a piece that begins at `position`.
    static func scan(
        _ bytes: UnsafeRawBufferPointer, _ piece: Range<Int>, at position: FilePosition
    ) -> ScanResult {
        guard let base = bytes.baseAddress, !piece.isEmpty else { return ScanResult() }
        guard bytes.count < Int(UInt32.max) else {
            var result = ScanResult()
            result.diagnostics.append(FileDiagnostic(FilePosition(line: 0, column: 0), Messages.fileTooLarge))
            return result
        }
        var scanner = Scanner(base: base.assumingMemoryBound(to: UInt8.self), piece)
        scanner.line = position.line
        scanner.lineStart = piece.lowerBound - Int(position.column)
        scanner.run()
        scanner.result.lineCount = scanner.line
        return scanner.result
    }

    /// Cuts a file into pieces that can be scanned apart, of `size` bytes or somewhat more.
    ///
    /// A piece begins with a line that begins with `@name =`. Strings and comments end with their line, so that is a
    /// declaration, whatever stands before: one that is still open there is broken, and ends there too.
    public static func pieces(of bytes: UnsafeRawBufferPointer, size: Int) -> [Range<Int>] {
        guard bytes.count < Int(UInt32.max) else { return [0..<bytes.count] }
        var pieces: [Range<Int>] = []
        var start = 0
        while bytes.count - start > size, let next = headLine(in: bytes, from: start + size) {
            pieces.append(start..<next)
            start = next
        }
        return pieces + [start..<bytes.count]
    }

    /// The first line from `start` on that begins with `@name =`.
    private static func headLine(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let isLineStart = bytes[index - 1] == Byte.newline
            if isLineStart && bytes[index] == Byte.at {
                let name = bytes[(index + 1)...].prefix { $0.isNameByte }
                let rest = bytes[name.endIndex...].drop { $0.isBlank }
                if !name.isEmpty && rest.first == Byte.equals { return index }
            }
            index += 1
        }
        return nil
    }

    /// The declarations of the file whose bytes are `bytes`, and the errors between them.
    public static func scan(_ bytes: [UInt8]) -> ScanResult { bytes.withUnsafeBytes { scan($0) } }

    private init(base: UnsafePointer<UInt8>, _ piece: Range<Int>) {
        self.base = base
        count = piece.upperBound
        cursor = piece.lowerBound
        lineStart = cursor
    }

    private mutating func run() {
        skipByteOrderMark()
        while cursor < count {
            if state == .open && pending == nil { skipInside() }
            if cursor < count { step() }
        }
        flushPending()
        if state == .open || state == .broken { close(isComplete: false) }
        hashDeclarations()
    }

    private mutating func hashDeclarations() {
        Digest.hashes(
            of: result.declarations.map(\.range), in: UnsafeRawBufferPointer(start: base, count: count)
        ) { place, digest in result.declarations[place].contentHash = digest }
    }

    private mutating func skipByteOrderMark() {
        if cursor == 0, count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { cursor = 3 }
    }

    /// Takes one token, or a stretch of white space; always goes on by one byte or more.
    @inline(__always)
    private mutating func step() {
        let byte = base[cursor]
        switch byte {
        case Byte.space, Byte.tab, Byte.carriageReturn: skipBlanks()
        case Byte.newline: newline()
        case Byte.semicolon: skipComment()
        case Byte.equals: equals()
        case Byte.at: atName()
        case Byte.quote: string()
        case Byte.openParenthesis, Byte.openBracket, Byte.openBrace: open(byte)
        case Byte.closeParenthesis, Byte.closeBracket, Byte.closeBrace: closeBracket(byte)
        default: word(byte)
        }
    }

    // The loops walk with a local index: through `self` each step would be a store.

    @inline(__always)
    private mutating func skipBlanks() {
        var index = cursor + 1
        while index < count, classes.has(base[index], .blank) { index &+= 1 }
        cursor = index
    }

    /// Goes over what says nothing about where the open declaration ends: tokens, white space, and brackets that match with
    /// others around them. That is nearly all of a text.
    @inline(__always)
    private mutating func skipInside() {
        // Local, since each bracket that is stored might change what is behind `self`.
        let (base, classes, count, start) = (base, classes, count, cursor)
        var index = start
        while true {
            while index < count, classes.has(base[index], .plainInDeclaration) { index &+= 1 }
            guard index < count else { break }
            if base[index] == Byte.newline {
                line &+= 1
                lineStart = index &+ 1
            } else if !takesBracket(base[index]) && !isInsideName(index, from: start) {
                break
            }
            index &+= 1
        }
        cursor = index
        while index > start, base[index &- 1].isWhiteSpace { index &-= 1 }
        if index > start { lastTokenEnd = index }
    }

    /// Opens or closes the bracket `byte`; false if it is none, or may end the declaration or break it.
    @inline(__always)
    private mutating func takesBracket(_ byte: UInt8) -> Bool {
        if classes.has(byte, .openingBracket) {
            brackets.append(byte)
            return true
        }
        guard brackets.count > 1, Self.closes(byte, brackets[brackets.count - 1]) else { return false }
        _ = brackets.popLast()
        return true
    }

    /// Whether `byte` is the bracket that closes `opening`: in ASCII it is one or two above it.
    @inline(__always)
    private static func closes(_ byte: UInt8, _ opening: UInt8) -> Bool { byte &- opening &- 1 < 2 }

    /// Whether an `@` stands at `index` that goes on with a name, no byte of which is before `start`.
    private func isInsideName(_ index: Int, from start: Int) -> Bool {
        base[index] == Byte.at && index > start && classes.has(base[index &- 1], .name)
    }

    @inline(__always)
    private mutating func skipNameBytes() {
        var index = cursor
        while index < count, classes.has(base[index], .name) { index &+= 1 }
        cursor = index
    }

    private mutating func newline() {
        cursor += 1
        line &+= 1
        lineStart = cursor
    }

    /// Skips to the newline. A NUL is an error even here; inside a declaration the parser sees it.
    private mutating func skipComment() {
        var reported = false
        while cursor < count, base[cursor] != Byte.newline {
            if base[cursor] == 0, !reported, state == .outside || state == .stray {
                report(Messages.invalidByte(0))
                reported = true
            }
            cursor += 1
        }
    }

    /// Takes a run of name bytes, or a single byte that belongs nowhere.
    private mutating func word(_ first: UInt8) {
        beginToken()
        cursor += 1
        if first.isNameByte { skipNameBytes() }
        lastTokenEnd = cursor
    }

    @inline(__always)
    private mutating func atName() {
        flushPending()
        let start = cursor
        let position = self.position
        cursor += 1
        skipNameBytes()
        pending = Head(offset: start, end: cursor, position: position)
    }

    private mutating func equals() {
        if let head = pending, head.end - head.offset > 1 {
            pending = nil
            begin(head)
        } else {
            beginToken()
        }
        cursor += 1
        lastTokenEnd = cursor
    }

    /// A string ends on its line, so that one which is not closed does not swallow the next declaration.
    private mutating func string() {
        beginToken()
        cursor += 1
        while cursor < count {
            let byte = base[cursor]
            if byte == Byte.newline { break }
            cursor += 1
            if byte == Byte.quote { break }
            if byte == Byte.backslash, cursor < count, base[cursor] != Byte.newline { cursor += 1 }
        }
        lastTokenEnd = cursor
    }

    private mutating func open(_ byte: UInt8) {
        beginToken()
        cursor += 1
        lastTokenEnd = cursor
        if state == .open { brackets.append(byte) }
    }

    private mutating func closeBracket(_ byte: UInt8) {
        beginToken()
        cursor += 1
        lastTokenEnd = cursor
        guard state == .open else { return }
        guard let opening = brackets.popLast(), Self.closes(byte, opening) else {
            state = .broken
            return
        }
        if brackets.count == 0, byte == Byte.closeParenthesis { close(isComplete: true) }
    }

    /// What has to happen before a token that begins no declaration.
    @inline(__always)
    private mutating func beginToken() {
        flushPending()
        if state == .outside { strayToken() }
    }

    /// Takes `@name` as the plain token that it turned out to be.
    @inline(__always)
    private mutating func flushPending() {
        guard let head = pending else { return }
        pending = nil
        lastTokenEnd = head.end
        guard state == .outside else { return }
        state = .stray
        result.diagnostics.append(FileDiagnostic(head.position, Messages.expectedDeclaration))
    }

    private mutating func strayToken() {
        state = .stray
        let byte = base[cursor]
        report(byte.isControl ? Messages.invalidByte(byte) : Messages.expectedDeclaration)
    }

    private mutating func report(_ message: String) {
        result.diagnostics.append(FileDiagnostic(position, message))
    }

    private mutating func begin(_ head: Head) {
        if state == .open || state == .broken { close(isComplete: false) }
        current = head
        state = .open
        brackets.truncate(to: 0)
    }

    /// Ends the open declaration behind its last token. It is hashed when all of them are known.
    private mutating func close(isComplete: Bool) {
        result.declarations.append(
            DeclSpan(
                name: UInt32(truncatingIfNeeded: current.offset + 1)..<UInt32(truncatingIfNeeded: current.end),
                offset: UInt32(truncatingIfNeeded: current.offset),
                length: UInt32(truncatingIfNeeded: lastTokenEnd - current.offset), position: current.position,
                contentHash: Digest(), isComplete: isComplete))
        state = .outside
    }

    private var position: FilePosition {
        FilePosition(line: line, column: UInt32(truncatingIfNeeded: cursor - lineStart))
    }
}
