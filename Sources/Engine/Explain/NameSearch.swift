import Cache
import Semantics

/// Finds declarations by the end of their qualified name.
///
/// With a module in the name, the pages of that module's file are read; without, the database is asked which pages hold
/// the name's bytes, and those are read. Only for names near one that is nowhere everything is looked through.
struct NameSearch {
    let reader: CacheReader

    private var update: Update { reader.update }

    /// Those that `name` can mean: one if it is a whole qualified name. Those that somebody looks for in vain count
    /// only if there are no others.
    func declarations(named name: String) throws(UpdateStop) -> [DeclIndex] {
        let found = try candidates(name)
        // In the text of a program names of declarations begin with `@`.
        if found.isEmpty && name.hasPrefix("@") { return try candidates(String(name.dropFirst())) }
        return found
    }

    private func candidates(_ name: String) throws(UpdateStop) -> [DeclIndex] {
        let parts = NameSearch.parts(name)
        let all: [DeclIndex]
        if let module = parts.module {
            all = inModules(module, parts.name)
        } else {
            all = try inAllModules(parts.name)
        }
        let present = all.filter { update.graph[text: $0].isPresent }
        let possible = present.isEmpty ? all.filter { update.graph.hasUsers($0) } : present
        let whole = possible.filter { update.qualifiedName($0) == name }
        return whole.isEmpty ? possible : whole
    }

    private static func parts(_ name: String) -> (module: String?, name: String) {
        guard let dot = name.lastIndex(of: ".") else { return (nil, name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }

    private func inModules(_ module: String, _ name: String) -> [DeclIndex] {
        let bytes = Array(name.utf8)
        return update.files.numbers.compactMap { file in
            guard update.isPackage(update.files[file].package) else { return nil }
            let whole = update.package(of: file).qualifiedName("", in: update.files.path(file))
            guard whole == "\(module)." || whole.hasSuffix(".\(module).") || whole.hasSuffix(":\(module).") else {
                return nil
            }
            return update.nameTable(file).find(bytes[...])
        }
    }

    private func inAllModules(_ name: String) throws(UpdateStop) -> [DeclIndex] {
        let bytes = Array(name.utf8)
        let wanted = DeclName(bytes)
        let pages = try UpdateStop.cache { () throws(CacheError) in
            let pages = try update.store.textPages(holding: bytes)
            guard pages.allSatisfy({ $0 < update.meta.nextPage }) else { throw .damaged(.text, .number) }
            return pages
        }
        return pages.flatMap { page in
            (0..<declarationsPerPage).map { DeclIndex(page: page, place: $0) }
                .filter { update.graph[text: $0].isUsed && update.graph[text: $0].name == wanted }
        }
    }

    // MARK: - Near names

    /// The nearest names of declarations, at most five. Of qualified names as many parts are compared as `name` has.
    func names(near name: String) -> [String] {
        let wanted = Array((name.hasPrefix("@") ? name.dropFirst() : name[...]).utf8)
        let partCount = NameSearch.partStarts(wanted).count
        let limit = max(1, wanted.count / 3)
        var near: [(distance: Int, name: String)] = []
        for file in update.files.numbers where update.files[file].isPresent && !update.files[file].isManifest {
            let module = Array(update.package(of: file).qualifiedName("", in: update.files.path(file)).utf8)
            let end = module[(NameSearch.partStarts(module).suffix(partCount).first ?? 0)...]
            for declaration in update.presentDeclarations(of: file) {
                let distance = NameSearch.distance(
                    wanted, end + update.graph[text: declaration].name, limit: limit)
                if distance <= limit { near.append((distance, update.qualifiedName(declaration))) }
            }
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(5).map(\.name)
    }

    /// Where the parts of a name begin; between them stand `.` and `:`.
    private static func partStarts(_ name: [UInt8]) -> [Int] {
        [0] + name.indices.filter { name[$0] == UInt8(ascii: ".") || name[$0] == UInt8(ascii: ":") }.map { $0 + 1 }
    }

    /// How many bytes have to be added, removed, replaced or exchanged with the next to come from one to the other; more
    /// than `limit` if it is more than that. (The optimal string alignment of Damerau's distance.)
    static func distance(_ a: [UInt8], _ b: ArraySlice<UInt8>, limit: Int) -> Int {
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        let b = Array(b)
        var twoAbove: [Int] = []
        var above = Array(0...b.count)
        for (row, byte) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in b.enumerated() {
                let replaced = above[column] + (byte == other ? 0 : 1)
                var least = min(replaced, min(above[column + 1], current[column]) + 1)
                if row > 0, column > 0, byte == b[column - 1], other == a[row - 1] {
                    least = min(least, twoAbove[column - 1] + 1)
                }
                current.append(least)
            }
            (twoAbove, above) = (above, current)
        }
        return above[b.count]
    }
}
