import Cache
import Semantics
import ZIR

/// Modules: what an `import` names, and what they are called.
extension Update {
    /// The root file of the project. It has one of the first numbers, so that it is found without a table of all files.
    var rootFile: FileNumber? {
        files.number(of: project.rootPath, in: Package.own)
    }

    /// The path of a module below the package root.
    private func pathInPackage(_ file: FileNumber) -> Substring {
        Substring(files.path(file).utf8.dropFirst(package(of: file).root.utf8.count))
    }

    /// The string of an `import`.
    static func importText(_ syntax: Syntax) -> ArraySlice<UInt8>? {
        guard let root = syntax.root, root.opcode == .import else { return nil }
        let operand = syntax.operand(0, of: root)
        return operand.kind == .string ? Array(syntax.bytes(operand.range))[...] : nil
    }

    /// What the text of an `import` names.
    private enum ImportName {
        /// A file of the same package, relative to the project folder.
        case file(ModuleKey)
        case package(PackageEntry)
    }

    private func importName(_ text: ArraySlice<UInt8>, in file: FileNumber) throws(ImportError) -> ImportName {
        let text = String(decoding: text, as: UTF8.self)
        let package = files[file].package
        guard text.hasSuffix(".zir") else {
            guard Manifest.isPackageName(text) else { throw .name(text) }
            return .package(PackageEntry(package: package, name: text))
        }
        return .file(ModuleKey(package: package, path: try importPath(text, in: file)))
    }

    /// The path that an `import` of the file `text` in `file` names, relative to the project folder.
    private func importPath(_ text: String, in file: FileNumber) throws(ImportError) -> String {
        guard !text.hasPrefix("/") else { throw .outside(text) }
        var parts = ProjectPath.components(pathInPackage(file)).dropLast()
        for component in ProjectPath.components(text[...]) where component != "." {
            if component != ".." {
                parts.append(component)
            } else if parts.popLast() == nil {
                throw .outside(text)
            }
        }
        let path = ProjectPath.joined(parts)
        guard path.utf8.dropLast(4).allSatisfy({ $0 != 0x2e && $0 != 0x3a && $0 != 0 }) else { throw .component(text) }
        return package(of: file).root + path
    }

    // MARK: - Finding changes

    /// The files and packages that the imports of one file name.
    struct ImportList: ~Copyable {
        /// By how many `import`s each file is named.
        private let counts = FileMap<UInt32>()
        var packageNames: Set<String> = []

        func add(_ file: FileNumber) { counts.element(file, orNew: 0).pointee += 1 }

        /// The files, by number.
        var imports: [ImportCount] { counts.files.map { ImportCount(file: $0, count: counts[$0] ?? 0) } }
    }

    /// Notes in `list` what an `import` of `file` names; a file that nobody named before is to be read.
    func noteImport(_ syntax: Syntax, in file: FileNumber, _ list: inout ImportList, found: inout [FileNumber]) {
        guard let text = Update.importText(syntax) else { return }
        if let number = knownImport(text, in: file) {
            readIfUnknown(number, found: &found)
            return list.add(number)
        }
        guard let name = try? importName(text, in: file) else { return }
        switch name {
        case .package(let entry):
            list.packageNames.insert(entry.name)
            _ = target(of: entry, found: &found)
        case .file(let key):
            list.add(fileNumber(key.path, in: key.package, found: &found))
        }
    }

    /// Imports that are searched for a path. Of more, each with its text, the files are found sooner in the table of all
    /// paths.
    private static let mostImportsSearched = 64

