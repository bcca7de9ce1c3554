import Engine
import FoundationEssentials

/// The one object of `zbuild check --json`. Fields are added, never renamed.
struct CheckJSON: Encodable {
    private let result: String
    private let output: String
    private let microseconds: Int64
    private let declarations: Int
    private let differences: [DifferenceObject]
    private let diagnostics: [DiagnosticObject]
    private let reason: String?
    private let remark: String?

    private struct DifferenceObject: Encodable {
        var kind: String
        var name: String
        var path: String
        var line: Int
        var message: String
    }

    private enum CodingKeys: String, CodingKey {
        case result, output, microseconds, declarations, differences, diagnostics, reason, remark
    }

    init(_ report: CheckReport) {
        result = report.result.rawValue
        output = report.output
        microseconds = report.microseconds
        declarations = report.declarations
        differences = report.differences.map {
            DifferenceObject(
                kind: $0.kind.rawValue, name: $0.name, path: $0.path, line: Int($0.line), message: $0.message)
        }
        diagnostics = report.diagnostics.map(DiagnosticObject.init)
        reason = report.reason
        remark = report.remark
    }

    // All fields are always there, null where there is nothing to say.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(result, forKey: .result)
        try container.encode(output, forKey: .output)
        try container.encode(microseconds, forKey: .microseconds)
        try container.encode(declarations, forKey: .declarations)
        try container.encode(differences, forKey: .differences)
        try container.encode(diagnostics, forKey: .diagnostics)
        try container.encode(reason, forKey: .reason)
        try container.encode(remark, forKey: .remark)
    }

    /// The object on one line.
    var text: String { jsonText(self) }
}
