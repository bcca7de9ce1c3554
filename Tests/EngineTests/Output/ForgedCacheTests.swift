import Cache
import ELF
import Foundation
import Testing

@testable import Engine

/// A cache with right checksums that says what zbuild never wrote: it is noticed, no file but zbuild's own is touched,
/// and everything is made anew once. `tools/check-corruption` makes such caches at random.
@Suite struct ForgedCacheTests {
    let project: DamagedProject
    private var folder: ModelFolder { project.folder }

    init() throws { project = try DamagedProject() }

    /// The next build makes everything anew for that reason, and leaves what a clean build makes.
    private func expectFallback(_ fallback: Fallback) throws {
        #expect(try folder.build().fallback == fallback)
        #expect(try folder.check().result == .same)
        #expect(try folder.build().result == .unchanged)
    }

    // MARK: - Numbers that lead too far

    @Test(arguments: [1 << 26 - 1, 1 << 26, .max] as [UInt32])
    func moreNumbersThanTheCacheHasRoomFor(number: UInt32) throws {
        try project.changeMeta { $0.nextPage = number }
        try expectFallback(.damagedCache)
        try project.changeMeta { $0.nextFile = number }
        try expectFallback(.damagedCache)
    }

    @Test func aRankThatNoUpdateGave() throws {
        try project.changeState("main.work") { $0.rank = .max }
        try touch()
        try expectFallback(.damagedCache)
    }

    @Test func aPageOfAFileThatThereIsNot() throws {
        try project.change { store in
            var page = try #require(try store.textPage(1))
            page.file = 1_000_000
            try store.putTextPage(page)
        }
        try touch()
        try expectFallback(.damagedCache)
    }

    /// A question by name finds the page whatever its number.
    @Test func aPageThatWasNeverGiven() throws {
        try project.change { store in
            var page = try #require(try store.textPage(1))
            page.number = .max / 2
            try store.putTextPage(page)
        }
        let error = #expect(throws: ProjectError.self) { try folder.explain("work") }
        #expect(error?.description == "the last build cannot be explained: the cache is damaged")
    }

    /// Other sections than there are: the cache is damaged, and nothing is said of the declarations.
    @Test func aSectionThatThereIsNot() throws {
        try project.change { store in
            try store.putSection(SectionRow(number: 60, fileOffset: 0, fileRoom: 0, size: 0))
        }
        #expect(try folder.check().differences.map(\.kind) == [.database])
    }

    /// A chain of keepers that has no end, behind a declaration that the change may concern.
    @Test(.timeLimit(.minutes(5))) func keepersInACycle() throws {
        let (work, start) = (try project.number("main.work"), try project.number("main.start"))
        try project.changeState("main.limit_ref") { $0.keeper = work }
        try project.changeState("main.work") { $0.keeper = start }
        try project.changeState("main.start") { $0.keeper = work }
        var sources = DamagedProject.sources
        sources["main.zir"] = sources["main.zir"]?.replacing(
            "@limit = global(@usize, 30)", with: "@limit = global(@usize, 31)")
        try folder.write(sources)
        try expectFallback(.damagedCache)
    }

    // MARK: - Rows that are gone

