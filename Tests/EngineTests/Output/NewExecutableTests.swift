import BLAKE3
import ELF
import Foundation
import Testing

@testable import Engine

/// An executable that another thread writes, beside the one that there is.
@Suite struct NewExecutableTests {
    private static func withFolder(_ body: (_ outputPath: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zbuild-new-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("bin/program").path)
    }

    private static func change() throws -> (change: LinkResult.Change, bytes: [UInt8]) {
        var image = Image()
        let block = try image.allocate(.text, size: 4)
        try image.write(.text, at: block.offset, [1, 2, 3, 4])
        let patch = try image.finish()
        var bytes: [UInt8] = []
        #expect(patch.apply(to: &bytes))
        return (.patch(patch), bytes)
    }

    @Test(arguments: [false, true]) func isWritten(_ hasBegun: Bool) throws {
        let (change, bytes) = try Self.change()
        try Self.withFolder { outputPath in
            let executable = NewExecutable(change, of: nil, outputPath: outputPath)
            if hasBegun { executable.begin() }
            let written = try executable.finish()
            let path = Publication.temporaryPath(outputPath)
            #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == bytes)
            #expect(try written.file.currentIdentity() == FileSystem.status(path)?.identity)
            #expect(!FileManager.default.fileExists(atPath: outputPath))
            executable.abandon()
            #expect(FileManager.default.fileExists(atPath: path), "what is finished is somebody else's")
        }
    }

    @Test func isAbandoned() throws {
        let (change, _) = try Self.change()
        try Self.withFolder { outputPath in
            let executable = NewExecutable(change, of: nil, outputPath: outputPath)
            executable.begin()
            executable.abandon()
            #expect(!FileManager.default.fileExists(atPath: Publication.temporaryPath(outputPath)))
        }
    }

    @Test func failsWhereAFolderIs() throws {
        let (change, _) = try Self.change()
        try Self.withFolder { outputPath in
            try FileManager.default.createDirectory(atPath: outputPath, withIntermediateDirectories: true)
            let executable = NewExecutable(change, of: nil, outputPath: outputPath)
            executable.begin()
            #expect(throws: UpdateStop.self) { try executable.finish() }
            #expect(!FileManager.default.fileExists(atPath: Publication.temporaryPath(outputPath)))
        }
    }

    /// A text of several pieces is what it is in one: each has blocks that begin in one before it, fields included.
    @Test func isTheSameInPieces() throws {
        let folder = try ModelFolder()
        try folder.write(["main.zir": Self.largeProgram])
        #expect(try folder.build().result == .built)
        var options = BuildOptions()
        options.folder = folder.path
        let atOnce = try CleanBuild(try Project.find(options), options).snapshot.executable
        #expect(atOnce.count > 3 * BLAKE3Subtree.byteCount)
        #expect(folder.executable == atOnce)
    }

    /// Functions of 100 kB each, of which the last calls the first.
    private static var largeProgram: String {
        let code = String(repeating: "mfence;", count: 34_000)
        let large = (0..<7).map { number in
            """
            @f\(number) = fn(@type, {
              %code = asm("\(code)", @void, volatile=1)
              %next = call(@f\((number + 1) % 7), [])
              %end = unreachable()
            })

            """
        }
        return large.joined() + """
            @void = primitive(void)
            @noreturn = primitive(noreturn)
            @type = fntype([], @noreturn)
            @entry = export("_start", @f0)

            """
    }
}
