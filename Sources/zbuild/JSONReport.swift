import Engine
import Foundation

/// The one object of `--json`. Fields are added, never renamed.
struct JSONReport: Encodable {
    private let result: String
    private let output: String
    private let microseconds: Int64
    private let files: Counts
    private let declarations: Counts
    private let positions: Int
    private let blocks: Counts
    private let rows: Counts
    private let bytes: Counts
    private let fallback: FallbackObject?
    private let diagnostics: [DiagnosticObject]
    private let causes: [CauseObject]?

    /// Named numbers.
    private typealias Counts = [String: Int]

    private struct FallbackObject: Encodable {
        var number: Int
        var name: String
        var explanation: String
    }

    private struct CauseObject: Encodable {
        var name: String
        var path: String
        var line: Int
        var kind: String
        var detail: String
        var parent: Int?
        var compiled: Bool
        var codeChanged: Bool
    }

    private enum CodingKeys: String, CodingKey {
        case result, output, microseconds, files, declarations, positions, blocks, rows, bytes, fallback, diagnostics
        case causes
    }

    init(_ report: Report, explains: Bool) {
        result = report.result.rawValue
        output = report.output
        microseconds = report.microseconds
        files = ["total": report.files.total, "read": report.files.read]
        declarations = [
            "total": report.declarations.total, "parsed": report.declarations.parsed,
            "analysed": report.declarations.analysed, "generated": report.declarations.generated,
            "removed": report.declarations.removed,
        ]
        positions = report.positions
        blocks = [
            "written": report.blocks.written, "moved": report.blocks.moved, "freed": report.blocks.freed,
        ]
        rows = ["read": report.rows.read, "written": report.rows.written]
        bytes = ["read": report.bytes.read, "written": report.bytes.written]
        fallback = report.fallback.map {
            FallbackObject(number: $0.rawValue, name: $0.name, explanation: $0.explanation)
        }
        diagnostics = report.diagnostics.map(DiagnosticObject.init)
        causes = explains ? report.causes.map(JSONReport.object) : nil
    }

    private static func object(_ cause: Cause) -> CauseObject {
        CauseObject(
            name: cause.name, path: cause.path, line: Int(cause.position.line) + 1, kind: cause.kind.rawValue,
            detail: cause.detail, parent: cause.parent, compiled: cause.isCompiled, codeChanged: cause.isCodeChanged)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(result, forKey: .result)
        try container.encode(output, forKey: .output)
        try container.encode(microseconds, forKey: .microseconds)
        try container.encode(files, forKey: .files)
        try container.encode(declarations, forKey: .declarations)
        try container.encode(positions, forKey: .positions)
        try container.encode(blocks, forKey: .blocks)
        try container.encode(rows, forKey: .rows)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(fallback, forKey: .fallback)
        try container.encode(diagnostics, forKey: .diagnostics)
        try container.encodeIfPresent(causes, forKey: .causes)
    }

    /// The object on one line.
    var text: String { jsonText(self) }
}

/// An error or a note in an object of `--json`.
struct DiagnosticObject: Encodable {
    private var path: String
    private var line: Int
    private var column: Int
    private var severity: String
    private var message: String
    private var notes: [DiagnosticObject]

    init(_ diagnostic: RenderedDiagnostic) {
        path = diagnostic.path
        line = Int(diagnostic.position.line) + 1
        column = Int(diagnostic.position.column) + 1
        severity = diagnostic.severity.rawValue
        message = diagnostic.message
        notes = diagnostic.notes.map(DiagnosticObject.init)
    }
}

/// `object` as JSON on one line.
func jsonText(_ object: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(object) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
}
