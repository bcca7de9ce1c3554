import Foundation

/// What `zbuild --json` prints.
struct BuildReport: Decodable {
    var result: String
    /// Path of the executable.
    var output: String
    var files: [String: Int]
    var declarations: [String: Int]
    var positions: Int
    var blocks: [String: Int]
    var rows: [String: Int]
    var bytes: [String: Int]
    var fallback: Fallback?
    var diagnostics: [Diagnostic]

    struct Fallback: Decodable {
        var number: Int
    }

    struct Diagnostic: Decodable {
        var path: String
        var line: Int
        var column: Int
        var severity: String
        var message: String
        var notes: [Diagnostic]

        /// As a person sees it, each note on a line of its own below.
        var lines: [String] {
            ["\(path):\(line):\(column): \(severity): \(message)"] + notes.flatMap(\.lines)
        }
    }

    init(_ text: String) throws {
        self = try JSONDecoder().decode(BuildReport.self, from: Data(text.utf8))
    }

    var diagnosticLines: [String] { diagnostics.flatMap(\.lines) }

    private static let counterNames = [
        "total", "parsed", "analysed", "generated", "removed", "positions", "written", "moved", "freed", "files",
        "read", "rows",
    ]

    /// As a case would expect it.
    var summary: String {
        let counters = BuildReport.counterNames.map { "\($0) \(counter($0) ?? -1)" }
        return "\(result): \(counters.joined(separator: ", "))"
    }

    /// The counter that a case calls `name`.
    func counter(_ name: String) -> Int? {
        switch name {
        case "total", "parsed", "analysed", "generated", "removed": declarations[name]
        case "positions": positions
        case "written", "moved", "freed": blocks[name]
        case "files": files["total"]
        case "read": files["read"]
        case "rows": rows["written"]
        default: nil
        }
    }
}
