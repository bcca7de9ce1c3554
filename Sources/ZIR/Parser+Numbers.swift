// Numbers.
extension Parser {
    /// The most bits that the magnitude of an integer may have.
    public static let maximumIntegerBits = 65_536

    /// `["-"] digits`: decimal, or `0x`, `0o`, `0b`; `_` between digits.
    @inline(__always)
    mutating func parseInteger(_ name: StaticString) throws(Stop) -> Operand {
        let position = lexer.position
        guard lexer.peek.isDigit || lexer.peek == Byte.minus else { throw wrongForm(.integer, name) }
        if let small = parseSmallNumber() { return small }
        return try parseAnyInteger(lexer.takeName(), at: position)
    }

    private mutating func parseAnyInteger(
        _ word: Name, at position: Position
    ) throws(Stop) -> Operand {
        guard let literal = IntegerLiteral(word.bytes) else { throw fail(position, "invalid number '\(text(word))'") }
        guard literal.isWithinLimit else {
            throw fail(position, "integer has more than \(Self.maximumIntegerBits) bits")
        }
        if let small = literal.int64 {
            return Operand(kind: .int, position: position, payload: UInt64(bitPattern: small))
        }
        let first = syntax.bytes.count
        if literal.isNegative { syntax.bytes.append(Byte.minus) }
        for digit in literal.decimalDigits() { syntax.bytes.append(digit) }
        let count = syntax.bytes.count - first
        return Operand(
            kind: .bigInt, position: position,
            range: SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count)))
    }

    /// The literal of `float(x)`; kept as text, without `_`.
    mutating func parseFloat(_ name: StaticString) throws(Stop) -> Operand {
        let position = lexer.position
        let byte = lexer.peek
        guard byte.isNameByte, byte != Byte.at, byte != Byte.percent else { throw wrongForm(.float, name) }
        let word = lexer.takeName()
        guard FloatLiteral.isValid(word.bytes) else { throw fail(position, "invalid number '\(text(word))'") }
        let first = syntax.bytes.count
        for byte in word.bytes where byte != Byte.underscore { syntax.bytes.append(byte) }
        let count = syntax.bytes.count - first
        return Operand(
            kind: .float, position: position,
            range: SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count)))
    }
}
