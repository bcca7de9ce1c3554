/// A package of the random tester's project: the project's own, or one in a folder beside it.
struct ModelPackage {
    /// The name of its folder, which is beside the project's.
    var folder: String
    /// What it calls itself; others may do so too.
    var name: String
    /// Path of the root file, relative to the project folder.
    var root: String
    /// What it calls other packages, and the names of their folders.
    var entries: [ModelEntry] = []
    /// What is written instead of its `zbuild.toml` while that is broken.
    var breakage: String?
    /// A `zbuild.toml` that was deleted, and may come back.
    var isDeleted = false
    /// A comment, and how paths are written.
    var layout = 0

    /// The project's own folder.
    static let own = "program"
}

/// An entry of `[dependencies]`.
struct ModelEntry {
    var name: String
    var folder: String
}

extension ModelProject {
    /// Gives the project up to three packages, each with one or two files.
    mutating func addPackages(_ dice: inout Dice) {
        for _ in 0..<(1 + dice.roll(3)) { addPackage(&dice) }
    }

    mutating func addPackage(_ dice: inout Dice) {
        let folder = "p\(packages.count)"
        let inner = dice.once(in: 3) ? "../\(folder)/src" : "../\(folder)"
        let name = dice.once(in: 3) ? "same" : folder
        let package = packages.count
        packages.append(ModelPackage(folder: folder, name: name, root: "\(inner)/main.zir"))
        files.append(ModelFile(path: "\(inner)/main.zir", package: package))
        if dice.once(in: 2) { files.append(ModelFile(path: "\(inner)/deep/more.zir", package: package)) }
    }

    /// Whether there are packages apart from the project's own, so that a `zbuild.toml` is needed.
    var hasPackages: Bool { packages.count > 1 }

    /// The text of the `zbuild.toml` files that are there, by path.
    var manifests: [String: String] {
        guard hasPackages else { return [:] }
        var result: [String: String] = [:]
        for (number, package) in packages.enumerated() where !package.isDeleted {
            let path = (number == 0 ? "" : "../\(package.folder)/") + "zbuild.toml"
            result[path] = package.breakage ?? manifest(number)
        }
        return result
    }

    private func manifest(_ number: Int) -> String {
        let package = packages[number]
        let root = package.root.split(separator: "/").dropFirst(number == 0 ? 0 : 2).joined(separator: "/")
        var text = "[package]\nname = \"\(package.name)\"\n"
        if package.layout % 2 == 1 { text += "# Nothing of account.\n" }
        text += "root = \"\(root)\"\n\n[dependencies]\n"
        for entry in package.entries {
            let path = package.layout % 3 == 2 ? "./../\(entry.folder)/" : "../\(entry.folder)"
            text += "\(entry.name) = { path = \"\(path)\" }\n"
        }
        return text
    }

    /// The package that the files of `package` call `name`, whether it can be read or not.
    func package(named name: String, in package: Int) -> Int? {
        guard let entry = packages[package].entries.first(where: { $0.name == name }) else { return nil }
        return packages.firstIndex { $0.folder == entry.folder }
    }

    /// Its root file, whether it is there or not.
    func rootFile(of name: String, in package: Int) -> Int? {
        guard let target = self.package(named: name, in: package) else { return nil }
        return files.firstIndex { $0.path == packages[target].root && $0.package == target }
    }

    /// The folder that no import of a file in `package` leads out of.
    func rootFolder(of package: Int) -> String {
        packages[package].root.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    }

    /// What an import in `file` is written like that names the root file of another package; an entry is made for it if
    /// there is none.
    mutating func packageImport(of target: Int, in file: Int, _ dice: inout Dice) -> String {
        let (package, folder) = (files[file].package, packages[target].folder)
        let known = packages[package].entries.filter { $0.folder == folder }
        if let entry = dice.pick(known) { return entry.name }
        let entry = ModelEntry(name: dice.once(in: 3) ? "e\(nextID)" : folder, folder: folder)
        nextID += 1
        packages[package].entries.removeAll { $0.name == entry.name }
        packages[package].entries.append(entry)
        return entry.name
    }

    // MARK: - Edits

    mutating func editPackage(_ dice: inout Dice) -> String {
        guard hasPackages else { return "no package" }
        let package = 1 + dice.roll(packages.count - 1)
        let folder = packages[package].folder
        switch dice.roll(10) {
        case 0:
            let any = dice.roll(packages.count)
            packages[any].layout = dice.roll(6)
            return "layout of the zbuild.toml of \(packages[any].folder)"
        case 1:
            let breakages = ["", "[package]\nname = 5\n", "[package]\nname = \"a:b\"\n", "nonsense\n"]
            packages[package].breakage = dice.pick(breakages)
            return "break the zbuild.toml of \(folder)"
        case 2, 3:
            for place in packages.indices { packages[place].breakage = nil }
            return "mend each zbuild.toml"
        case 4:
            packages[package].isDeleted.toggle()
            return "\(packages[package].isDeleted ? "delete" : "restore") the zbuild.toml of \(folder)"
        case 5:
            packages[package].name = dice.pick(["same", folder, "n\(nextID)"]) ?? folder
            return "call \(folder) \(packages[package].name)"
        case 6:
            return editRoot(of: package, &dice)
        case 7 where packages.count < 5:
            addPackage(&dice)
            return "add a package"
        default:
            return editEntry(&dice)
        }
    }

    /// Makes another file of a package its root file.
    private mutating func editRoot(of package: Int, _ dice: inout Dice) -> String {
        let own = files.filter { $0.package == package }
        packages[package].root = dice.pick(own)?.path ?? packages[package].root
        return "the root of \(packages[package].folder) is \(packages[package].root)"
    }

    private mutating func editEntry(_ dice: inout Dice) -> String {
        let package = dice.roll(packages.count)
        let folder = packages[package].folder
        let target = dice.pick(packages)?.folder ?? ModelPackage.own
        guard !packages[package].entries.isEmpty, !dice.once(in: 4) else {
            packages[package].entries.append(ModelEntry(name: "u\(nextID)", folder: target))
            nextID += 1
            return "an entry of \(folder) that nobody uses"
        }
        let place = dice.roll(packages[package].entries.count)
        let name = packages[package].entries[place].name
        if dice.once(in: 3) {
            packages[package].entries.remove(at: place)
            return "remove the entry \(name) of \(folder)"
        }
        packages[package].entries[place].folder = target
        return "the entry \(name) of \(folder) is \(target)"
    }
}
