import Testing
import ZIR

@Suite struct ParserDiagnosticsTests {
    @Test(arguments: [
        ("@a = foo(1)", "0:5: unknown instruction 'foo'"),
        ("@a = cmp_ne(1, 2)", "0:5: unknown instruction 'cmp_ne'"),
        ("@a = fn(@T, { %a = add(%b, 1) })", "0:23: use of undeclared identifier '%b'"),
        ("@a = fn(@T, { %a = add(%a, 1) })", "0:23: use of undeclared identifier '%a'"),
        ("@a = fn(%t, {})", "0:8: use of undeclared identifier '%t'"),
        ("@a = as(@T, %x)", "0:12: use of undeclared identifier '%x'"),
        ("@a = fn(@T, { %a = loop({ %b = int(1) }) %c = ref(%b) })", "0:50: use of undeclared identifier '%b'"),
        ("@a = fn(@T, { %a = int(1) %a = int(2) })", "0:26: redefinition of identifier '%a'"),
        ("@a = fn(@T, { %a = loop({ %a = int(1) }) })", "0:26: redefinition of identifier '%a'"),
        ("@a = fn(@T, { %a = loop({ %b = int(1) }) %b = int(1) })", "0:41: redefinition of identifier '%b'"),
        ("@a = as()", "0:5: expected 'T' operand"),
        ("@a = as(@T)", "0:5: expected 'v' operand"),
        ("@a = fntype([], cc=C)", "0:5: expected 'R' operand"),
        ("@a = cmp_lt(1)", "0:5: expected 'b' operand"),
        ("@a = fn(@T, { %a = switchbr(1, [1], {}) })", "0:19: expected 'else' operand"),
        ("@a = fn(@T, { %a = switchbr(1, [1, 2], {}) })", "0:19: expected 'body' operand"),
        ("@a = fn(@T, { %a = switchbr(1, []) })", "0:19: expected 'else' operand"),
        ("@a = ret_type(1)", "0:14: unexpected operand"),
        ("@a = as(@T, 1, 2)", "0:15: unexpected operand"),
        ("@a = cmp_lt(1, 2, 3)", "0:18: unexpected operand"),
        ("@a = fntype([], cc=C, @T)", "0:22: unexpected operand"),
        ("@a = as(@T, 1, foo=2)", "0:15: unexpected operand"),
        ("@a = as(@T, v=2)", "0:12: unexpected operand"),
        ("@a = global(@T, 1, const=1)", "0:19: unexpected operand"),
        ("@a = fntype([], @T, cc=C, cc=C)", "0:26: operand 'cc' given twice"),
        ("@a = ptr_type(@T, mutable=1, const=0)", "0:29: operand 'const' given twice"),
        ("@a = primitive(foo)", "0:15: tag 'foo' not a member of 'Primitive'"),
        ("@a = fntype([], @T, cc=c)", "0:23: tag 'c' not a member of 'CallingConvention'"),
        ("@a = cmp(1, le, 2)", "0:12: tag 'le' not a member of 'CompareOperator'"),
        ("@a = export(\"a\", @b, linkage=strong)", "0:29: tag 'strong' not a member of 'GlobalLinkage'"),
        ("@a = global(@T, 1, mutable=yes)", "0:27: tag 'yes' not a member of 'bool'"),
        ("@a = fn(@T, { %a = call(@f, [], modifier=no) })", "0:41: tag 'no' not a member of 'CallModifier'"),
    ])
    func contractedTexts(text: String, expected: String) { #expect(error(text) == expected) }

    @Test(arguments: [
        ("@a = fn(@T, { %a = breakvoid(%b) })", "0:29: use of undeclared identifier '%b'"),
        ("@a = fn(@T, { %a = breakvoid(\"b\") })", "0:29: '%b' is not an enclosing block"),
        ("@a = fn(@T, { %a = loop({ %b = breakvoid(%a) }) })", "0:41: '%a' is not an enclosing block"),
        ("@a = fn(@T, { %a = block({}) %b = breakvoid(%a) })", "0:44: '%a' is not an enclosing block"),
        ("@a = fn(@T, { %a = block({ %b = break(%a, %a) }) })", "0:42: use of undeclared identifier '%a'"),
        ("@a = fn(@T, { %a = block({ %b = ref(%a) }) })", "0:36: use of undeclared identifier '%a'"),
        ("@a = block({ %b = breakvoid(\"a\") })", "0:28: '%a' is not an enclosing block"),
        (
            "@a = fn(@T, { %a = block({ %b = breakvoid(\"a\\x00\") }) })",
            "0:42: '%a\u{0}' is not an enclosing block"
        ),
        ("@a = fn(@T, { %a = breakvoid(@b) })", "0:29: expected 'block' operand to be a block, found reference"),
        ("@a = fn(@T, { %a = fn(@T, {}) })", "0:19: instruction illegal inside function body"),
        ("@a = fn(@T, { %a = import(\"x\") })", "0:19: instruction illegal inside function body"),
        ("@a = block({ %a = global(@T, 1) })", "0:18: instruction illegal inside function body"),
    ])
    func placesAndBlocks(text: String, expected: String) { #expect(error(text) == expected) }

    @Test(arguments: [
        ("@a = int(@b)", "0:9: expected 'n' operand to be an integer, found reference"),
        ("@a = as(@T, \"x\")", "0:12: expected 'v' operand to be a value, found string"),
        ("@a = as(u8, 1)", "0:8: expected 'T' operand to be a type, found 'u8'"),
        ("@a = as(@T, {})", "0:12: expected 'v' operand to be a value, found body"),
        ("@a = str(@b)", "0:9: expected 'string' operand to be a string literal, found reference"),
        ("@a = import(@b)", "0:12: expected 'path' operand to be a string literal, found reference"),
        ("@a = primitive(1)", "0:15: expected 'tag' operand to be a tag of 'Primitive', found number"),
        ("@a = global(@T, 1, mutable=2)", "0:27: expected 'mutable' operand to be true or false, found number"),
        ("@a = fn(@T, [])", "0:12: expected 'body' operand to be a body, found list"),
        ("@a = array_init(@T, 1)", "0:20: expected 'values' operand to be a list, found number"),
        ("@a = array_init(@T, [[1]])", "0:21: expected 'values' operand to be a value, found list"),
        ("@a = export(\"a\", 1)", "0:17: expected 'decl' operand to be a declaration, found number"),
        ("@a = as(@T, , 1)", "0:12: expected 'v' operand to be a value, found ','"),
        ("@a = as(@T, 1,)", "0:14: expected operand"),
        ("@a = as(@T,)", "0:5: expected 'v' operand"),
        ("@a = array_init(@T, [,])", "0:21: expected 'values' operand to be a value, found ','"),
        ("@a = array_init(@T, [1 2])", "0:23: expected ',' or ']'"),
        ("@a = as(@T 1)", "0:11: expected ',' or ')'"),
        ("@a = as(@T, 1", "0:13: expected ',' or ')'"),
        ("@a = as", "0:7: expected '('"),
        ("@a = as 1", "0:8: expected '('"),
        ("@a = ", "0:5: expected instruction"),
        ("@a = @b(1)", "0:5: expected instruction"),
        ("@a", "0:2: expected '='"),
        ("@", "0:1: expected name"),
        ("", "0:0: expected declaration"),
        ("a = int(1)", "0:0: expected declaration"),
        ("@a = int(1) x", "0:12: expected declaration"),
        ("@a.b = int(1)", "0:0: '.' in the name of a declaration: '@a.b'"),
        ("@a = fn(@T, { x })", "0:14: expected '%' or '}'"),
        ("@a = fn(@T, { % = int(1) })", "0:15: expected name"),
        ("@a = fn(@T, { %x int(1) })", "0:17: expected '='"),
        ("@a = fn(@T, { %x = int(1)", "0:25: expected '%' or '}'"),
        ("@a = ref(@)", "0:10: expected name"),
        ("@a = fn(@T, { %x = ref(%) })", "0:24: expected name"),
    ])
    func grammar(text: String, expected: String) { #expect(error(text) == expected) }

    @Test(arguments: [
        ("1a", "1a"), ("-", "-"), ("--1", "--1"), ("0x", "0x"), ("0b2", "0b2"), ("0o8", "0o8"), ("1_", "1_"),
        ("1__0", "1__0"), ("0x_f", "0x_f"), ("1.5", "1.5"), ("0xg", "0xg"), ("-0x", "-0x"), ("1e3", "1e3"),
    ])
    func invalidIntegers(number: String, shown: String) {
        #expect(error("@a = int(\(number))") == "0:9: invalid number '\(shown)'")
        #expect(error("@a = ref(\(number))") == "0:9: invalid number '\(shown)'")
    }

    @Test(arguments: ["x", "1.", "1e", "1e+", ".5", "0x", "0x1e", "1p3", "1._5", "infinity", "--1", "1.5.5"])
    func invalidFloats(number: String) {
        let expected = number == "0x1e" ? "" : "0:11: invalid number '\(number)'"
        #expect(error("@a = float(\(number))") == expected)
    }

    @Test(arguments: [
        ("\"abc", "0:9: unterminated string"),
        ("\"abc\n\"", "0:9: unterminated string"),
        ("\"abc\r\n\"", "0:9: unterminated string"),
        ("\"abc\\", "0:13: invalid escape '\\)'"),
        ("\"abc\\\n", "0:9: unterminated string"),
        ("\"abc\\q\"", "0:13: invalid escape '\\q'"),
        ("\"\\x4\"", "0:10: invalid escape '\\x': expected two hexadecimal digits"),
        ("\"\\xgg\"", "0:10: invalid escape '\\x': expected two hexadecimal digits"),
        ("\"\\u41\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"\\u{}\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"\\u{d800}\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"\\u{110000}\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"\\u{fffffffff}\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"\\u{41\"", "0:10: invalid escape '\\u': expected a Unicode scalar value in braces"),
        ("\"a\u{0}\"", "0:11: invalid byte '\\x00'"),
        ("\"\\\u{0}\"", "0:11: invalid byte '\\x00'"),
        ("\"a\u{1B}\"", "0:11: invalid byte '\\x1B'"),
        ("\"a\tb\"", ""),
    ])
    func strings(string: String, expected: String) { #expect(error("@a = str(\(string))") == expected) }

    @Test(arguments: [
        ("@a = int\u{0}(1)", "0:8: invalid byte '\\x00'"),
        ("@a = as(@T, \u{7F})", "0:12: invalid byte '\\x7F'"),
        ("@a = int(1 ; \u{0}\n)", "0:13: invalid byte '\\x00'"),
    ])
    func strayBytes(text: String, expected: String) { #expect(error(text) == expected) }

    @Test func stringsThatEndWithTheText() {
        #expect(error("@a = str(\"abc") == "0:9: unterminated string")
        #expect(error("@a = str(\"abc\\") == "0:9: unterminated string")
        #expect(error("@a = str(\"abc\\x4") == "0:13: invalid escape '\\x': expected two hexadecimal digits")
    }

    @Test func invalidUTF8() {
        func message(_ bytes: [UInt8]) -> [String] { Parser.parse(bytes).diagnostics.map(\.message) }
        #expect(message(Array("@a = str(\"".utf8) + [0xFF] + Array("\")".utf8)) == ["string is not valid UTF-8"])
        #expect(message(Array("@a".utf8) + [0xC3] + Array(" = int(1)".utf8)) == ["name is not valid UTF-8"])
        #expect(message(Array("@a = ref(@".utf8) + [0x80] + Array(")".utf8)) == ["name is not valid UTF-8"])
    }
}
