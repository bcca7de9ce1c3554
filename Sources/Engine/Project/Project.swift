import Cache
import Glibc
import Semantics
import TOML

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
    /// Path of the file with the paths of the variant's last build, relative to the folder.
    var pathsPath = ""
    /// The packages that it may import, in the order of their names.
    var dependencies: [DependencyRecord] = []
    /// Its `zbuild.toml`, by which it is known again where a path leads back to it; nil if there is none.
    var manifest: FileIdentity?

    /// zbuild's own folder in a project.
    static let stateFolder = ".zbuild"
    /// The folder of results.
    static let outputFolder = "zbuild-out"
    /// The only target yet.
    static let target = "x86_64-linux"

    /// `path`, which is absolute or relative to the folder, as a path to open.
    func absolute(_ path: String) -> String {
        Project.absolute(path, in: folder)
    }

    /// `path`, which is absolute or relative to `folder`, as a path to open.
    static func absolute(_ path: String, in folder: String) -> String {
        folder == "." || path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    /// Path of the file with the paths of a variant's last build, relative to the folder: see `StatusesAhead`.
    static func pathsPath(_ mode: OptimizeMode) -> String { "\(stateFolder)/\(variantName(mode)).paths" }

    private static func variantName(_ mode: OptimizeMode) -> String { "\(target)-\(mode)" }

    /// Finds the project in the options' folder: `zbuild.toml` if there is one, else `src/main.zir` or `main.zir`.
    static func find(_ options: BuildOptions) throws(ProjectError) -> Project {
        let folder = options.folder
        if let project = try described(in: folder) { return project.variant(options.mode) }
        let project = Project(
            folder: folder, rootPath: try defaultRoot(in: folder), name: try folderName(folder), outputPath: "",
            cachePath: "")
        return project.variant(options.mode)
    }

    /// The project that the `zbuild.toml` in `folder` describes; nil if there is none.
    private static func described(in folder: String) throws(ProjectError) -> Project? {
        guard let (text, identity) = try manifestText(in: folder) else { return nil }
        do throws(TOMLError) {
            let manifest = try Manifest(text)
            let dependencies = manifest.dependencies.map {
                DependencyRecord(name: $0.name, folder: ProjectPath.folder($0.path, from: ""))
            }
            return Project(
                folder: folder, rootPath: manifest.root, name: manifest.name, outputPath: "", cachePath: "",
                dependencies: dependencies, manifest: identity)
        } catch {
            throw .manifest(
                path: Manifest.fileName, line: Int(error.position.line) + 1, column: Int(error.position.column) + 1,
                message: error.message)
        }
    }

    private static func manifestText(in folder: String) throws(ProjectError) -> ([UInt8], FileIdentity)? {
        let path = "\(folder)/\(Manifest.fileName)"
        do throws(SystemError) {
            guard try FileSystem.status(path) != nil else { return nil }
            let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK, operation: "read")
            let identity = try file.status().identity
            return (try file.read(count: Int(min(identity.size, Int64(Manifest.limit))) + 1, at: 0), identity)
        } catch {
            throw .system(error)
        }
    }

    /// The same project, built with other checks: each variant has its own executable and its own cache.
    func variant(_ mode: OptimizeMode) -> Project {
        let variant = Project.variantName(mode)
        var project = self
        project.cachePath = "\(Project.stateFolder)/\(variant).sqlite"
        project.pathsPath = Project.pathsPath(mode)
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
        let name = FileSystem.name(of: String(cString: resolved))
        return name.isEmpty ? "a.out" : name
    }
}
