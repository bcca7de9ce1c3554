import BLAKE3
import Testing
import ZIR

@Suite struct ScannerTests {
    /// A declaration as `line:column name |text|`, with `!` where it is broken; then the errors between declarations.
    private func outline(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        let result = Scanner.scan(bytes)
        expectSameInPieces(bytes, result)
        let spans = result.declarations.map { span in
            let name = String(decoding: bytes[Int(span.name.lowerBound)..<Int(span.name.upperBound)], as: UTF8.self)
            let body = String(decoding: bytes[span.range], as: UTF8.self)
            #expect(Int(span.name.lowerBound) == Int(span.offset) + 1)
            return "\(span.position.line):\(span.position.column) \(name) |\(body)|\(span.isComplete ? "" : "!")"
        }
        return spans + result.diagnostics.map { "\($0.position.line):\($0.position.column): \($0.message)" }
    }

    /// The same from pieces, whatever the least size of a piece is.
    private func expectSameInPieces(_ bytes: [UInt8], _ whole: ScanResult) {
        for size in 1...max(bytes.count, 1) {
            var joined = ScanResult()
            bytes.withUnsafeBytes { buffer in
                let pieces = Scanner.pieces(of: buffer, size: size)
                #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == bytes.count)
                for piece in pieces { joined.append(Scanner.scan(buffer, piece)) }
            }
            #expect(joined.declarations == whole.declarations)
            #expect(joined.diagnostics == whole.diagnostics)
        }
    }

