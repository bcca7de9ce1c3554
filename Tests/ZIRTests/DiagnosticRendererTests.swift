import Testing
import ZIR

@Suite struct DiagnosticRendererTests {
    private func render(_ line: [UInt8], column: UInt32, color: Bool = false) -> String {
        DiagnosticRenderer(usesColor: color).render(
            path: "src/main.zir", position: FilePosition(line: 2, column: column), severity: .error,
            message: "unknown instruction 'foo'", sourceLine: line[...])
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test func position() {
        #expect(
            render(Array("@a = foo(1)".utf8), column: 5) == """
                src/main.zir:3:6: error: unknown instruction 'foo'
                @a = foo(1)
                     ^

                """)
    }

    @Test func withoutSourceLine() {
        let text = DiagnosticRenderer().render(
            path: "a.zir", position: FilePosition(line: 0, column: 0), severity: .note, message: "here",
            sourceLine: nil)
        #expect(text == "a.zir:1:1: note: here\n")
    }

    @Test(
        arguments: [
            ("\t\t@a = x", 4, "\t\t  ^"), ("", 0, "^"), ("ab", 2, "  ^"), ("ab", 99, "  ^"), ("é=x", 2, " ^"),
            ("é=x", 3, "  ^"), ("ab\r", 2, "  ^"),
        ] as [(String, UInt32, String)])
    func caret(line: String, column: UInt32, expected: String) {
        #expect(lines(render(Array(line.utf8), column: column)).last == expected)
    }

    @Test func nothingUnsafeIsPrinted() {
        let text = render([0x61, 0xFF, 0x1B, 0x5B, 0x00, 0xE2, 0x80, 0xAE, 0x62], column: 8)
        #expect(lines(text)[1] == "a\u{FFFD}\u{FFFD}[\u{FFFD}\u{FFFD}b")
        #expect(lines(text)[2] == "      ^")
    }

    @Test(arguments: [0, 1, 59, 60, 61, 500, 939, 940, 998, 999, 1000])
    func longLinesAreCut(column: UInt32) {
        let line = (0..<1000).map { UInt8(0x61 + $0 % 26) }
        let shown = lines(render(line, column: column))
        #expect(shown[1].utf8.count <= 126)
        let caret = shown[2].utf8.count - 1
        let under = Array(shown[1].utf8).dropFirst(caret).first
        #expect(column == 1000 ? under == nil : under == line[Int(column)])
    }

    /// A line may hold as many errors as a file may: the time for one must not grow with its length.
    @Test(.timeLimit(.minutes(1))) func longLinesWithManyErrors() {
        let line = Array(repeatElement(Array("€b".utf8), count: 1_000_000).joined())
        for column in stride(from: 4000, to: 4_000_000, by: 400) {
            let shown = lines(render(line, column: UInt32(column)))
            #expect(shown[1] == "..." + String(repeating: "€b", count: 60) + "...")
            #expect(shown[2].utf8.count - 1 == 63)
        }
    }

    @Test func colors() {
        let text = render(Array("x".utf8), column: 0, color: true)
        #expect(text.contains("\u{1B}[1;31merror:\u{1B}[0m"))
        #expect(!render(Array("x".utf8), column: 0).contains("\u{1B}"))
    }

    @Test(arguments: [(0, "a"), (1, ""), (2, "bc"), (3, ""), (4, nil)] as [(UInt32, String?)])
    func sourceLine(line: UInt32, expected: String?) {
        let found = SourceLines(Array("a\n\nbc\n".utf8))[line]
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
