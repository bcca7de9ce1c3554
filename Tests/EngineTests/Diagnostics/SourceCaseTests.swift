import Foundation
import Testing

/// The cases in the folders Diagnostics and Programs: what zbuild says of sources that are wrong, and what programs do.
@Suite struct SourceCaseTests {
    @Test(arguments: SourceCaseFile.all(in: "Diagnostics"))
    func diagnostics(_ file: SourceCaseFile) throws { try file.run() }

    @Test(arguments: SourceCaseFile.all(in: "Programs"))
    func programs(_ file: SourceCaseFile) throws { try file.run() }

    @Test func filesAreFound() {
        #expect(SourceCaseFile.all(in: "Diagnostics").count >= 10)
        #expect(SourceCaseFile.all(in: "Programs").count >= 5)
    }
}

/// A file of cases.
struct SourceCaseFile: Sendable, CustomTestStringConvertible {
    var path: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var testDescription: String { name }

    func cases() throws -> [SourceCase] {
        try SourceCaseParser.parse(try ProjectFolder.text(path), path: path)
    }

    /// Runs its cases; each failure is one of the line that it stands on.
    func run() throws {
        for sourceCase in try cases() {
            for failure in try SourceCaseRunner.failures(of: sourceCase) {
                let location = SourceLocation(
                    fileID: "EngineTests/\(name)", filePath: path, line: failure.line, column: 1)
                Issue.record("\(failure.message)", sourceLocation: location)
            }
        }
    }

    /// The files in `folder` of Cases, in the order of their names.
    static func all(in folder: String) -> [SourceCaseFile] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Cases/\(folder)").standardized.path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasSuffix(".zir") }.sorted().map { SourceCaseFile(path: "\(root)/\($0)") }
    }
}
