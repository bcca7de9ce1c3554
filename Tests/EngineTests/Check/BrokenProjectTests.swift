import Cache
import ELF
import Foundation
import Testing
import ZIR

@testable import Engine

/// `zbuild check` where there is nothing to compare, where the sources have errors, and where files hold anything at
/// all: it says so, and never crashes.
@Suite struct BrokenProjectTests {
    // MARK: - Nothing to compare

    @Test func aProjectThatWasNeverBuiltStaysAsItIs() throws {
        let folder = try ModelFolder()
        try folder.write(DamagedProject.sources)
        let report = try folder.check()
        #expect(report.result == .unchecked)
        #expect(report.reason == "nothing was built here yet; run zbuild first")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["lib.zir", "main.zir"])
    }

    @Test func changedSourcesAreToBeBuiltFirst() throws {
        let project = try DamagedProject()
        var sources = DamagedProject.sources
        sources["lib.zir"]? += "@more = int(1)\n"
        try project.folder.write(sources)
        let report = try project.folder.check()
        #expect(report.result == .unchecked)
        #expect(report.reason == "'lib.zir' changed since the last build; run zbuild first")
    }

    @Test func anInterruptedUpdateIsToBeFinishedFirst() throws {
        let project = try DamagedProject()
        try project.changeMeta { $0.hasRedo = true }
        #expect(try project.folder.check().reason == "an update was interrupted; run zbuild, which finishes it")
    }

    @Test func theCacheOfAnotherZbuildIsNotCompared() throws {
        let project = try DamagedProject()
        try project.changeMeta { $0.tool = [1, 2, 3] }
        let report = try project.folder.check()
        #expect(report.result == .unchecked)
        #expect(report.reason?.hasPrefix("the cache is from another zbuild") == true)
    }

    @Test func nothingIsWritten() throws {
        let project = try DamagedProject()
        let (times, cache) = (project.folder.times, project.folder.cache)
        _ = try project.folder.check()
        #expect(project.folder.times == times)
        #expect(project.folder.cache == cache)
    }

    // MARK: - Errors in the sources

    @Test func errorsInTheSourcesAreReportedAndTheCacheIsCompared() throws {
        let project = try DamagedProject()
        var sources = DamagedProject.sources
        sources["main.zir"] = sources["main.zir"]?.replacing("@step = int(1)", with: "@step = add(@nothing, 1)")
        try project.folder.write(sources)
        let build = try project.folder.build()
        let report = try project.folder.check()
        #expect(report.result == .failed)
        #expect(report.differences.isEmpty)
        #expect(report.diagnostics == build.diagnostics)
        try project.change { store in
            guard var row = try store.diagnostics().first else { return }
            row.message = "something else"
            try store.replaceDiagnostics(
                file: row.file, declaration: row.declaration, isFromParsing: row.isFromParsing, with: [row])
        }
        let damaged = try project.folder.check()
        #expect(damaged.result == .failed)
        #expect(damaged.differences.map(\.kind) == [.errors, .errors])
    }

    // MARK: - The executable

