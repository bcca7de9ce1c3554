// String literals.
extension Parser {
    /// A string; its decoded bytes go to `syntax.bytes`.
    mutating func parseLiteralString(
        _ form: OperandSpec.Form, _ name: StaticString
    ) throws(Stop) -> Operand {
        let position = lexer.position
        guard lexer.consume(Byte.quote) else { throw wrongForm(form, name) }
        let first = syntax.bytes.count
        while true {
            try takePlain(at: lexer.position)
            let place = lexer.position
            if lexer.consume(Byte.quote) { break }
            guard lexer.consume(Byte.backslash) else { throw badStringByte(opening: position) }
            try takeEscape(at: place, opening: position)
        }
        let count = syntax.bytes.count - first
        return Operand(
            kind: .string, position: position,
            range: SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count)))
    }

    private mutating func takePlain(at position: Position) throws(Stop) {
        let run = lexer.takePlainStringBytes()
        if run.contains(where: { $0 >= 0x80 }), !isUTF8(run) { throw fail(position, "string is not valid UTF-8") }
        syntax.bytes.append(contentsOf: run)
    }

    /// The string is not closed on its line, or holds a byte that must be written as an escape.
    private mutating func badStringByte(opening: Position) -> Stop {
        switch lexer.peek {
        case Byte.newline, Byte.carriageReturn: return fail(opening, "unterminated string")
        case _ where lexer.isAtEnd: return fail(opening, "unterminated string")
        default: return fail(lexer.position, Messages.invalidByte(lexer.peek))
        }
    }

    /// What follows a backslash. `position` is that of the backslash.
    private mutating func takeEscape(at position: Position, opening: Position) throws(Stop) {
        let byte = lexer.peek
        switch byte {
        case UInt8(ascii: "n"): append(Byte.newline)
        case UInt8(ascii: "r"): append(Byte.carriageReturn)
        case UInt8(ascii: "t"): append(Byte.tab)
        case Byte.backslash, Byte.quote, UInt8(ascii: "'"): append(byte)
        case UInt8(ascii: "x"): try takeHexEscape(at: position)
        case UInt8(ascii: "u"): try takeUnicodeEscape(at: position)
        default: throw badEscape(byte, at: position, opening: opening)
        }
    }

    private mutating func append(_ byte: UInt8) {
        lexer.advance()
        syntax.bytes.append(byte)
    }

    private mutating func badEscape(_ byte: UInt8, at position: Position, opening: Position) -> Stop {
        if lexer.isAtEnd || byte < Byte.space || byte == Byte.delete { return badStringByte(opening: opening) }
        let shown = byte < 0x80 ? String(Character(Unicode.Scalar(byte))) : "x\(Messages.hex(byte))"
        return fail(position, "invalid escape '\\\(shown)'")
    }

    /// `\xNN`.
    private mutating func takeHexEscape(at position: Position) throws(Stop) {
        lexer.advance()
        var value: UInt8 = 0
        for _ in 0..<2 {
            guard let digit = lexer.peek.hexDigit else {
                throw fail(position, "invalid escape '\\x': expected two hexadecimal digits")
            }
            value = value << 4 | digit
            lexer.advance()
        }
        syntax.bytes.append(value)
    }

    /// `\u{N...}`: a Unicode scalar, kept as UTF-8.
    private mutating func takeUnicodeEscape(at position: Position) throws(Stop) {
        lexer.advance()
        var value: UInt32 = 0
        var digits = 0
        guard lexer.consume(Byte.openBrace) else { throw badUnicodeEscape(at: position) }
        while let digit = lexer.peek.hexDigit {
            value = min(value << 4 | UInt32(digit), 0x11_0000)
            digits += 1
            lexer.advance()
        }
        guard digits > 0, lexer.consume(Byte.closeBrace), let scalar = Unicode.Scalar(value) else {
            throw badUnicodeEscape(at: position)
        }
        for byte in String(Character(scalar)).utf8 { syntax.bytes.append(byte) }
    }

    private mutating func badUnicodeEscape(at position: Position) -> Stop {
        fail(position, "invalid escape '\\u': expected a Unicode scalar value in braces")
    }
}
