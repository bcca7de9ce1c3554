import Foundation

/// A project of the folder Examples, copied and built. One of several packages is in a folder with the others, which are
/// copied beside it.
struct ExampleProject {
    let folder: ProjectFolder
    let program: String

    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Examples").standardized.path

    /// The paths, below the folder, of those with a file `expected.txt`.
    static var names: [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: examples)) ?? []
        let suffix = "/expected.txt"
        return paths.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.utf8.count)) }.sorted()
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

    /// The names of the sources that are beside each other in an example.
    static func sources(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(examples)/\(name)").filter { $0.hasSuffix(".zir") }
    }

    /// Why there is no program.
    struct NotBuilt: Error {
        var errors: String
    }

    init(_ name: String, optimize mode: String = "debug") throws {
        folder = try ProjectFolder()
        try Self.copy(name, to: folder)
        program = folder.path + (mode == "debug" ? "/zbuild-out/bin/app" : "/zbuild-out/x86_64-linux-\(mode)/bin/app")
        // Files that are read a tick of the clock after they were written are read again by the next build.
        usleep(15_000)
        let build = try ChildProcess.run([ZBuildProgram.path, "--optimize", mode], in: folder.path)
        guard build.status == 0 else {
            folder.remove()
            throw NotBuilt(errors: build.errors)
        }
    }

    /// Copies the example to `project`, and those beside it beside that.
    static func copy(_ name: String, to project: ProjectFolder) throws {
        try ProjectFolder.copyItems(in: "\(examples)/\(name)", to: project.path, except: ["zbuild-out", ".zbuild"])
        guard let slash = name.lastIndex(of: "/") else { return }
        let own = String(name[name.index(after: slash)...])
        try ProjectFolder.copyItems(in: "\(examples)/\(name[..<slash])", to: project.container, except: [own])
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
