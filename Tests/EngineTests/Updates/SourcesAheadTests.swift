import Foundation
import Testing

@testable import Engine

/// Modules are read once each, whoever reads them, and whatever stands behind `import(` that is none.
@Suite struct SourcesAheadTests {
    private static let moduleCount = 24

    /// Each module names the next; one stands in a folder and names a neighbour there, one has an import in a comment,
    /// one has one in a string and names modules before it.
    private static var sources: [String: String] {
        var sources: [String: String] = [:]
        for number in 0..<moduleCount {
            let next = number + 1 < moduleCount ? "@next = import(\"\(path(number + 1))\")\n" : ""
            sources[path(number)] = next + "@value = int(\(number))\n"
        }
        sources["main.zir"]? += """
            @noreturn = primitive(noreturn)
            @start = fn(@start_type, { %end = unreachable() })
            @start_type = fntype([], @noreturn, cc=Naked)
            @entry = export("_start", @start)

            """
        sources[path(2)]? += "; @other = import(\"comment.zir\")\n"
        sources[path(3)]? += "@text = str(\"import(\\\"string.zir\\\")\")\n"
        sources[path(3)]? += "@first = import(\"main.zir\")\n@again = import(\"m1.zir\")\n"
        sources[path(4)]? += "@inner = import(\"inner/a.zir\")\n"
        sources["inner/a.zir"] = "@b = import(\"b.zir\")\n"
        sources["inner/b.zir"] = "@value = int(1)\n"
        sources["comment.zir"] = "@value = int(1)\n"
        return sources
    }

    private static func path(_ number: Int) -> String { number == 0 ? "main.zir" : "m\(number).zir" }

    @Test func eachModuleOnce() throws {
        let folder = try ModelFolder()
        let files = TestFiles(now: 1_700_000_000_123_456_789)
        let reads = Locked<[String: Int]>([:])
        files.whileReading = { path in reads.with { $0[String(path.suffix(8)), default: 0] += 1 } }
        folder.sources = files
        try folder.write(Self.sources)
        let report = try folder.build()
        #expect(report.files.read == Self.moduleCount + 2)
        #expect(report.files.total == Self.moduleCount + 2)
        #expect(reads.with { $0 }.allSatisfy { $0.value == 1 })
    }

    /// Modules of which so much was read that not all of it is kept are read again for what messages show, and are still
    /// counted once.
    @Test func largeModulesWithErrors() throws {
        let folder = try ModelFolder()
        var sources: [String: String] = [:]
        for number in 0..<3 {
            sources["m\(number).zir"] =
                ";" + String(repeating: "x", count: Update.mostContent) + "\n@text = str(\(number))\n"
        }
        sources["main.zir"] = (0..<3).map { "@m\($0) = import(\"m\($0).zir\")\n" }.joined()
        try folder.write(sources)
        let report = try folder.build()
        #expect(report.diagnostics.count >= 3 && report.files.total == 4)
        #expect(report.files.read == 4)
    }

    /// With a cache nothing is read because of a guess.
    @Test func noGuessesInAnUpdate() throws {
        let folder = try ModelFolder()
        let files = TestFiles(now: 1_700_000_000_123_456_789)
        files.stampAll(1_600_000_000_123_456_789)
        folder.sources = files
        var sources = Self.sources
        try folder.write(sources)
        _ = try folder.build()
        let reads = Locked<[String]>([])
        files.whileReading = { path in reads.with { $0.append(String(path.suffix(6))) } }
        sources["m5.zir"] = "@next = import(\"m6.zir\")\n@other = import(\"m7.zir\")\n@value = int(5)\n"
        try folder.write(sources)
        #expect(try folder.build().files.read == 1)
        #expect(reads.with { $0 } == ["m5.zir"])
    }
}
