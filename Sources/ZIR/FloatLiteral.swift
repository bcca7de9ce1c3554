/// The form of a float literal: decimal with an exponent behind `e`, hexadecimal with one behind `p`, `inf` or `nan`.
enum FloatLiteral {
    /// Whether `word` is one.
    static func isValid(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = word[...]
        if rest.first == Byte.minus { rest = rest.dropFirst() }
        if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
        let isHexadecimal = rest.starts(with: "0x".utf8)
        if isHexadecimal { rest = rest.dropFirst(2) }
        guard takeDigits(&rest, isHexadecimal) else { return false }
        if rest.first == Byte.dot {
            rest = rest.dropFirst()
            guard takeDigits(&rest, isHexadecimal) else { return false }
        }
        return rest.isEmpty || isExponent(rest, mark: isHexadecimal ? "p" : "e")
    }

    private static func isExponent(_ text: Slice<UnsafeBufferPointer<UInt8>>, mark: Unicode.Scalar) -> Bool {
        guard let first = text.first, first | 0x20 == UInt8(ascii: mark) else { return false }
        var rest = text.dropFirst()
        if rest.first == Byte.minus || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return takeDigits(&rest, false) && rest.isEmpty
    }

    /// Takes digits with a single `_` between two of them here and there; false if there are none.
    private static func takeDigits(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>, _ isHexadecimal: Bool) -> Bool {
        var isAfterDigit = false
        while let byte = rest.first {
            if byte == Byte.underscore, isAfterDigit {
                isAfterDigit = false
            } else if isHexadecimal ? byte.hexDigit != nil : byte.isDigit {
                isAfterDigit = true
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        return isAfterDigit
    }
}
