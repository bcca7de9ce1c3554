import BLAKE3
import Cache

/// A package of the build.
struct Package {
    var row: PackageRow
    /// The folder of its root file, which no import of a file may leave: "" or a path with a `/` at its end.
    let root: String
    /// What its declarations' qualified names begin with: nothing if it is the project's own.
    let prefix: String

    /// The number of the project's own package.
    static let own: PackageNumber = 1

    init(_ row: PackageRow) {
        self.row = row
        root = row.rootPath.lastIndex(of: "/").map { String(row.rootPath[...$0]) } ?? ""
        prefix = row.number == Package.own ? "" : "\(row.name):"
    }

    /// What tells it from every other package, of this build and of earlier ones.
    var identity: Identity { Identity(folder: row.folder, name: row.name, root: root) }

    struct Identity: Hashable {
        var folder: String
        var name: String
        var root: String
    }

    /// Makes the qualified names of its declarations unlike those of every other package. Several may have one name,
    /// and files may be a package's today and another one's tomorrow.
    var keySuffix: String { row.number == Package.own ? "" : "\0\(row.folder)\0\(root)" }

    /// The module's name: its path below the package root without `.zir`, with `.` for `/`.
    func moduleName(_ path: String) -> String {
        let below = path.utf8.dropFirst(root.utf8.count).dropLast(4)
        var name: [UInt8] = []
        name.reserveCapacity(below.count)
        var isBehindSlash = false
        for byte in below {
            if byte == UInt8(ascii: "/") {
                // Several count as one.
                isBehindSlash = !name.isEmpty
            } else {
                if isBehindSlash { name.append(UInt8(ascii: ".")) }
                isBehindSlash = false
                name.append(byte)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// MODULE.NAME, of a package that is not the project's own PACKAGE:MODULE.NAME.
    func qualifiedName(_ name: String, in path: String) -> String { "\(prefix)\(moduleName(path)).\(name)" }

    /// The key of the declaration of a qualified name.
    func key(of qualifiedName: String) -> Digest {
        var text = qualifiedName
        text += keySuffix
        return text.withUTF8 { Digest.hash(UnsafeRawBufferPointer($0)) }
    }

    /// What tells the module at `path` from all others.
    func moduleIdentity(_ path: String) -> String { "\(path)\0\(prefix)\(keySuffix)" }

    /// The folder of the package that it calls `name`.
    func folder(of name: String) -> String? { row.dependencies.first { $0.name == name }?.folder }

    /// Path of its `zbuild.toml`.
    var manifestPath: String { ProjectPath.file(Manifest.fileName, in: row.folder) }
}

/// A module is a file of a package: two packages that import one file have a module each.
struct ModuleKey: Hashable {
    /// 0 for the `zbuild.toml` of a dependency.
    var package: PackageNumber
    /// Relative to the project folder.
    var path: String
}

/// What the `import`s of a package call another one.
struct PackageEntry: Hashable {
    /// Whose `zbuild.toml` has the entry.
    var package: PackageNumber
    var name: String
}

extension FileTable {
    func key(_ file: FileNumber) -> ModuleKey {
        ModuleKey(package: self[file].isManifest ? 0 : self[file].package, path: path(file))
    }
}
