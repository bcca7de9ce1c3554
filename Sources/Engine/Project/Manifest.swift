import TOML
import ZIR

/// What a `zbuild.toml` says: what a program or library is called, which file is its root, and which packages it uses.
struct Manifest {
    var name: String
    /// Path of the root file, relative to the manifest's folder.
    var root: String
    /// In the order of their names.
    var dependencies: [Dependency]

    /// A package that may be imported.
    struct Dependency {
        /// What an `import` calls it.
        var name: String
        /// Its folder as it is written: relative to the manifest's folder, or absolute.
        var path: String
    }

    /// Its file's name in the folder of a package.
    static let fileName = "zbuild.toml"

    /// The longest manifest, in bytes.
    static let limit = 1 << 20

    /// Reads the text of a manifest. The first thing that is wrong with it is the error.
    init(_ text: [UInt8]) throws(TOMLError) {
        let start = TOMLPosition(line: 0, column: 0)
        guard text.count <= Manifest.limit else {
            throw TOMLError(position: start, message: "zbuild.toml is longer than 1 MiB")
        }
        let document = try TOMLParser.parse(text)
        let package = document["package"]
        guard let package, let entries = package.table else {
            throw TOMLError(position: package?.position ?? start, message: "expected a table [package]")
        }
        name = try Manifest.name(entries["name"], package)
        root = try Manifest.root(entries["root"])
        dependencies = try Manifest.dependencies(document["dependencies"])
    }

    private static func name(_ value: TOMLValue?, _ package: TOMLValue) throws(TOMLError) -> String {
        guard let value, let name = value.string else {
            let position = value?.position ?? package.position
            throw TOMLError(position: position, message: "expected 'name', a string, in [package]")
        }
        guard isPathComponent(name) else { throw value.error("'\(name)' cannot be the name of a program") }
        guard !name.utf8.contains(UInt8(ascii: ":")) else {
            throw value.error("':' in the name of a package: '\(name)'")
        }
        return name
    }

    private static func root(_ value: TOMLValue?) throws(TOMLError) -> String {
        guard let value else { return "src/main.zir" }
        guard let root = value.string else { throw value.error("expected 'root', a string, in [package]") }
        let components = ProjectPath.components(root[...])
        let isInside = !root.hasPrefix("/") && !root.utf8.contains(0) && !components.contains("..")
        guard root.hasSuffix(".zir"), isInside, let file = components.last else {
            throw value.error("'\(root)' is not the path of a .zir file inside the package's folder")
        }
        guard !file.utf8.dropLast(4).contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) else {
            throw value.error("'.' or ':' in the name of the root file '\(file)'")
        }
        return ProjectPath.joined(components.filter { $0 != "." })
    }

    private static func dependencies(_ value: TOMLValue?) throws(TOMLError) -> [Dependency] {
        guard let value else { return [] }
        guard let entries = value.table else { throw value.error("expected a table [dependencies]") }
        var dependencies: [Dependency] = []
        for name in entries.keys {
            guard let entry = entries[name] else { continue }
            dependencies.append(Dependency(name: name, path: try path(of: name, entry)))
        }
        return dependencies
    }

    private static func path(of name: String, _ entry: TOMLValue) throws(TOMLError) -> String {
        guard isPackageName(name) else { throw entry.error("'\(name)' cannot be the name of a package") }
        let value = entry.table?["path"]
        guard let value, let path = value.string, !path.isEmpty, !path.utf8.contains(0) else {
            throw (value ?? entry).error("expected the folder of a package: \(entryText(name, path: "../\(name)"))")
        }
        if let other = entry.table?.keys.first(where: { $0 != "path" }) {
            throw (entry.table?[other] ?? entry).error("unknown key '\(other)': a dependency has a 'path' only")
        }
        return path
    }

    /// How the entry of a dependency is written.
    static func entryText(_ name: String, path: String) -> String {
        let isBare = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        return "\(isBare ? name : "\"\(name)\"") = { path = \"\(path)\" }"
    }

    /// Whether an `import` of `name` can mean a package: it cannot be taken for a file.
    static func isPackageName(_ name: String) -> Bool {
        isPathComponent(name) && !name.hasSuffix(".zir") && !name.contains("\"") && !name.contains("\\")
    }

    private static func isPathComponent(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2f && $0 != 0x7f }
    }
}

extension TOMLValue {
    /// An error that stands here.
    fileprivate func error(_ message: String) -> TOMLError { TOMLError(position: position, message: message) }
}

extension TOMLPosition {
    /// The same as a place in a source.
    var inFile: FilePosition { FilePosition(line: line, column: column) }
}
