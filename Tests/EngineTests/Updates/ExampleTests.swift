import Foundation
import Testing

/// The projects in the folder Examples: their programs print what they should, also on input and with arguments, where
/// the system's own tools say what that is.
struct ExampleTests {
    @Test(arguments: ExampleProject.names, ["debug", "fast"])
    func printsWhatItShould(_ name: String, optimize mode: String) throws {
        let example = try ExampleProject(name, optimize: mode)
        defer { example.remove() }
        let program = try example.run()
        #expect(program.status == 0)
        #expect(program.errors.isEmpty)
        #expect(program.output == (try ExampleProject.expectedOutput(name)))
    }

    @Test func examplesAreFound() {
        #expect(ExampleProject.names.count >= 5)
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
}
