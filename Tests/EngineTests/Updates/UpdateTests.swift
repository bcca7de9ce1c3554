import Foundation
import Testing

/// The cases in the folder Cases, each a text file.
@Suite struct UpdateTests {
    @Test(arguments: UpdateCase.all(in: "Cases"))
    func update(_ update: UpdateCase) throws {
        try update.run()
    }

    /// Every kind of edit of every kind of declaration.
    @Test(arguments: UpdateCase.all(in: "Cases/Kinds"))
    func kind(_ update: UpdateCase) throws {
        try update.run()
    }

    /// Projects of several packages.
    @Test(arguments: UpdateCase.all(in: "Cases/Packages"))
    func package(_ update: UpdateCase) throws {
        try update.run()
    }

    /// What is known to be wrong. A case that passes is to be moved to the others.
    @Test(arguments: UpdateCase.all(in: "Cases/Known"))
    func knownIssue(_ update: UpdateCase) {
        withKnownIssue {
            try update.run()
        }
    }

    @Test func casesAreFound() {
        #expect(UpdateCase.all(in: "Cases").count >= 55)
        #expect(UpdateCase.all(in: "Cases/Kinds").count >= 40)
        #expect(UpdateCase.all(in: "Cases/Packages").count >= 9)
    }

    /// The table of edits and declarations in Cases/README.md names all cases in the folder Kinds, and no others.
    @Test func tableOfKindsNamesTheCases() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Cases/README.md").standardized.path
        let rows = try ProjectFolder.text(page).split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { row in row.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) } }
        let first = try #require(rows.firstIndex { $0.first == "the files begin with" })
        var named: Set<String> = []
        for row in rows[(first + 1)...] where row.count == rows[first].count {
            for (kind, cell) in zip(rows[first], row).dropFirst() where cell != "-" {
                named.insert(cell == "files" ? cell : "\(kind)-\(cell)")
            }
        }
        #expect(named.sorted() == UpdateCase.all(in: "Cases/Kinds").map(\.testDescription).sorted())
    }
}

/// The file of a case.
struct UpdateCase: Sendable, CustomTestStringConvertible {
    var path: String

    var testDescription: String {
        path.split(separator: "/").last.map { String($0.dropLast(UpdateCase.suffix.count)) } ?? path
    }

    /// Runs it; each failure is one of the line that it stands on.
    func run() throws {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        for failure in try UpdateRunner.failures(of: path) {
            let location = SourceLocation(
                fileID: "EngineTests/\(name)", filePath: path, line: failure.line, column: 1)
            Issue.record("\(failure.message)", sourceLocation: location)
        }
    }

    private static let suffix = ".update"

    /// The cases in `folder`, which is beside this file, in the order of their names.
    static func all(in folder: String) -> [UpdateCase] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../\(folder)")
            .standardized.path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { UpdateCase(path: "\(root)/\($0)") }
    }
}
