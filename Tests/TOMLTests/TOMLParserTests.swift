import TOML
import Testing

@Suite struct TOMLParserTests {
    /// `text` as one line: keys sorted, strings in quotes, other values a dot.
    private func summary(_ text: String) -> String {
        do throws(TOMLError) {
            return summary(try TOMLParser.parse(Array(text.utf8)))
        } catch {
            return "\(error.position.line + 1):\(error.position.column + 1): \(error.message)"
        }
    }

    private func summary(_ table: TOMLTable) -> String {
        let entries = table.keys.map { key in "\(key)=\(table[key].map(summary) ?? "")" }
        return "{" + entries.joined(separator: " ") + "}"
    }

    private func summary(_ value: TOMLValue) -> String {
        if let table = value.table { return summary(table) }
        return value.string.map { "'\($0)'" } ?? "."
    }

    @Test(arguments: [
        ("", "{}"), ("# nothing\n\n \t\r\n", "{}"), ("a = 'b'", "{a='b'}"), ("a='b'#c\r\nc = 1 \n", "{a='b' c=.}"),
        ("[t]\na = 'b'\n[u]\nc = 'd'", "{t={a='b'} u={c='d'}}"), ("[ a . 'b c' . \"d\" ]", "{a={b c={d={}}}}"),
        ("a.b = 'c'\na . d = 'e'", "{a={b='c' d='e'}}"), ("[a.b.c]\n[a]\nd = 'e'", "{a={b={c={}} d='e'}}"),
        ("[a]\nb.c = 'd'\n[a.e]\nf = 'g'", "{a={b={c='d'} e={f='g'}}}"),
        ("[a]\nb.c = 'd'\n[a.b.e]\nf = 'g'", "{a={b={c='d' e={f='g'}}}}"),
        ("a = { b = 'c', d.e = 'f' , \"\" = {} }", "{a={={} b='c' d={e='f'}}}"), ("a = {}", "{a={}}"),
        ("[[a]]\nb = 'c'\n[[a]]\nb = 'd'\n[a.e]", "{a=.}"), ("1-_Z = 'b'", "{1-_Z='b'}"),
    ])
    func tables(text: String, result: String) {
        #expect(summary(text) == result)
    }

    @Test(arguments: [
        ("'\\n'", "'\\n'"), ("\"\\b\\t\\n\\f\\r\\\"\\\\\"", "'\u{8}\t\n\u{c}\r\"\\'"),
        ("\"\\u00e9\\U0001F600é\"", "'é😀é'"),
        ("\"\"", "''"), ("''", "''"), ("\"\"\"\"\"\"", "''"), ("''''''", "''"), ("\"\"\"\na\nb\"\"\"", "'a\nb'"),
        ("'''a\r\nb'''", "'a\nb'"), ("\"\"\"a \\  \r\n \n\n  b\"\"\"", "'a b'"), ("'''a\\\nb'''", "'a\\\nb'"),
        ("\"\"\"\"a\"\" b\"\"\"\"\"", "'\"a\"\" b\"\"'"), ("'''''a'''''", "'''a'''"), ("\"a # b\"", "'a # b'"),
        ("\"\"\"\\\"\"\"\"", "'\"'"),
    ])
    func strings(text: String, result: String) {
        #expect(summary("s = \(text)\nend = 1") == "{end=. s=\(result)}")
    }

    @Test(arguments: [
        "1", "-1_000", "+1.5e-3", "0xdead_beef", "inf", "-nan", "true", "false", "1979-05-27", "1979-05-27T07:32:00Z",
        "1979-05-27 07:32:00.5-08:00", "07:32:00", "[]", "[ 1 , 'a', [ ], { b = 1 } ]",
        "[ # one\n 1, # two\n\n 2 # three\n,\r\n]",
    ])
    func others(text: String) {
        #expect(summary("a = \(text) # all\nb = 'c'") == "{a=. b='c'}")
    }

