import ELF
import Foundation
import Testing

@testable import Engine

/// An executable with another identity is read back: the same bytes are trusted again, any others are not.
@Suite struct ReadBackTests {
    /// A copied project, and not so soon that its files count as just written.
    private func copy(_ project: DamagedProject) throws -> ModelFolder {
        let copy = try project.folder.copy()
        Thread.sleep(forTimeInterval: 0.015)
        return copy
    }

    private func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

    /// Counters of a build that compiled nothing.
    private func expectNothingCompiled(_ report: Report, read: Int) {
        #expect(report.fallback == nil)
        #expect(report.files.read == read)
        #expect(report.declarations.parsed == 0)
        #expect(report.declarations.analysed == 0)
        #expect(report.declarations.generated == 0)
        #expect(report.blocks.written == 0)
        #expect(report.positions == 0)
    }

    private func expectRight(_ folder: ModelFolder) throws {
        let check = try folder.check()
        #expect(check.result == .same, "\(check.differences.map(\.description))")
        #expect(check.remark == nil)
    }

    @Test func aCopiedTreeIsTrusted() throws {
        let project = try DamagedProject()
        let copy = try copy(project)
        let before = copy.times[1]
        let report = try copy.build()
        #expect(report.result == .unchanged)
        expectNothingCompiled(report, read: 2)
        #expect(copy.times[1] == before)
        #expect(copy.executable == project.folder.executable)
        let times = copy.times
        let second = try copy.build()
        expectNothingCompiled(second, read: 0)
        #expect(copy.times == times)
        try expectRight(copy)
    }

    @Test func onlyTheExecutableIsAnother() throws {
        let project = try DamagedProject()
        touch(project.folder.executablePath)
        let before = project.folder.times[1]
        let report = try project.folder.build()
        #expect(report.result == .unchanged)
        // Sources that were just written are read again in any case.
        expectNothingCompiled(report, read: report.files.read)
        #expect(project.folder.times[1] == before)
        try expectRight(project.folder)
    }

    @Test func anEditOfACopiedTreeCompilesWhatChanged() throws {
        let copy = try copy(DamagedProject())
        var sources = DamagedProject.sources
        sources["main.zir"] = sources["main.zir"]?.replacing("@step = int(1)", with: "\n@step = int(2)")
        try copy.write(sources)
        let report = try copy.build()
        #expect(report.result == .built)
        #expect(report.fallback == nil)
        #expect(report.declarations.analysed == 2)
        #expect(report.declarations.generated == 1)
        #expect(report.blocks.written == 1)
        try expectRight(copy)
    }

    /// Positions inside of code cannot be compared with a text that is another: they are written anew.
    @Test(arguments: [4, 5] as [UInt8]) func positionsAreMendedWhereTheSourceChanged(kind: UInt8) throws {
        let project = try DamagedProject()
        try project.flip("main.work", try project.field("main.work", kind: kind))
        let copy = try copy(project)
        var sources = DamagedProject.sources
        sources["main.zir"]? += "; a comment\n"
        try copy.write(sources)
        let report = try copy.build()
        #expect(report.fallback == nil)
        #expect(report.declarations.analysed == 0)
        #expect(report.positions == 1)
        try expectRight(copy)
    }

    @Test(arguments: Damage.ofExecutable) func anyOtherByteIsNoticed(_ damage: Damage) throws {
        let project = try DamagedProject()
        try damage.work(project)
        touch(project.folder.executablePath)
        let report = try project.folder.build()
        #expect(report.result == .built)
        #expect(report.fallback == .changedExecutable)
        try expectRight(project.folder)
    }

    /// What people and tools do to executables.
    @Test(arguments: ["strip", "truncate -s 5000", "truncate -s +1", "objcopy --add-section .x=/bin/sh", "cp /bin/ls"])
    func changedByATool(_ command: String) throws {
        let project = try DamagedProject()
        let words = command.split(separator: " ").map(String.init)
        let process = try Process.run(
            URL(fileURLWithPath: "/usr/bin/env"), arguments: words + [project.folder.executablePath])
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return print("\(words[0]) does not work here: not tested") }
        #expect(try project.folder.build().fallback == .changedExecutable)
        try expectRight(project.folder)
    }

    /// After a build with errors the cache is ahead of the executable, which can then not be told from a damaged one.
    @Test func notWhileErrorsStand() throws {
        let project = try DamagedProject()
        var sources = DamagedProject.sources
        sources["main.zir"] = sources["main.zir"]?.replacing("@step = int(1)", with: "@step = int(true)")
        try project.folder.write(sources)
        #expect(try project.folder.build().result == .failed)
        let copy = try copy(project)
        #expect(try copy.build().fallback == .changedExecutable)
        try copy.write(DamagedProject.sources, touch: true)
        #expect(try copy.build().result == .built)
        try expectRight(copy)
    }
}