    /// The file that an `import` of `file` names if it is one of few that `file` imported before and its path is the text
    /// of the `import` behind the folder of `file`: then nobody needs a table of all paths.
    private func knownImport(_ text: ArraySlice<UInt8>, in file: FileNumber) -> FileNumber? {
        let imports = files[source: file].imports
        guard imports.count <= Update.mostImportsSearched else { return nil }
        let path = files.pathBytes(file)
        let folder = path.prefix((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)
        return imports.first { known in
            let path = files.pathBytes(known.file)
            return files[known.file].package == files[file].package && !files[known.file].isManifest
                && path.count == folder.count + text.count && path.starts(with: folder)
                && path.dropFirst(folder.count).elementsEqual(text)
        }?.file
    }

    /// Has every `import` looked at again that names a file which has come or gone, or a package that is another now.
    func noteImports() throws(UpdateStop) {
        // From nothing, each of them is new.
        guard !isFromNothing, !changedTargets.isEmpty || !changedEntries.isEmpty else { return }
        for file in files.numbers where files[file].isPresent && !files[file].isManifest && hasChangedImports(file) {
            for declaration in presentDeclarations(of: file)
            where graph[text: declaration].opcode == Opcode.import.rawValue && !graph[state: declaration].isStale {
                guard let text = Update.importText(try syntax(of: declaration)),
                    let name = try? importName(text, in: file), hasChanged(name)
                else { continue }
                noteImportChange(declaration)
                explain(declaration, name)
            }
        }
    }

    /// The file that a name stands for, whether it is there or not; nil if that is not known.
    private func namedFile(_ name: ImportName) -> FileNumber? {
        switch name {
        case .file(let key): fileNumber(key)
        case .package(let entry):
            target(of: entry).flatMap { files[$0].isManifest ? files[source: $0].imports.first?.file : $0 }
        }
    }

    private func explain(_ declaration: DeclIndex, _ name: ImportName) {
        if explanation.files[declaration] == nil { explanation.noteTarget(namedFile(name), of: declaration) }
        let file = (try? importedFile(name)).flatMap { $0 }
        switch name {
        case .file(let key):
            explanation.noteFile(of: declaration, path: key.path, isPresent: file != nil)
        case .package(let entry):
            explanation.notePackage(of: declaration, entry.name, path: file.map(files.path))
        }
    }

    private func hasChangedImports(_ file: FileNumber) -> Bool {
        let (package, source) = (files[file].package, files[source: file])
        return source.imports.contains { changedTargets.contains($0.file) }
            || source.packageNames.contains { hasChanged(.package(PackageEntry(package: package, name: $0))) }
    }

    private func hasChanged(_ name: ImportName) -> Bool {
        switch name {
        case .file where options.ignoredEdges.contains(.importedFile): return false
        case .package where options.ignoredEdges.contains(.packageEntry): return false
        case .file(let key): return fileNumber(key).map(changedTargets.contains) ?? false
        case .package(let entry):
            if changedEntries.contains(entry) { return true }
            guard let target = target(of: entry) else { return false }
            return changedTargets.contains(target)
                || files[target].isManifest
                    && files[source: target].imports.contains { changedTargets.contains($0.file) }
        }
    }

    // MARK: - Analysis

    /// What an `import` looks like to analysis; which file it is, only the engine knows.
    static let moduleInterface = Interface(category: .module, type: .void, value: .void)

    /// Analyses an `import`. Nil: it has failed because of an error that stands in a `zbuild.toml`.
    func moduleInterface(_ declaration: DeclIndex, _ syntax: Syntax) throws(AnalysisStop) -> Interface? {
        let position = syntax.root.map { syntax.operand(0, of: $0).position } ?? .start
        guard let text = Update.importText(syntax) else {
            throw .failed(Diagnostic(position, Messages.expectedOperand("path")))
        }
        do throws(ImportError) {
            let name = try importName(text, in: graph.file(of: declaration))
            guard let number = try importedFile(name) else { return nil }
            importedFiles[declaration] = number
            return Update.moduleInterface
        } catch {
            throw .failed(Diagnostic(position, error.message))
        }
    }

    /// The file that is imported. Nil: the `zbuild.toml` of its package has an error.
    private func importedFile(_ name: ImportName) throws(ImportError) -> FileNumber? {
        switch name {
        case .file(let key):
            return try presentFile(fileNumber(key), key.path)
        case .package(let entry):
            guard let target = target(of: entry) else {
                let line = Manifest.entryText(entry.name, path: "...")
                throw .unknownPackage(entry.name, line: line, manifest: packages[Int(entry.package)].manifestPath)
            }
            let file = try presentFile(target, files.path(target))
            guard files[file].isManifest else { return target }
            guard let root = files[source: file].imports.first?.file else { return nil }
            return try presentFile(root, files.path(root))
        }
    }

    private func presentFile(_ number: FileNumber?, _ path: String) throws(ImportError) -> FileNumber {
        guard let number, files[number].isPresent else { throw .unopened(path) }
        return number
    }

    /// The file that an `import` without error names.
    func importedFile(_ declaration: DeclIndex) -> FileNumber? {
        if let number = importedFiles[declaration] { return number }
        guard let number = Update.importedFile(graph[state: declaration].interface) else { return nil }
        return number < files.count && files[number].number == number ? number : nil
    }

    /// The file that the stored interface of an `import` names; nil if it is another's.
    static func importedFile(_ stored: [UInt8]) -> FileNumber? {
        guard stored.first == Update.moduleMarker, stored.count == 5 else { return nil }
        return stored.dropFirst().reversed().reduce(0) { $0 << 8 | FileNumber($1) }
    }

    /// What the cache holds of the interface of an `import`, and the hash of its answers: file numbers are this cache's
    /// own.
    func moduleAnswers(_ declaration: DeclIndex) -> StoredInterface {
        guard let number = importedFiles[declaration] else { return StoredInterface(bytes: [], hash: 0) }
        let identity = package(of: number).moduleIdentity(files.path(number))
        return StoredInterface(
            bytes: [Update.moduleMarker] + Update.bytes(of: number), hash: Update.moduleHash(identity))
    }

    /// The hash of the answer that is the module of an identity.
    static func moduleHash(_ identity: String) -> UInt64 { Update.hash([moduleMarker] + Array(identity.utf8)) }
}

/// Why an `import` names no file.
private enum ImportError: Error {
    /// It is the name of neither a file nor a package.
    case name(String)
    /// It would leave the package's folder.
    case outside(String)
    /// A component of the path cannot be part of a name.
    case component(String)
    /// The package that imports has no such dependency: a line in its `zbuild.toml` would give it one.
    case unknownPackage(String, line: String, manifest: String)
    /// There is no such file, or it cannot be read.
    case unopened(String)

    var message: String {
        switch self {
        case .name(let text): "'\(text)' is the name of neither a file, which ends in '.zir', nor a package"
        case .outside(let path): "import of file outside the package: '\(path)'"
        case .component(let path): "'.' or ':' in a component of the path '\(path)'"
        case .unknownPackage(let name, let line, let manifest):
            "package '\(name)' is not a dependency: add \(line) to [dependencies] in '\(manifest)'"
        case .unopened(let path): "unable to open '\(path)'"
        }
    }
}
