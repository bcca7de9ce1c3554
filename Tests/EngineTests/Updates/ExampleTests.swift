import Foundation
import Testing

/// The projects in the folder Examples: their programs print what they should, also on input and with arguments, where
/// the system's own tools say what that is.
struct ExampleTests {
    @Test(arguments: ExampleProject.names, ["debug", "fast"])
    func printsWhatItShould(_ name: String, optimize mode: String) throws {
        let example = try ExampleProject(name, optimize: mode)
        defer { example.remove() }
        let program = try example.run(input: ExampleProject.input(name))
        #expect(program.status == 0)
        #expect(program.errors.isEmpty)
        #expect(program.output == (try ExampleProject.expectedOutput(name)))
    }

    @Test func examplesAreFound() {
        #expect(ExampleProject.names.count >= 8)
    }

    /// Examples that share a module have it in the same words.
    @Test func sharedModulesAreEqual() throws {
        var first: [String: String] = [:]
        for name in ExampleProject.names {
            for file in try ExampleProject.sources(name) where ["io.zir", "print.zir", "arguments.zir"].contains(file) {
                let text = try ProjectFolder.text("\(ExampleProject.examples)/\(name)/\(file)")
                #expect(first[file, default: text] == text, "\(name)/\(file) differs")
                first[file] = text
            }
        }
        #expect(first.count == 3)
    }

    // MARK: - Arguments

    struct Arguments: CustomTestStringConvertible {
        var name: String
        var words: [String]
        var output = ""
        var errors = ""

        var testDescription: String { ([name] + words).joined(separator: " ") }
    }

    static let arguments: [Arguments] = [
        Arguments(name: "sieve", words: ["0"], output: "0 primes below 0\n"),
        Arguments(name: "sieve", words: ["3"], output: "1 primes below 3\n"),
        Arguments(name: "sieve", words: ["5000000"], output: "348513 primes below 5000000\n"),
        Arguments(name: "sieve", words: ["1000", "3"], output: "168 primes below 1000\n"),
        Arguments(name: "sieve", words: ["many"], errors: "an argument is not a number\n"),
        Arguments(name: "sieve", words: ["100000001"], errors: "the limit is too large\n"),
        Arguments(
            name: "quicksort", words: ["2"],
            output: "made 2 numbers, not sorted, sum 7097384276\ndone 2 numbers, sorted, sum 7097384276\n"),
        Arguments(
            name: "quicksort", words: ["0"],
            output: "made 0 numbers, sorted, sum 0\ndone 0 numbers, sorted, sum 0\n"),
        Arguments(name: "quicksort", words: ["10000001"], errors: "too many numbers\n"),
        Arguments(
            name: "hashtable", words: ["1", "2"],
            output: """
                1 keys inserted
                1 keys found, 0 is the sum of their values
                1 keys removed
                0 keys found, 0 is the sum of their values
                0 keys are left in 2 slots, 0 of them at home, the others at most 0 steps away

                """),
        Arguments(name: "hashtable", words: ["1000001"], errors: "too many keys\n"),
        Arguments(name: "life", words: ["1", "snail"], errors: "there is no pattern of that name\n"),
        Arguments(name: "bf", words: ["nothing.bf"], errors: "unable to open the file\n"),
    ]

    @Test(arguments: arguments)
    func readsItsArguments(_ arguments: Arguments) throws {
        let example = try ExampleProject(arguments.name)
        defer { example.remove() }
        let program = try example.run(arguments.words)
        #expect(program.status == (arguments.errors.isEmpty ? 0 : 1))
        #expect(program.output == arguments.output)
        #expect(program.errors == arguments.errors)
    }

    /// A glider is one cell further down and to the right after four generations, and comes back over the edges.
    @Test func gliderGlidesAroundTheBoard() throws {
        let example = try ExampleProject("life")
        defer { example.remove() }
        let start = try example.run(["0", "glider"]).output.split(separator: "\n")
        let later = try example.run(["4", "glider"]).output.split(separator: "\n")
        #expect(later.dropFirst().dropLast().map { $0.dropFirst() } == start.dropLast(2).map { $0.dropLast() })
        let around = try example.run(["480", "glider"]).output.split(separator: "\n")
        #expect(around == start)
    }

