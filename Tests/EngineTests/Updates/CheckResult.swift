import Foundation

/// What `zbuild check --json` prints.
struct CheckResult: Decodable {
    var result: String
    var declarations: Int
    var differences: [Difference]
    var diagnostics: [BuildReport.Diagnostic]
    var reason: String?

    struct Difference: Decodable {
        var kind: String
        var name: String
        var path: String
        var line: Int
        var message: String

        /// As a person sees it, with its kind.
        var text: String { "\(path):\(line) \(name): \(kind): \(message)" }
    }

    init(_ text: String) throws {
        self = try JSONDecoder().decode(CheckResult.self, from: Data(text.utf8))
    }

    var diagnosticLines: [String] { diagnostics.flatMap(\.lines) }
}
