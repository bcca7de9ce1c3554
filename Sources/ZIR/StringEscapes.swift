/// The canonical way to write bytes in a string: characters as they are, everything else escaped.
public enum StringEscapes {
    /// Appends `bytes` to `output` as they stand between the quotes of a string.
    public static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var rest = bytes
        while let byte = rest.first {
            let length = byte < 0x80 ? 1 : characterLength(rest)
            if length == 0 {
                appendHex(byte, to: &output)
            } else if length == 1 {
                appendASCII(byte, to: &output)
            } else {
                output.append(contentsOf: rest.prefix(length))
            }
            rest = rest.dropFirst(max(length, 1))
        }
    }

    private static func appendASCII(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case Byte.newline: output.append(contentsOf: "\\n".utf8)
        case Byte.carriageReturn: output.append(contentsOf: "\\r".utf8)
        case Byte.tab: output.append(contentsOf: "\\t".utf8)
        case Byte.quote: output.append(contentsOf: "\\\"".utf8)
        case Byte.backslash: output.append(contentsOf: "\\\\".utf8)
        case 0..<Byte.space, Byte.delete: appendHex(byte, to: &output)
        default: output.append(byte)
        }
    }

    private static func appendHex(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(contentsOf: "\\x\(Messages.hex(byte))".utf8)
    }

    /// The length of the character of several bytes that `bytes` begin with; 0 if they begin with none.
    static func characterLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first, first >= 0xC2, first < 0xF5 else { return 0 }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard bytes.count >= length, String(validating: bytes.prefix(length), as: UTF8.self) != nil else { return 0 }
        return length
    }
}
