// Keys and values.
extension TOMLParser {
    /// Keys with dots between them, and the white space after them.
    mutating func parseKeys() throws(TOMLError) -> [Key] {
        var keys = [try parseKey()]
        skipSpace()
        while byte == UInt8(ascii: ".") {
            next += 1
            skipSpace()
            guard keys.count < TOMLParser.depthLimit else { throw error("a key has too many parts") }
            keys.append(try parseKey())
            skipSpace()
        }
        return keys
    }

    private mutating func parseKey() throws(TOMLError) -> Key {
        let start = position
        switch byte {
        case UInt8(ascii: "\""): return Key(name: try parseBasicString(), position: start)
        case UInt8(ascii: "'"): return Key(name: try parseLiteralString(), position: start)
        default:
            let first = next
            while let byte, TOMLParser.isBareKey(byte) { next += 1 }
            guard next > first else { throw error("expected a key") }
            return Key(name: String(decoding: text[first..<next], as: UTF8.self), position: start)
        }
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// A value that is `depth` deep in tables and arrays.
    mutating func parseValue(depth: Int) throws(TOMLError) -> TOMLValue {
        let start = position
        guard depth <= 2 * TOMLParser.depthLimit else { throw error("a value is nested too deep") }
        switch byte {
        case UInt8(ascii: "\""): return TOMLValue(position: start, string: try parseBasicText())
        case UInt8(ascii: "'"): return TOMLValue(position: start, string: try parseLiteralText())
        case UInt8(ascii: "{"): return TOMLValue(position: start, contents: try parseBraces(depth: depth))
        case UInt8(ascii: "["): try skipArray(depth: depth)
        default: try skipOther()
        }
        return TOMLValue(position: start)
    }

    private mutating func skipArray(depth: Int) throws(TOMLError) {
        try expect("[")
        skipLines()
        while byte != UInt8(ascii: "]") {
            _ = try parseValue(depth: depth + 1)
            skipLines()
            guard byte == UInt8(ascii: ",") else { break }
            next += 1
            skipLines()
        }
        try expect("]")
    }

    private mutating func parseBraces(depth: Int) throws(TOMLError) -> TOMLTable {
        var table = TOMLTable(.header)
        try expect("{")
        skipSpace()
        var isFirst = true
        while byte != UInt8(ascii: "}") || !isFirst {
            let keys = try parseKeys()
            try expect("=")
            skipSpace()
            try TOMLParser.insert(try parseValue(depth: depth + keys.count), at: keys[...], in: &table)
            skipSpace()
            isFirst = false
            guard byte == UInt8(ascii: ",") else { break }
            next += 1
            skipSpace()
        }
        try expect("}")
        table.origin = .braces
        return table
    }

    /// A boolean, a number, a date or a time, as far as its first character tells.
    private mutating func skipOther() throws(TOMLError) {
        let start = next
        let failure = error("expected a value")
        while let byte, TOMLParser.isBareKey(byte) || "+.:".utf8.contains(byte) { next += 1 }
        // A date and a time may have a space between them.
        if next - start == 10, text[start + 4] == UInt8(ascii: "-"), byte == 0x20, next + 1 < text.count,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[next + 1])
        {
            next += 1
            while let byte, TOMLParser.isBareKey(byte) || "+.:".utf8.contains(byte) { next += 1 }
        }
        let word = String(decoding: text[start..<next], as: UTF8.self)
        let isNumber = word.utf8.first.map { "0123456789+-".utf8.contains($0) } ?? false
        guard isNumber || ["true", "false", "inf", "nan"].contains(word) else { throw failure }
    }
}