    @Test func anExportIsGone() throws {
        try project.change { store in try store.removeExport(try #require(try store.exports().first).declaration) }
        try touch()
        try expectFallback(.damagedCache)
    }

    /// A build that finds nothing changed looks at all files, so it notices that some are gone.
    @Test func aFileIsGone() throws {
        try project.change { store in try store.putFiles([], part: 0) }
        try expectFallback(.damagedCache)
    }

    /// What is known about a text is missed by who needs it.
    @Test func aSourceIsGone() throws {
        let main = try #require(try folder.snapshot().files.first { $0.path == "main.zir" }).number
        try project.change { store in try store.removeSource(main) }
        try touch()
        try expectFallback(.damagedCache)
    }

    @Test func anImportOfAFileThatThereIsNot() throws {
        try project.changeFile("main.zir") { $0.imports = [ImportCount(file: 1000, count: 1)] }
        try touch()
        try expectFallback(.damagedCache)
    }

    @Test func aPageOfTwoFiles() throws {
        let page = try #require(try folder.snapshot().files.first { $0.path == "main.zir" }?.pages.first)
        try project.changeFile("lib.zir") { $0.pages.append(page) }
        try touch()
        var sources = DamagedProject.sources
        for (path, text) in sources { sources[path] = text + "\n; The end.\n" }
        try folder.write(sources)
        try expectFallback(.damagedCache)
    }

    @Test func codeThatWaitedIsGone() throws {
        var sources = DamagedProject.sources
        let text = try #require(sources["main.zir"])
        sources["main.zir"] = text.replacing("call(@work, [])", with: "call(@nowhere, [])").replacing(
            "int(1)", with: "int(2)")
        try folder.write(sources)
        #expect(try folder.build().result == .failed)
        try project.change { store in try store.removeAllPending() }
        sources["main.zir"] = text.replacing("int(1)", with: "int(2)")
        try folder.write(sources)
        try expectFallback(.damagedCache)
    }

    /// Changes what `@work` depends on, so that the cache is needed.
    private func touch() throws {
        var sources = DamagedProject.sources
        sources["main.zir"] = sources["main.zir"]?.replacing("@step = int(1)", with: "@step = int(2)")
        try folder.write(sources)
    }

    // MARK: - Redo records that nobody decided

    private func putRedo(_ record: RedoRow) throws {
        try project.change { store in
            var meta = try #require(try store.meta())
            meta.hasRedo = true
            try store.putMeta(meta)
            try store.putRedo(record, generation: meta.generation)
        }
    }

    /// Who writes to the executable between a kill and the next run leaves no trace but the bytes.
    @Test func damageAfterAKillIsNoticed() throws {
        try putCarriedOutRedo()
        #expect(try folder.build().isRecovered)
        #expect(try folder.build().result == .unchanged)
        try project.flip(.text, 0)
        try putCarriedOutRedo()
        try expectFallback(.changedExecutable)
    }

    /// As a kill leaves it after the last step of a patch.
    private func putCarriedOutRedo() throws {
        let identity = try #require(try FileSystem.status(folder.executablePath)).identity
        try putRedo(.patch(before: identity, newSize: UInt64(identity.size), steps: []))
    }

    // MARK: - An update that was killed as its first write began

    /// Linux notes the time of a write before it writes, and a signal may come between.
    @Test func onlyTheTimesOfTheFileAreOthers() throws {
        try putRedoOfLastByte()
        let report = try folder.build()
        #expect(report.fallback == nil)
        #expect(report.isRecovered)
        #expect(report.declarations.analysed == 0)
        #expect(try folder.check().result == .same)
    }

    /// Then somebody else has written to it.
    @Test func theTimesAndTheContentAreOthers() throws {
        try putRedoOfLastByte()
        try project.flip(.text, 0)
        try expectFallback(.lostUpdate)
    }

    /// As if the last update had changed the last byte of the executable, and that were left to do; the file has other
    /// times than the record says.
    private func putRedoOfLastByte() throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.executablePath))
        let last = bytes.count - 1
        let steps: [RedoStep] = [
            .write(offset: UInt64(last), bytes: [bytes[last]]),
            .write(offset: 0, bytes: Array(bytes.prefix(StopScript.size))),
        ]
        bytes[last] ^= 1
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.executablePath))
        try file.seek(toOffset: UInt64(last))
        try file.write(contentsOf: bytes[last...])
        try file.close()
        var before = try #require(try FileSystem.status(folder.executablePath)).identity
        before.modified -= 1
        try putRedo(.patch(before: before, newSize: UInt64(bytes.count), steps: steps))
    }

    /// A forged record moves no file but the one that an update makes.
    @Test func noOtherFileIsRenamed() throws {
        let path = "\(FileSystem.parentFolder(of: folder.path))/other"
        try Data("other".utf8).write(to: URL(fileURLWithPath: path))
        let identity = try #require(try FileSystem.status(path)).identity
        try putRedo(.install(path: "../other", inode: identity.inode, device: identity.device))
        try expectFallback(.lostUpdate)
        #expect(FileManager.default.contents(atPath: path) == Data("other".utf8))
    }

    /// Nor does it write far beyond the executable, or copy what is not there.
    @Test(
        arguments: [
            (4096, [.write(offset: 1 << 40, bytes: [1])]), (.max, []), (1 << 40, [.write(offset: 0, bytes: [1])]),
            (1 << 20, [.copy(source: 0, destination: 4096, count: 1 << 60)]),
            (1 << 20, [.copy(source: .max, destination: 0, count: 1)]),
            (1 << 20, [.write(offset: .max, bytes: [1])]),
        ] as [(UInt64, [RedoStep])])
    func noPatchLeadsOutOfTheFile(newSize: UInt64, steps: [RedoStep]) throws {
        let before = try #require(try FileSystem.status(folder.executablePath)).identity
        try putRedo(.patch(before: before, newSize: newSize, steps: steps))
        try expectFallback(.lostUpdate)
    }
}
