// The four kinds of strings.
extension TOMLParser {
    /// `"text"` or `"""text"""`.
    mutating func parseBasicText() throws(TOMLError) -> String {
        skipTriple(UInt8(ascii: "\""))
            ? try parseLines(UInt8(ascii: "\""), hasEscapes: true) : try parseBasicString()
    }

    /// `'text'` or `'''text'''`.
    mutating func parseLiteralText() throws(TOMLError) -> String {
        skipTriple(UInt8(ascii: "'"))
            ? try parseLines(UInt8(ascii: "'"), hasEscapes: false) : try parseLiteralString()
    }

    /// A string in double quotes, which ends on its line.
    mutating func parseBasicString() throws(TOMLError) -> String {
        try parseLine(UInt8(ascii: "\""), hasEscapes: true)
    }

    /// A string in single quotes, which ends on its line.
    mutating func parseLiteralString() throws(TOMLError) -> String {
        try parseLine(UInt8(ascii: "'"), hasEscapes: false)
    }

    private mutating func skipTriple(_ quote: UInt8) -> Bool {
        guard next + 2 < text.count, text[next..<(next + 3)].allSatisfy({ $0 == quote }) else { return false }
        next += 3
        return true
    }

    private mutating func parseLine(_ quote: UInt8, hasEscapes: Bool) throws(TOMLError) -> String {
        let start = position
        var bytes: [UInt8] = []
        next += 1
        while let byte, byte != quote {
            guard !TOMLParser.isControl(byte) else { break }
            if hasEscapes && byte == UInt8(ascii: "\\") {
                try parseEscape(into: &bytes)
            } else {
                bytes.append(byte)
                next += 1
            }
        }
        guard byte == quote else { throw TOMLError(position: start, message: "a string does not end on its line") }
        next += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What follows three quotes, up to the next three. Two more may belong to the text.
    private mutating func parseLines(_ quote: UInt8, hasEscapes: Bool) throws(TOMLError) -> String {
        let start = position
        var bytes: [UInt8] = []
        if isNewline { skipNewline() }
        while let byte {
            if byte == quote && skipTriple(quote) {
                for _ in 0..<2 where self.byte == quote {
                    bytes.append(quote)
                    next += 1
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            if isNewline {
                bytes.append(0x0a)
                skipNewline()
            } else if hasEscapes && byte == UInt8(ascii: "\\") {
                if !skipEscapedNewline() { try parseEscape(into: &bytes) }
            } else {
                guard !TOMLParser.isControl(byte) else { break }
                bytes.append(byte)
                next += 1
            }
        }
        throw TOMLError(position: start, message: "a string does not end")
    }

    /// A backslash at the end of a line takes the white space up to the next text away.
    private mutating func skipEscapedNewline() -> Bool {
        let start = next
        next += 1
        skipSpace()
        guard isNewline else {
            next = start
            return false
        }
        while isNewline {
            skipNewline()
            skipSpace()
        }
        return true
    }

    private mutating func parseEscape(into bytes: inout [UInt8]) throws(TOMLError) {
        let failure = error("unknown escape")
        next += 1
        let letter = byte ?? 0
        next += 1
        switch letter {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "f"): bytes.append(0x0c)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(letter)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let end = next + (letter == UInt8(ascii: "u") ? 4 : 8)
            guard end <= text.count, text[next..<end].allSatisfy({ isHexadecimal($0) }),
                let number = UInt32(String(decoding: text[next..<end], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(number)
            else { throw failure }
            bytes += Array(String(Character(scalar)).utf8)
            next = end
        default: throw failure
        }
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}