    /// Each with the one-based place and the text of its error.
    @Test(arguments: [
        ("a", "1:2: expected '='"), ("= 1", "1:1: expected a key"), ("a = ", "1:5: expected a value"),
        ("a = b", "1:5: expected a value"), ("a = 1 2", "1:7: expected the end of the line"),
        ("a = 1\n  b = \"c\n", "2:7: a string does not end on its line"),
        ("a = 'b\0'", "1:5: a string does not end on its line"), ("a = '''b\n", "1:8: a string does not end"),
        ("a = \"\\x\"", "1:6: unknown escape"), ("a = \"\\ud800\"", "1:6: unknown escape"),
        ("a = \"\\", "1:6: unknown escape"), ("a = \"\\u12", "1:6: unknown escape"), ("[a", "1:3: expected ']'"),
        ("[a]]", "1:4: expected the end of the line"), ("[[a]", "1:5: expected ']'"), ("[]", "1:2: expected a key"),
        ("a. = 1", "1:4: expected a key"), ("a = [1 2]", "1:8: expected ']'"), ("a = [1", "1:7: expected ']'"),
        ("a = {b = 1,}", "1:12: expected a key"), ("a = {b = 1\n}", "1:11: expected '}'"),
        ("a = {b}", "1:7: expected '='"), ("a = 1\na = 2", "2:1: 'a' has a value already"),
        ("[a]\n[a]", "2:2: 'a' has a value already"), ("[a.b]\nc = 1\n[a]\nb.d = 2", "4:1: 'b' has a value already"),
        ("a = {}\na.b = 1", "2:1: 'a' has a value already"), ("a = {}\n[a.b]", "2:2: 'a' has a value already"),
        ("a.b = 1\n[a]", "2:2: 'a' has a value already"), ("a = []\n[[a]]", "2:3: 'a' has a value already"),
        ("[[a]]\n[a]", "2:2: 'a' has a value already"), ("a = 1\n[a.b]", "2:2: 'a' has a value already"),
        ("a = { b = 1, b.c = 2 }", "1:14: 'b' has a value already"), ("# a \u{1}", "1:5: expected a key"),
        ("a = 1 \r b", "1:7: expected the end of the line"), ("é = 1", "1:1: expected a key"),
    ])
    func errors(text: String, error: String) {
        #expect(summary(text) == error)
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: TOMLError(position: TOMLPosition(line: 0, column: 0), message: "expected UTF-8")) {
            try TOMLParser.parse([0x61, 0xff])
        }
    }

    @Test func positions() throws {
        let table = try TOMLParser.parse(Array("\na = 1\n [b]\n\"é\" =  'd'\n".utf8))
        #expect(table["a"]?.position == TOMLPosition(line: 1, column: 4))
        #expect(table["b"]?.position == TOMLPosition(line: 2, column: 1))
        #expect(table["b"]?.table?["é"]?.position == TOMLPosition(line: 3, column: 8))
    }

    /// What is nested without end is an error and not the end of the stack; what is long takes no longer than it is.
    @Test(arguments: [
        ("a = ", "[", "1:133: a value is nested too deep"), ("a = ", "{a=", "1:389: a value is nested too deep"),
        ("", "a.", "1:129: a key has too many parts"), ("[", "a.", "1:130: a key has too many parts"),
        ("", "[[a]]\n", "{a=.}"), ("", "[[a]]\nb.c = 1\n", "{a=.}"),
        ("[a]\nb = [", "{b.c=1},\n", "20002:1: expected a value"),
    ])
    func deepAndLong(start: String, repeated: String, result: String) {
        #expect(summary(start + String(repeating: repeated, count: 20_000)) == result)
    }

    /// Whatever the text is, reading it ends.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func nonsense(seed: UInt64) {
        let words = [
            "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\"", "'", "\"\"\"", "'''", "#", "\n", "\r\n", " ", "\\",
            "a",
            "b", "1", "-", "true", "\u{0}", "é", "a = 1\n", "[a]\n", "\\u00e9",
        ]
        var state = seed
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<30 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += words[Int(state >> 33) % words.count]
            }
            _ = summary(text)
        }
    }
}
