import Foundation

/// The string literals of the Swift files that make diagnostics.
struct SourceLiterals {
    struct Literal: Sendable {
        /// With `MessagePattern.placeholder` where it holds other values.
        var text: String
        /// Relative to the repository.
        var file: String
        var line: Int
    }

    /// Every file of the parsers, of analysis and of the code generator, and of the engine those that report errors.
    static func all() throws -> [Literal] {
        var files = try ["TOML", "ZIR", "Semantics", "CodeGen"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: "\(Repository.root)/Sources/\(folder)")
                .filter { $0.hasSuffix(".swift") }.map { "Sources/\(folder)/\($0)" }
        }
        let facets = ["Diff", "Errors", "Files", "Loops", "Modules", "Report"]
        files += facets.map { "Sources/Engine/Update/Update+\($0).swift" }
        files.append("Sources/Engine/Project/Manifest.swift")
        return try files.sorted().flatMap(literals)
    }

    private static func literals(of file: String) throws -> [Literal] {
        let text = try ProjectFolder.text("\(Repository.root)/\(file)")
        var result: [Literal] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            // What says that zbuild has a bug is for nobody's sources.
            let isOther = ["unreachable(", "fatalError("].contains { line.contains($0) }
            let isComment = line.drop { $0 == " " }.hasPrefix("//")
            guard !isOther, !isComment else { continue }
            result += literals(in: line).map { Literal(text: $0, file: file, line: index + 1) }
        }
        return result
    }

    /// Those in one line. A text of several lines is no message.
    private static func literals(in line: Substring) -> [String] {
        var result: [String] = []
        var rest = line
        while let start = rest.firstIndex(of: "\"") {
            rest = rest[rest.index(after: start)...]
            result.append(takeLiteral(&rest))
        }
        return result
    }

    /// Takes the rest of a literal, its closing quote included.
    private static func takeLiteral(_ rest: inout Substring) -> String {
        var text = ""
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\", let next = rest.popFirst() else {
                text.append(character)
                continue
            }
            if next == "(" {
                skipInterpolation(&rest)
                text += MessagePattern.placeholder
            } else {
                text.append(next)
            }
        }
        return text
    }

    private static func skipInterpolation(_ rest: inout Substring) {
        var depth = 1
        while depth > 0, let character = rest.popFirst() {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "\"": _ = takeLiteral(&rest)
            default: break
            }
        }
    }
}
