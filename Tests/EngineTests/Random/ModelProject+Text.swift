// How the model is written as ZIR.

extension ModelProject {
    /// The text of every file that is there, by path.
    var sources: [String: String] {
        var result = manifests
        for (index, file) in files.enumerated() where !file.isDeleted {
            result[file.path] = file.items.map { text(of: $0, in: index) }.joined() + "\n"
        }
        return result
    }

    private func text(of item: ModelItem, in file: Int) -> String {
        item.above + "@\(item.name) = " + source(of: item, in: file).text(layout: item.layout) + "\n"
    }

    /// How `file` refers to a declaration: by its name, or through one or two imports. Nil: nothing leads there.
    func path(to id: Int, from file: Int) -> String? {
        guard let place = home(of: id) else { return nil }
        let name = self[place].name
        if place.file == file { return name }
        if let module = module(from: file, to: place.file) { return "\(module).\(name)" }
        for item in files[file].items.sorted(by: { $0.id < $1.id }) {
            guard case .module(let path) = item.form, let next = fileIndex(path, from: file),
                let module = module(from: next, to: place.file)
            else { continue }
            return "\(item.name).\(module).\(name)"
        }
        return nil
    }

    /// The name of an import in `file` that names `target`.
    func module(from file: Int, to target: Int) -> String? {
        files[file].items.sorted { $0.id < $1.id }.first { item in
            guard case .module(let path) = item.form else { return false }
            return fileIndex(path, from: file) == target
        }?.name
    }

    /// The file that an import of `path` in `file` names, whether it is there or not: another of its package, or the
    /// root file of one.
    func fileIndex(_ path: String, from file: Int) -> Int? {
        let package = files[file].package
        guard path.hasSuffix(".zir") else { return rootFile(of: path, in: package) }
        var parts = files[file].path.split(separator: "/").dropLast()
        for part in path.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let joined = parts.joined(separator: "/")
        guard joined.hasPrefix(rootFolder(of: package)) else { return nil }
        return files.firstIndex { $0.path == joined && $0.package == package }
    }
}

extension ModelProject {
    /// How `file` refers to some declaration of type `usize`.
    func usizePath(from file: Int) -> String? {
        // The oldest, wherever it stands, so that moving others changes nothing.
        let own = files[file].items.filter { $0.form.kind == .type("usize") }
        if let own = own.min(by: { $0.id < $1.id }) { return own.name }
        let others = files.flatMap(\.items).filter { $0.form.kind == .type("usize") }.map(\.id)
        for id in others.sorted() {
            if let path = path(to: id, from: file) { return path }
        }
        return nil
    }
}