    @Test func aMissingExecutableIsADifference() throws {
        let project = try DamagedProject()
        try FileManager.default.removeItem(atPath: project.folder.executablePath)
        let report = try project.folder.check()
        #expect(
            report.differences.map(\.description) == [
                "zbuild-out/bin/program: cannot be read: No such file or directory"
            ])
    }

    @Test func aTouchedExecutableIsTheSameAndRemarked() throws {
        let project = try DamagedProject()
        utimensat(AT_FDCWD, project.folder.executablePath, nil, 0)
        let report = try project.folder.check()
        #expect(report.result == .same)
        #expect(report.remark?.contains("was touched since zbuild wrote it") == true)
    }

    @Test(arguments: [0, 1, 127, 128, 4096, 20_000])
    func aShortExecutableIsADifference(size: Int) throws {
        let project = try DamagedProject()
        try project.write(Array(project.folder.executable.prefix(size)))
        let report = try project.folder.check()
        #expect(report.result == .different)
        #expect(report.differences.contains { $0.kind == .executable })
    }

    /// Every byte is somebody's, so that there is none that could change unseen.
    @Test func noByteOfTheExecutableChangesUnseen() throws {
        let project = try DamagedProject()
        let original = project.folder.executable
        var dice = Dice(seed: 7)
        for _ in 0..<120 {
            var bytes = original
            let place = dice.roll(bytes.count)
            bytes[place] ^= UInt8(1 + dice.roll(255))
            try project.write(bytes)
            let report = try project.folder.check()
            #expect(report.result == .different, "byte \(place)")
        }
    }

    // MARK: - The cache

    @Test func aFlippedBitOfTheCacheIsSeenOrSaid() throws {
        let project = try DamagedProject()
        let original = project.folder.cache
        var dice = Dice(seed: 11)
        for _ in 0..<120 {
            var bytes = original
            let place = dice.roll(bytes.count)
            bytes[place] ^= UInt8(1 << dice.roll(8))
            try Data(bytes).write(to: URL(fileURLWithPath: project.folder.cachePath))
            // What is nobody's byte of the database says nothing; what is not read crashes nobody.
            _ = try? project.folder.check()
        }
    }

    @Test func aCacheCutShortIsADifference() throws {
        let project = try DamagedProject()
        let original = project.folder.cache
        try Data(original.prefix(original.count / 2)).write(to: URL(fileURLWithPath: project.folder.cachePath))
        let report = try project.folder.check()
        #expect(report.result == .different)
        #expect(report.differences.map(\.kind) == [.database])
    }

    /// Whoever can write the file can compute checksums: numbers of any size lead nowhere.
    @Test func wildNumbersInTheCacheCrashNobody() throws {
        let project = try DamagedProject()
        let names = try project.folder.snapshot().declarations.map(\.name)
        let original = project.folder.cache
        var dice = Dice(seed: 3)
        for _ in 0..<150 {
            try Data(original).write(to: URL(fileURLWithPath: project.folder.cachePath))
            let name = dice.pick(names) ?? ""
            try BrokenProjectTests.disturb(project, name, &dice)
            let report = try project.folder.check()
            #expect(report.result != .same, "\(name)")
        }
    }

    private static func disturb(_ project: DamagedProject, _ name: String, _ dice: inout Dice) throws {
        let wild: [UInt64] = [1 << 31, 1 << 32 - 1, 1 << 40, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 15, .max]
        let number = dice.pick(wild) ?? 0
        let short = UInt32(truncatingIfNeeded: number | 0xffff_0000)
        switch dice.roll(12) {
        case 0: try project.changeState(name) { $0.keeper = short }
        case 1:
            try project.changeState(name) {
                $0.edges.append(.init(target: short, kind: .body, isFromInterface: false, seen: number))
            }
        case 2: try project.changeState(name) { $0.link = wildLink(number, short, section: 4) }
        case 3: try project.changeState(name) { $0.link = wildLink(number, short, section: 8) }
        case 4: try project.changeText(name) { $0.slot = short }
        case 5:
            try project.changeText(name) {
                $0.line = Int32(bitPattern: short)
                $0.column = short
                $0.offset = Int64(bitPattern: number)
            }
        case 6:
            try project.change {
                try $0.putHole(HoleRow(section: 4, offset: number >> 2, size: number >> 2))
                try $0.putHole(HoleRow(section: 8, offset: number >> 2, size: number >> 2))
            }
        case 7:
            try project.change {
                try $0.putSection(SectionRow(number: 4, fileOffset: number, fileRoom: number, size: number))
            }
        case 8: try project.changeMeta { ($0.entry, $0.entryAddress, $0.firstGlobal) = (short, number, short) }
        case 9: try project.changeExport("main.entry") { ($0.target, $0.symbolIndex, $0.linkage) = (short, short, 200) }
        case 10: try project.changeFile("lib.zir") { $0.pathName = short }
        default: try project.changeMeta { $0.output?.size = Int64(bitPattern: number) }
        }
    }

    private static func wildLink(_ number: UInt64, _ short: UInt32, section: UInt8) -> LinkRecord {
        LinkRecord(
            section: section, offset: number, room: number, size: number, codeHash: number, symbol: short,
            relocations: [RelocationRecord(offset: short, kind: 200, target: short, addend: Int64(bitPattern: number))])
    }
}
