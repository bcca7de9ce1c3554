import Engine
import FoundationEssentials

/// Named numbers.
private typealias Counts = [String: Int]

/// The one object of `--json`. Fields are added, never renamed.
struct JSONReport: Encodable {
    private let result: String
    private let output: String
    private let microseconds: Int64?
    private let files: Counts
    private let declarations: Counts
    private let positions: Int
    private let blocks: Counts
    private let rows: Counts?
    private let bytes: Counts?
    private let fallback: FallbackObject?
    private let diagnostics: [DiagnosticObject]?
    private let isFirst: Bool?
    private let isRecovered: Bool?
    private let unlisted: Int?
    private let causes: [JSONCause]?
    private let stats: JSONStatistics?
    private let build: BuildObject?

    private struct FallbackObject: Encodable {
        var number: Int
        var name: String
        var explanation: String
    }

    /// Which build it was, where that is not the one that just ended.
    private struct BuildObject: Encodable {
        var number: UInt64
        var time: String
        var errors: Int
        var freshness: JSONFreshness
    }

    private enum CodingKeys: String, CodingKey {
        case result, output, microseconds, files, declarations, positions, blocks, rows, bytes, fallback, diagnostics
        case causes, first, recovered, unlisted, stats, build
    }

    /// A build that just ended.
    init(_ report: Report, explains: Bool, measures: Bool) {
        self.init(report, explains: explains, measures: measures, last: nil)
    }

    /// The last build, as the cache knows it.
    init(_ last: LastBuild) { self.init(last.report, explains: true, measures: false, last: last) }

    private init(_ report: Report, explains: Bool, measures: Bool, last: LastBuild?) {
        result = report.result.rawValue
        output = report.output
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
        fallback = report.fallback.map {
            FallbackObject(number: $0.rawValue, name: $0.name, explanation: $0.explanation)
        }
        causes = explains ? report.causes.map { JSONCause($0, in: report.causes) } : nil
        isFirst = explains ? report.isFirst : nil
        isRecovered = explains ? report.isRecovered : nil
        unlisted = explains ? report.unlistedChanges : nil
        stats = measures ? report.measurements.map(JSONStatistics.init) : nil
        build = last.map {
            BuildObject(
                number: $0.number, time: Moment($0.time).machineText, errors: $0.errorCount,
                freshness: JSONFreshness($0.freshness))
        }
        // Nobody keeps what these were.
        microseconds = last == nil ? report.microseconds : nil
        rows = last == nil ? ["read": report.rows.read, "written": report.rows.written] : nil
        bytes = last == nil ? ["read": report.bytes.read, "written": report.bytes.written] : nil
        diagnostics = last == nil ? report.diagnostics.map(DiagnosticObject.init) : nil
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(result, forKey: .result)
        try container.encode(output, forKey: .output)
        try container.encodeIfPresent(microseconds, forKey: .microseconds)
        try container.encode(files, forKey: .files)
        try container.encode(declarations, forKey: .declarations)
        try container.encode(positions, forKey: .positions)
        try container.encode(blocks, forKey: .blocks)
        try container.encodeIfPresent(rows, forKey: .rows)
        try container.encodeIfPresent(bytes, forKey: .bytes)
        try container.encode(fallback, forKey: .fallback)
        try container.encodeIfPresent(diagnostics, forKey: .diagnostics)
        try container.encodeIfPresent(causes, forKey: .causes)
        try container.encodeIfPresent(isFirst, forKey: .first)
        try container.encodeIfPresent(isRecovered, forKey: .recovered)
        try container.encodeIfPresent(unlisted, forKey: .unlisted)
        try container.encodeIfPresent(stats, forKey: .stats)
        try container.encodeIfPresent(build, forKey: .build)
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

/// A cause, as `--json` prints it.
struct JSONCause: Encodable {
    private let name: String
    private let path: String
    private let line: Int
    private let kind: String
    private let detail: String
    private let change: String
    private let parent: Int?
    private let outcome: String
    private let compiled: Bool
    private let codeChanged: Bool
    private let placement: PlacementObject?

    private struct PlacementObject: Encodable {
        var oldSize: UInt64
        var newSize: UInt64
        var oldAddress: UInt64
        var newAddress: UInt64
        var oldRoom: UInt64
    }

    /// `causes` are those that its parent is an index of.
    init(_ cause: Cause, in causes: [Cause]) {
        name = cause.name
        path = cause.path
        line = Int(cause.position.line) + 1
        kind = cause.kind.name
        detail = cause.parent.map { causes[$0].change } ?? ""
        change = cause.change
        parent = cause.parent
        outcome = cause.outcome.name
        compiled = [.compiled, .sameCode, .analysed].contains(cause.outcome)
        codeChanged = cause.outcome == .compiled
        placement = cause.placement.map {
            PlacementObject(
                oldSize: $0.oldSize, newSize: $0.newSize, oldAddress: $0.oldAddress, newAddress: $0.newAddress,
                oldRoom: $0.oldRoom)
        }
    }
}

/// What is other since the last build, as `--json` prints it.
struct JSONFreshness: Encodable {
    private let changedFiles: [String]
    private let interrupted: Bool
    private let restarted: Bool

    init(_ freshness: Freshness) {
        changedFiles = freshness.changedFiles
        interrupted = freshness.isInterrupted
        restarted = freshness.isRestarted
    }
}
