import Foundation

/// A project of the folder Examples, copied and built.
struct ExampleProject {
    let folder: ProjectFolder
    let program: String

    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Examples").standardized.path

    /// The names of those with a file `expected.txt`.
    static var names: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: examples)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(examples)/\($0)/expected.txt") }.sorted()
    }

    /// What the example's program reads from standard input: its file `input.txt`, if it has one.
    static func input(_ name: String) -> String {
        let path = "\(examples)/\(name)/input.txt"
        return FileManager.default.fileExists(atPath: path) ? path : "/dev/null"
    }

    /// What the example's program prints if it is run without arguments.
    static func expectedOutput(_ name: String) throws -> String {
        try ProjectFolder.text("\(examples)/\(name)/expected.txt")
    }

    /// The names of the sources of an example.
    static func sources(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(examples)/\(name)").filter { $0.hasSuffix(".zir") }
    }

    /// Why there is no program.
    struct NotBuilt: Error {
        var errors: String
    }

    init(_ name: String, optimize mode: String = "debug") throws {
        folder = try ProjectFolder()
        for file in try FileManager.default.contentsOfDirectory(atPath: "\(Self.examples)/\(name)")
        where file != "zbuild-out" && file != ".zbuild" {
            try FileManager.default.copyItem(
                atPath: "\(Self.examples)/\(name)/\(file)", toPath: folder.absolute(file))
        }
        program = folder.path + (mode == "debug" ? "/zbuild-out/bin/app" : "/zbuild-out/x86_64-linux-\(mode)/bin/app")
        let build = try ChildProcess.run([ZBuildProgram.path, "--optimize", mode], in: folder.path)
        guard build.status == 0 else {
            folder.remove()
            throw NotBuilt(errors: build.errors)
        }
    }

    func remove() { folder.remove() }

    func run(_ arguments: [String] = [], input: String = "/dev/null") throws -> ChildProcess {
        try ChildProcess.run([program] + arguments, in: folder.path, input: input)
    }

    /// A file in the project's folder with `content`, to be read by its program.
    func write(_ content: [UInt8], to name: String) throws -> String {
        let path = folder.absolute(name)
        try Data(content).write(to: URL(fileURLWithPath: path))
        return path
    }
}
