import Foundation
import Testing

@testable import Engine

/// What `zbuild cache export` writes, looked at with the `sqlite3` shell as a person would.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: SQLiteShell.path)))
struct ExportTests {
    /// An export of the project that `CheckTests` damage.
    private final class Exported {
        let project: DamagedProject
        let path: String

        init() throws {
            project = try DamagedProject()
            path = project.folder.path + "/out.sqlite"
            var options = BuildOptions()
            options.folder = project.folder.path
            let count = try Engine.exportCache(options, to: path)
            #expect(count == (try project.folder.snapshot().declarations.count))
        }

        func query(_ sql: String) throws -> [String] { try SQLiteShell.query(path, sql, in: project.folder.path) }
    }

    @Test func theDatabaseIsSound() throws {
        let export = try Exported()
        #expect(try export.query("PRAGMA integrity_check") == ["ok"])
        #expect(try export.query("PRAGMA foreign_key_check") == [])
        #expect(try export.query("PRAGMA application_id") == ["\(0x7A62_6578)"])
    }

    @Test func nothingIsLeftOut() throws {
        let export = try Exported()
        let snapshot = try export.project.folder.snapshot()
        let states = snapshot.declarations.map(\.state)
        let counts: [(table: String, count: Int)] = [
            ("file", snapshot.files.count), ("package", snapshot.packages.count),
            ("import", snapshot.files.flatMap(\.imports).count),
            ("declaration", snapshot.declarations.count), ("edge", states.flatMap(\.edges).count),
            ("user", snapshot.declarations.flatMap(\.users).count), ("block", states.compactMap(\.link).count),
            ("relocation", states.compactMap(\.link).flatMap(\.relocations).count),
            ("section", snapshot.sections.count), ("hole", snapshot.holes.count),
            ("export", snapshot.exports.count), ("build", 2), ("meta", 1), ("pending", 0), ("diagnostic", 0),
            ("redo", 0),
        ]
        for (table, count) in counts {
            #expect(try export.query("SELECT count(*) FROM \(table)") == ["\(count)"], "\(table)")
        }
        #expect(try export.query("SELECT count(*) > 0 FROM cause") == ["1"])
    }

    @Test func valuesAndTypesAreWords() throws {
        let export = try Exported()
        func word(_ columns: String, _ name: String) throws -> [String] {
            try export.query("SELECT \(columns) FROM declaration WHERE name = '\(name)'")
        }
        #expect(try word("type, value", "main.step") == ["comptime_int|1"])
        #expect(try word("type, value", "main.usize") == ["type|usize"])
        #expect(try word("type, value IS NULL", "main.counter") == ["*usize|1"])
        #expect(try word("type, value", "main.limit_ref") == ["*const usize|&main.limit"])
        #expect(try word("type, value", "main.lib") == ["module|lib.zir"])
        #expect(try word("instruction, line, column, is_live", "main.work") == ["fn|11|1|1"])
        #expect(try word("instruction, is_present, is_live", "lib.exit") == ["fn|1|1"])
    }

    @Test func errorsStandAtTheirPlaces() throws {
        let export = try Exported()
        var sources = DamagedProject.sources
        sources["lib.zir"] = sources["lib.zir"]?.replacing("[231, %0]", with: "[231, %9]")
        try export.project.folder.write(sources)
        let build = try export.project.folder.build()
        var options = BuildOptions()
        options.folder = export.project.folder.path
        _ = try Engine.exportCache(options, to: export.path)
        let error = try #require(build.diagnostics.first)
        let found = try export.query(
            "SELECT path, line, column, message FROM diagnostic JOIN file ON file.number = diagnostic.file")
        #expect(
            found == ["lib.zir|\(error.position.line + 1)|\(error.position.column + 1)|\(error.message)"])
    }

    /// The examples in schema/README.md, each with its result below it.
    @Test func theQueriesOfThePageGiveTheirResults() throws {
        let example = try ExampleProject("hello")
        defer { example.remove() }
        let export = try ChildProcess.run(
            [ZBuildProgram.path, "cache", "export", "out.sqlite"], in: example.folder.path)
        #expect(export.status == 0)
        let page = try ProjectFolder.text(ExampleProject.examples + "/../schema/README.md")
        let parts = page.components(separatedBy: "```sql\n").dropFirst()
        #expect(parts.count >= 3)
        for part in parts {
            let halves = part.components(separatedBy: "```\n")
            let result = (halves.last ?? "").split(separator: "\n").prefix { $0.hasPrefix("    ") }
            #expect(!result.isEmpty)
            let found = try SQLiteShell.query("out.sqlite", halves.first ?? "", in: example.folder.path)
            #expect(found == result.map { String($0.dropFirst(4)) })
        }
    }

    /// A file may not grow: what was there stays, nothing half is left, and the message names the file.
    @Test func aFullDiskLeavesNothing() throws {
        let example = try ExampleProject("hello")
        defer { example.remove() }
        let words = [
            "/bin/bash", "-c", "trap '' XFSZ; ulimit -f 8; exec \(ZBuildProgram.path) cache export out.sqlite",
        ]
        let export = try ChildProcess.run(words, in: example.folder.path)
        #expect(export.status == 3)
        #expect(export.errors.hasPrefix("zbuild: unable to write 'out.sqlite': "))
        let files = try FileManager.default.contentsOfDirectory(atPath: example.folder.path)
        #expect(!files.contains { $0.contains("out.sqlite") })
    }
}

/// The shell of SQLite.
private enum SQLiteShell {
    static let path = "/usr/bin/sqlite3"

    /// The rows that a query gives, each a line with `|` between its columns.
    static func query(_ database: String, _ sql: String, in folder: String) throws -> [String] {
        let process = try ChildProcess.run([path, "-batch", database, sql], in: folder)
        #expect(process.errors.isEmpty, "\(sql)")
        return process.output.split(separator: "\n").map(String.init)
    }
}
