import Cache
import Foundation
import Glibc
import Testing

@testable import Engine

/// Each reason for making everything anew: what brings it about, what is said, and that it is said once.
@Suite struct FallbackTests {
    private let folder: ModelFolder

    init() throws { folder = try ModelFolder() }

    /// A program that ends with 3 and has two globals, of which the first has `size` bytes.
    private static func source(size: Int = 90 << 20) -> String {
        """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @u8 = primitive(u8)
        @start_type = fntype([], @noreturn, cc=Naked)
        @start = fn(@start_type, {
          %first = ptrtoint(@first)
          %second = ptrtoint(@second)
          %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, 3])
          %end = unreachable()
        })
        @entry = export("_start", @start)
        @first = global(@large, undefined, mutable=1)
        @large = array_type(\(size), @u8)
        @second = global(@u8, undefined, mutable=1)

        """
    }

    @Test(arguments: Fallback.allCases) func isSaidOnce(_ fallback: Fallback) throws {
        try folder.write(["main.zir": Self.source()])
        #expect(try zbuild().errors == "")
        guard try bringAbout(fallback) else {
            return print("\(fallback.name) cannot be brought about here: not tested")
        }
        let runner = fallback == .readOnlyCache ? Self.somebody : []
        let first = try zbuild(as: runner)
        #expect(first.errors == "zbuild: everything is made anew: \(fallback.explanation)\n")
        #expect(first.status == 0)
        #expect(try folder.run() == "[exit 3]")
        let second = try zbuild(as: runner)
        #expect(second.errors == "")
        #expect(second.output.hasPrefix("nothing to do for "))
    }

    private func zbuild(as runner: [String] = []) throws -> ChildProcess {
        try ChildProcess.run(runner + [ZBuildProgram.path], in: folder.path)
    }

    // MARK: - What brings them about

    /// Whether this machine and user can.
    private func bringAbout(_ fallback: Fallback) throws -> Bool {
        switch fallback {
        case .otherTool: try changeMeta { $0.tool = [1, 2, 3] }
        case .otherBoot: try changeMeta { $0.bootID = "00000000-1111-2222-3333-444444444444" }
        case .otherSchema: try overwrite(folder.cachePath, at: 60, with: [0x7F, 0xFF, 0xFF, 1])
        case .foreignCache: try Data("no database".utf8).write(to: URL(fileURLWithPath: folder.cachePath))
        case .damagedCache: truncate(folder.cachePath, 12288)
        case .missingExecutable: unlink(folder.executablePath)
        case .changedExecutable: try overwrite(folder.executablePath, at: 2000, with: [1])
        case .lostUpdate: try leaveRedo()
        case .fullImage: try folder.write(["main.zir": Self.source(size: 150 << 20)])
        case .otherProject: try changeMeta { $0.rootPath = "other.zir" }
        case .readOnlyCache: return try giveAwayReadOnly()
        case .wastedRoom: try buildLarger()
        }
        return true
    }

    /// Builds a program with much more data, and removes that again.
    private func buildLarger() throws {
        let text = String(repeating: "x", count: 3 << 20)
        let use = "%text = str(\"\(text)\") %address = ptrtoint(%text) %end"
        try folder.write(["main.zir": Self.source().replacing("%end", with: use)])
        #expect(try zbuild().status == 0)
        try folder.write(["main.zir": Self.source()])
    }

    private func change(_ work: (CacheStore) throws -> Void) throws {
        guard case .opened(let store) = try CacheStore.open(folder.cachePath) else {
            throw ModelFolder.Unreadable(path: folder.cachePath)
        }
        try work(store)
        try store.commit()
    }

    private func changeMeta(_ change: (inout MetaRow) -> Void) throws {
        try self.change { store in
            var meta = try store.meta() ?? MetaRow()
            change(&meta)
            try store.putMeta(meta)
        }
    }

    private func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    /// The record of an update whose new file is not there.
    private func leaveRedo() throws {
        let path = Publication.temporaryPath("zbuild-out/bin/program")
        let generation = try folder.snapshot().meta.generation
        try change { try $0.putRedo(.install(path: path, inode: 1, device: 1), generation: generation) }
        try changeMeta { $0.hasRedo = true }
    }

    /// A user who must ask for permission.
    private static let somebody =
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

    /// Makes the project that user's, and the cache a file that may only be read.
    private func giveAwayReadOnly() throws -> Bool {
        let container = FileSystem.parentFolder(of: folder.path)
        if geteuid() == 0 {
            let command = ["/bin/chown", "-R", "65534:65534", container]
            guard try ChildProcess.run(command, in: folder.path).status == 0 else { return false }
        }
        guard try zbuild(as: Self.somebody).status == 0 else { return false }
        return chmod(folder.cachePath, 0o444) == 0
    }

    // MARK: - Documentation

    /// The tables of docs/ name every one of them, and tell what is printed.
    @Test func areDocumented() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../docs").standardized
        let reliability = try String(contentsOf: root.appendingPathComponent("reliability.md"), encoding: .utf8)
        let commandLine = try String(contentsOf: root.appendingPathComponent("command-line.md"), encoding: .utf8)
        for fallback in Fallback.allCases {
            let start = "| \(fallback.rawValue) | `\(fallback.name)` |"
            #expect(reliability.contains("\(start) \(fallback.explanation) |"))
            #expect(commandLine.contains(start))
        }
        let names = Set(Fallback.allCases.map(\.name))
        #expect(names.count == Fallback.allCases.count)
    }
}
