import Cache
import TOML
import ZIR

/// Packages: what the `zbuild.toml` files say, and whom a change in one concerns.
///
/// The packages of the build are the project's own and, recursively, those that an `import` of a module names. What an
/// import of a package means is found in four steps, any of which may change: the entry in the `zbuild.toml` of the
/// importing package gives a folder, the `zbuild.toml` there describes a package and its root file, and that file is
/// there. In the table of files, a dependency's `zbuild.toml` is a file that imports the root file. So it is looked at
/// when a module of the build leads to it, and read when it changed, as every file is.
extension Update {
    /// Takes over the table of packages. A new cache has none: the project's own is the first.
    func loadPackages(_ own: PackageRow, _ others: [PackageRow]) {
        guard own.number != 0 else {
            _ = addPackage(folder: "", name: project.name, rootPath: project.rootPath)
            return
        }
        packages.append(Package(own))
        for row in others {
            packages.append(repeating: Package.none, count: max(Int(row.number) + 1 - packages.count, 0))
            packages[Int(row.number)] = Package(row)
        }
    }

    /// The number of the package that has one.
    private func number(of identity: Package.Identity) -> PackageNumber? {
        if packageNumbers == nil {
            packageNumbers = [:]
            for package in packages.elements where package.row.number != 0 {
                packageNumbers?[package.identity] = package.row.number
            }
        }
        return packageNumbers?[identity]
    }

    /// The package that a module belongs to.
    func package(of file: FileNumber) -> Package { packages[Int(files[file].package)] }

    /// Whether the number is a package's.
    func isPackage(_ number: PackageNumber) -> Bool {
        number > 0 && number < packages.count && packages[Int(number)].row.number == number
    }

    private func addPackage(folder: String, name: String, rootPath: String) -> PackageNumber {
        // The number of a package that is gone is taken before a new one.
        let free = (1..<packages.count).first { packages[$0].row.number == 0 } ?? packages.count
        let number = PackageNumber(free)
        let row = PackageRow(number: number, folder: folder, name: name, rootPath: rootPath, dependencies: [])
        if free == packages.count { packages.append(Package.none) }
        packages[free] = Package(row)
        packageNumbers?[packages[Int(number)].identity] = number
        changedPackages.insert(number)
        return number
    }

    // MARK: - What zbuild.toml files say

    /// Takes over what the project's own `zbuild.toml` says of dependencies. Gives the files that are named at last.
    func updateOwnDependencies() -> [FileNumber] {
        var found: [FileNumber] = []
        setDependencies(of: Package.own, project.dependencies, found: &found)
        return found
    }

    /// Takes over the `zbuild.toml` of a dependency, as it is now or is no more.
    func describe(_ manifest: FileNumber, _ text: [UInt8], found: inout [FileNumber]) {
        let before = (files[manifest].package, files[source: manifest].imports)
        files[manifest].package = 0
        files[source: manifest].imports = []
        fileErrors.set(manifest, [])
        if isOwnManifest(manifest) {
            setPackage(of: manifest, Package.own, found: &found)
        } else if files[manifest].isPresent {
            do throws(TOMLError) {
                let number = package(try Manifest(text), inFolderOf: manifest, found: &found)
                setPackage(of: manifest, number, found: &found)
            } catch {
                fileErrors.set(manifest, [fileError(manifest, error.position.inFile, error.message)])
            }
        }
        if before != (files[manifest].package, files[source: manifest].imports) {
            changedTargets.insert(manifest)
            haveImportsChanged = true
        }
        changedFiles.insert(manifest)
    }

    /// Whether a dependency's `zbuild.toml` is the project's own, which another path led to.
    private func isOwnManifest(_ manifest: FileNumber) -> Bool {
        guard let own = project.manifest, let identity = files[source: manifest].identity else { return false }
        return own.inode == identity.inode && own.device == identity.device
    }

    private func setPackage(of manifest: FileNumber, _ number: PackageNumber, found: inout [FileNumber]) {
        files[manifest].package = number
        let root = fileNumber(packages[Int(number)].row.rootPath, in: number, found: &found)
        files[source: manifest].imports = [ImportCount(file: root, count: 1)]
    }

    /// The package that a manifest describes: the one it described before, unless its declarations are called otherwise
    /// now.
    private func package(
        _ manifest: Manifest, inFolderOf file: FileNumber, found: inout [FileNumber]
    ) -> PackageNumber {
        let folder = FileSystem.parentFolder(of: files.path(file))
        let rootPath = ProjectPath.file(manifest.root, in: folder)
        let new = Package(
            PackageRow(number: 0, folder: folder, name: manifest.name, rootPath: rootPath, dependencies: []))
        let number =
            self.number(of: new.identity) ?? addPackage(folder: folder, name: manifest.name, rootPath: rootPath)
        if packages[Int(number)].row.rootPath != rootPath {
            packages.change(Int(number)) { $0.row.rootPath = rootPath }
            changedPackages.insert(number)
        }
        let dependencies = manifest.dependencies.map {
            DependencyRecord(name: $0.name, folder: ProjectPath.folder($0.path, from: folder))
        }
        setDependencies(of: number, dependencies, found: &found)
        return number
    }

    /// Gives a package other dependencies. Its files import what they did; what that means may be another package.
    private func setDependencies(
        of number: PackageNumber, _ dependencies: [DependencyRecord], found: inout [FileNumber]
    ) {
        let before = packages[Int(number)].row.dependencies
        guard before != dependencies else { return }
        packages.change(Int(number)) { $0.row.dependencies = dependencies }
        changedPackages.insert(number)
        haveImportsChanged = true
        let names = Set(Set(before).symmetricDifference(dependencies).map(\.name))
        changedEntries.formUnion(names.map { PackageEntry(package: number, name: $0) })
        for file in files.numbers where files[file].package == number && !files[file].isManifest {
            for name in files[source: file].packageNames where names.contains(name) {
                _ = target(of: PackageEntry(package: number, name: name), found: &found)
            }
        }
    }

    // MARK: - What an import names

    /// The file that an entry leads to, the package's `zbuild.toml` or, of the project's own, its root file; it is to be
    /// read if nobody named it before. Nil if there is no such entry.
    func target(of entry: PackageEntry, found: inout [FileNumber]) -> FileNumber? {
        targetKey(of: entry).map { fileNumber($0.path, in: $0.package, found: &found) }
    }

    /// The file that an entry leads to, if there is such an entry.
    func target(of entry: PackageEntry) -> FileNumber? {
        targetKey(of: entry).flatMap { fileNumber($0) }
    }

    private func targetKey(of entry: PackageEntry) -> ModuleKey? {
        guard let folder = packages[Int(entry.package)].folder(of: entry.name) else { return nil }
        guard folder.isEmpty else {
            return ModuleKey(package: 0, path: ProjectPath.file(Manifest.fileName, in: folder))
        }
        return ModuleKey(package: Package.own, path: project.rootPath)
    }

    /// Writes what is new of packages; those of which no file is `kept` go.
    func savePackages(keeping kept: (FileNumber) -> Bool) throws(CacheError) {
        var gone = Set(packages.elements.map(\.row.number).filter { $0 > Package.own })
        if !gone.isEmpty { gone.subtract(files.numbers.filter(kept).map { files[$0].package }) }
        for number in gone.sorted() {
            changedPackages.remove(number)
            try store.removePackage(number)
        }
        for number in changedPackages.sorted() { try store.putPackage(packages[Int(number)].row) }
    }
}

extension Package {
    /// Stands where a number is nobody's.
    static let none = Package(PackageRow(number: 0, folder: "", name: "", rootPath: "", dependencies: []))
}