    @Test(arguments: ["debug", "fast"])
    func drawsTheMandelbrotSet(optimize mode: String) throws {
        let example = try ExampleProject("bf", optimize: mode)
        defer { example.remove() }
        let program = try example.run(["mandelbrot.bf"])
        #expect(program.output == (try ProjectFolder.text(example.folder.absolute("mandelbrot.txt"))))
    }

    struct TinyProgram: CustomTestStringConvertible {
        var text: String
        var output = ""
        var errors = ""

        var testDescription: String { text }
    }

    /// What the eight instructions do, on the input "ab".
    static let tinyPrograms: [TinyProgram] = [
        TinyProgram(text: ",[.,]", output: "ab"),
        TinyProgram(text: "no instruction here", output: ""),
        TinyProgram(text: ",>,.<.", output: "ba"),
        TinyProgram(text: "<++++++++[->++++++++<]>+.", output: "A"),
        TinyProgram(text: "-[+[+]]+[[->+<]>-]<,.", output: "a"),
        TinyProgram(text: "[.", errors: "a [ has no ]\n"),
        TinyProgram(text: "+]", errors: "a ] has no [\n"),
        TinyProgram(text: String(repeating: "[", count: 1001), errors: "the loops are too deep\n"),
        TinyProgram(text: String(repeating: " ", count: 1_048_576), errors: "the file is too long\n"),
    ]

    @Test func runsTinyPrograms() throws {
        let example = try ExampleProject("bf")
        defer { example.remove() }
        let input = try example.write(Array("ab".utf8), to: "input")
        for tiny in Self.tinyPrograms {
            _ = try example.write(Array(tiny.text.utf8), to: "tiny.bf")
            let program = try example.run(["tiny.bf"], input: input)
            #expect(program.output == tiny.output, "\(tiny.text.prefix(30))")
            #expect(program.errors == tiny.errors, "\(tiny.text.prefix(30))")
        }
    }

    // MARK: - Input

    /// Bytes without a pattern, the same each time.
    private static func bytes(_ count: Int) -> [UInt8] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    @Test func hashesAsSha256sumDoes() throws {
        let example = try ExampleProject("sha256")
        defer { example.remove() }
        for size in [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1_048_575, 1_048_576, 1_500_001] {
            let input = try example.write(Self.bytes(size), to: "input")
            let expected = try ChildProcess.run(["/usr/bin/sha256sum"], in: example.folder.path, input: input)
            #expect(try example.run(input: input).output == expected.output, "\(size) bytes")
        }
    }

    /// A pipe gives what it has, which need not fill a block.
    @Test func hashesWhatComesInPieces() throws {
        let example = try ExampleProject("sha256")
        defer { example.remove() }
        let script = "(printf 'abc'; sleep 0.1; printf 'def'; sleep 0.1; head -c 200 /dev/zero) | \(example.program)"
        let program = try ChildProcess.run(["/bin/sh", "-c", script], in: example.folder.path)
        let whole = try example.write(Array("abcdef".utf8) + Array(repeating: 0, count: 200), to: "input")
        let expected = try ChildProcess.run(["/usr/bin/sha256sum"], in: example.folder.path, input: whole)
        #expect(program.output == expected.output)
    }

    @Test func countsAsTheSystemDoes() throws {
        let example = try ExampleProject("wc")
        defer { example.remove() }
        let text = (0..<20_000).map { "\($0)" + ($0 % 7 == 0 ? "\n" : $0 % 3 == 0 ? "\t " : " ") }.joined()
        for content in ["", "\n", "a", "a b\nc", " \n\t\u{b}\u{c}\r ", text, String(text.prefix(65_537))] {
            let input = try example.write(Array(content.utf8), to: "input")
            let expected = try ChildProcess.run(["/usr/bin/wc"], in: example.folder.path, input: input)
            #expect(try example.run(input: input).output == expected.output, "\(content.utf8.count) bytes")
        }
    }

    /// The size of what comes through a pipe is not known, so the columns are wide.
    @Test func countsWhatComesThroughAPipe() throws {
        let example = try ExampleProject("wc")
        defer { example.remove() }
        let outputs = try [example.program, "wc"].map { program in
            let words = ["/bin/sh", "-c", "echo three short words | \(program)"]
            return try ChildProcess.run(words, in: example.folder.path).output
        }
        #expect(outputs[0] == outputs[1])
    }
}
