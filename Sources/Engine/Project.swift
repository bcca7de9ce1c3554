import Glibc
import Semantics
import TOMLKit

/// Where a project's parts are: its root file, its executable, its cache.
struct Project {
    /// The project folder, as it was given.
    var folder: String
    /// Path of the root file, relative to the folder.
    var rootPath: String
    /// Name of the program.
    var name: String
    /// Path of the executable, relative to the folder.
    var outputPath: String
    /// Path of the variant's database, relative to the folder.
    var cachePath: String

    /// zbuild's own folder in a project.
    static let stateFolder = ".zbuild"
    /// The folder of results.
    static let outputFolder = "zbuild-out"
    /// The only target yet.
    static let target = "x86_64-linux"

    /// The folder of the root file, which no import may leave: "" or a path with a `/` at its end.
    var packageRoot: String {
        rootPath.lastIndex(of: "/").map { String(rootPath[...$0]) } ?? ""
    }

    /// The name of the module at `path`: the path below the package root without `.zir`, with `.` for `/`.
    func moduleName(_ path: String) -> String {
        let below = path.dropFirst(packageRoot.count)
        return below.dropLast(below.hasSuffix(".zir") ? 4 : 0).split(separator: "/").joined(separator: ".")
    }

    /// `path`, which is relative to the folder, as a path to open.
    func absolute(_ path: String) -> String {
        folder == "." ? path : "\(folder)/\(path)"
    }

    /// Finds the project in the options' folder: `zbuild.toml` if there is one, else `src/main.zir` or `main.zir`.
    static func find(_ options: BuildOptions) throws(ProjectError) -> Project {
        let folder = options.folder
        let manifest = try Manifest.read(in: folder)
        let rootPath: String
        let name: String
        if let manifest {
            (rootPath, name) = (manifest.root, manifest.name)
        } else {
            (rootPath, name) = (try defaultRoot(in: folder), try folderName(folder))
        }
        let project = Project(folder: folder, rootPath: rootPath, name: name, outputPath: "", cachePath: "")
        return project.variant(options.mode)
    }

    /// The same project, built with other checks: each variant has its own executable and its own cache.
    func variant(_ mode: OptimizeMode) -> Project {
        let variant = "\(Project.target)-\(mode)"
        var project = self
        project.cachePath = "\(Project.stateFolder)/\(variant).sqlite"
        let folder = mode == .debug ? Project.outputFolder : "\(Project.outputFolder)/\(variant)"
        project.outputPath = "\(folder)/bin/\(name)"
        return project
    }

    private static func defaultRoot(in folder: String) throws(ProjectError) -> String {
        for path in ["src/main.zir", "main.zir"] {
            do {
                if try FileSystem.status("\(folder)/\(path)") != nil { return path }
            } catch {
                throw .system(error)
            }
        }
        throw .usage("no project here: there is no zbuild.toml, src/main.zir or main.zir in '\(folder)'")
    }

    private static func folderName(_ folder: String) throws(ProjectError) -> String {
        guard let resolved = realpath(folder, nil) else { throw .system(SystemError("open folder", folder)) }
        defer { free(resolved) }
        let name = String(cString: resolved).split(separator: "/").last.map(String.init) ?? "a.out"
        return name
    }
}

/// Why there is no build: the words of the command or the manifest are wrong, or the machine does not let us.
public enum ProjectError: Error, Sendable, CustomStringConvertible {
    /// The command was used wrongly.
    case usage(String)
    /// `zbuild.toml` is wrong, at a place (one-based).
    case manifest(path: String, line: Int, column: Int, message: String)
    /// The environment failed.
    case system(SystemError)
    /// The cache failed in a way that making it anew would not mend.
    case cache(String)

    /// One line that says what is wrong and where.
    public var description: String {
        switch self {
        case .usage(let message): message
        case .manifest(let path, let line, let column, let message): "\(path):\(line):\(column): error: \(message)"
        case .system(let error): error.description
        case .cache(let message): message
        }
    }
}

/// What `zbuild.toml` says.
struct Manifest {
    var name: String
    var root: String

    /// Its path, relative to the project folder.
    private static let path = "zbuild.toml"

    /// Reads the manifest of the project in `folder`; nil if there is none.
    static func read(in folder: String) throws(ProjectError) -> Manifest? {
        let path = "\(folder)/\(Manifest.path)"
        let text: String
        do {
            guard try FileSystem.status(path) != nil else { return nil }
            text = try FileSystem.text(path)
        } catch {
            throw .system(error)
        }
        return try parse(text)
    }

    private static func parse(_ text: String) throws(ProjectError) -> Manifest {
        func wrong(_ message: String) -> ProjectError {
            .manifest(path: path, line: 1, column: 1, message: message)
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw .manifest(
                path: path, line: error.source.begin.line, column: error.source.begin.column,
                message: error.description)
        } catch {
            throw wrong("\(error)")
        }
        guard let package = table["package"]?.table else { throw wrong("expected a table [package]") }
        guard let name = package["name"]?.string else { throw wrong("expected 'name', a string, in [package]") }
        guard isPathComponent(name) else { throw wrong("'\(name)' cannot be the name of a program") }
        let root = package["root"]?.string ?? "src/main.zir"
        guard root.hasSuffix(".zir"), !root.hasPrefix("/"), root.split(separator: "/").allSatisfy({ $0 != ".." }) else {
            throw wrong("'\(root)' is not the path of a .zir file inside the project folder")
        }
        return Manifest(name: name, root: root)
    }

    private static func isPathComponent(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2f && $0 != 0x7f }
    }
}