    @Test(arguments: [
        ("", []),
        (" \t\r\n; @x = int(1)\n", []),
        ("@a = int(1)", ["0:0 a |@a = int(1)|"]),
        ("\u{FEFF}@a = int(1)", ["0:3 a |@a = int(1)|"]),
        ("@a=int(1)@b=int(2)", ["0:0 a |@a=int(1)|", "0:9 b |@b=int(2)|"]),
        ("@a = int(1); @b = int(2)\n  @c = int(3)", ["0:0 a |@a = int(1)|", "1:2 c |@c = int(3)|"]),
        ("@a = int(1)\r\n\r\n@b = int(2)\r\n", ["0:0 a |@a = int(1)|", "2:0 b |@b = int(2)|"]),
        ("@a\n;c @z = (\n = ;\"\n int(1)", ["0:0 a |@a\n;c @z = (\n = ;\"\n int(1)|"]),
        ("@a = str(\"@x = int(1)\")", ["0:0 a |@a = str(\"@x = int(1)\")|"]),
        ("@a = str(\"\\\"@x = (\\\\\")", ["0:0 a |@a = str(\"\\\"@x = (\\\\\")|"]),
        ("@a = str(\");\")\n@b = int(1)", ["0:0 a |@a = str(\");\")|", "1:0 b |@b = int(1)|"]),
        ("@a = fn(@t, {%x = int(1)})", ["0:0 a |@a = fn(@t, {%x = int(1)})|"]),
        ("@a = f([@b, @c], k=@d)", ["0:0 a |@a = f([@b, @c], k=@d)|"]),
        ("@a@b = int(1)", ["0:0 a@b |@a@b = int(1)|"]),
        ("@a = fn(x@y = (1))", ["0:0 a |@a = fn(x@y = (1))|"]),
    ])
    func spans(text: String, expected: [String]) { #expect(outline(text) == expected) }

    @Test(arguments: [
        ("@a = int(1", ["0:0 a |@a = int(1|!"]),
        ("@a =", ["0:0 a |@a =|!"]),
        ("@a = @b = int(1)", ["0:0 a |@a =|!", "0:5 b |@b = int(1)|"]),
        ("@a = int(1 ; x\n\n@b = int(2)", ["0:0 a |@a = int(1|!", "2:0 b |@b = int(2)|"]),
        ("@a = f({\n%x = g(1))\n})\n@b = int(2)", ["0:0 a |@a = f({\n%x = g(1))\n})|!", "3:0 b |@b = int(2)|"]),
        ("@a = fn(@t, {\n%x = @b\n= int(2)", ["0:0 a |@a = fn(@t, {\n%x =|!", "1:5 b |@b\n= int(2)|"]),
        ("@a = str(\"x)\n@b = int(2)", ["0:0 a |@a = str(\"x)|!", "1:0 b |@b = int(2)|"]),
        ("@a = str(\"x\\\n@b = int(2)", ["0:0 a |@a = str(\"x\\|!", "1:0 b |@b = int(2)|"]),
        ("@a = )", ["0:0 a |@a = )|!"]),
        ("@a = [1]", ["0:0 a |@a = [1]|!"]),
        ("@a = [(1]) x @c", ["0:0 a |@a = [(1]) x @c|!"]),
        ("@a = int(@b", ["0:0 a |@a = int(@b|!"]),
    ])
    func brokenDeclarations(text: String, expected: [String]) { #expect(outline(text) == expected) }

    @Test(arguments: [
        ("x", ["0:0: expected declaration"]),
        ("x y ( \" @a\n", ["0:0: expected declaration"]),
        ("@a", ["0:0: expected declaration"]),
        ("@a @b = int(1)", ["0:3 b |@b = int(1)|", "0:0: expected declaration"]),
        ("@ = int(1)", ["0:0: expected declaration"]),
        (
            "@a = int(1)) more ) @b = int(2)",
            ["0:0 a |@a = int(1)|", "0:20 b |@b = int(2)|", "0:11: expected declaration"]
        ),
        ("@a = int(1)\n}\n", ["0:0 a |@a = int(1)|", "1:0: expected declaration"]),
        ("@a = int(1)\n; c\n =\n", ["0:0 a |@a = int(1)|", "2:1: expected declaration"]),
        ("\u{0}", ["0:0: invalid byte '\\x00'"]),
        ("@a = int(1)\n \u{1}x", ["0:0 a |@a = int(1)|", "1:1: invalid byte '\\x01'"]),
        ("; a \u{0} \u{0}\n;\u{0}", ["0:4: invalid byte '\\x00'", "1:1: invalid byte '\\x00'"]),
        ("\u{7F}", ["0:0: invalid byte '\\x7F'"]),
    ])
    func strayText(text: String, expected: [String]) { #expect(outline(text) == expected) }

    /// Only the bytes of the span count, wherever it stands.
    @Test func contentHash() {
        func hashes(_ text: String) -> [String] {
            Scanner.scan(Array(text.utf8)).declarations.map { "\($0.contentHash)" }
        }
        let reference = hashes("@a = int(1)\n@b = int(2)")
        #expect(Set(reference).count == 2)
        #expect(hashes(";x\n\n @b = int(2) ; y\n@a = int(1)") == reference.reversed())
        #expect(hashes("@a = int( 1)@b = int(2)")[0] != reference[0])
        #expect(hashes("@a = int(1)@b = int(2)") == reference)
    }

    /// Several errors in one file: each broken declaration has its own, and the others are whole.
    @Test func everyErrorIsFound() {
        let text = """
            @a = foo(1)
            @b = int(1)
            @c = int(
            @d = str("abc)
            @e = fn(@t, { %x = int(1) %x = int(2) })
            garbage
            @f = int(6)
            """
        let bytes = Array(text.utf8)
        let scanned = Scanner.scan(bytes)
        let errors = scanned.declarations.flatMap { span in
            Parser.parse(Array(bytes[span.range])).diagnostics.map { diagnostic in
                let position = span.position.adding(diagnostic.position)
                return "\(position.line):\(position.column): \(diagnostic.message)"
            }
        }
        #expect(
            errors == [
                "0:5: unknown instruction 'foo'",
                "2:9: expected 'n' operand to be an integer, found end of declaration",
                "3:9: unterminated string",
                "4:26: redefinition of identifier '%x'",
            ])
        #expect(scanned.diagnostics == [FileDiagnostic(FilePosition(line: 5, column: 0), "expected declaration")])
        #expect(scanned.declarations.count == 6)
    }

    /// What the scanner calls broken, the parser refuses; so no declaration ends without its error.
    @Test(arguments: Samples.all)
    func brokenSpansHaveAnError(opcode: Opcode, text: String) {
        let bytes = Array(text.utf8)
        for length in 4..<bytes.count {
            for span in Scanner.scan(Array(bytes.prefix(length))).declarations where !span.isComplete {
                #expect(!Parser.parse(Array(bytes[span.range])).isValid)
            }
        }
    }

    /// A byte that is another, that comes, goes or changes places, in a declaration or beside it, changes the digest.
    @Test func eachTextHasItsDigest() {
        let texts = [
            "", " ", "\n", "@a = int(1)", " @a = int(1)", "@a = int(1) ", "@a = int(2)", "@b = int(1)", "@a = int(1",
            "@a = int(1)@a = int(1)", "@a = int(1) @a = int(1)", "@a = int(1)@a = int(1) ", "@a = int(1)@b = int(1)",
            "@b = int(1)@a = int(1)", "; @a = int(1)", ";@a = int(1)\n", "x @a = int(1)", "@a = int(1) x",
        ].map { Array($0.utf8) }
        let digests = texts.flatMap { text in
            [text.withUnsafeBytes { Scanner.scan($0).digest(of: $0) }, ScanResult.digest(ofWhole: .hash(text))]
        }
        #expect(Set(digests).count == 2 * texts.count)
        // What is hashed of one text is no other text.
        let parts = [0, 0, 0, 0] + Digest.hash(Array("@a = int(1)".utf8)).bytes + [0, 0, 0, 0]
        #expect(Digest.hash(parts) == digests[2 * 3])
        #expect(ScanResult.digest(ofWhole: .hash(parts)) != digests[2 * 3])
    }
}
