import Cache
import Glibc

/// Scan: which files there are, and which of them are not what they were.
///
/// A build that finds nothing changed ends here: so this needs nothing that only an update does.
struct Scan {
    let project: Project
    let meta: MetaRow
    /// The project's own package; `Package.none` of a new cache.
    let ownPackage: PackageRow
    /// The others by number.
    let otherPackages: [PackageRow]
    let files: FileList

    /// Whether the last build found all that the project's own `zbuild.toml` names, no errors, and an entry point.
    var wasComplete: Bool {
        ownPackage.dependencies == project.dependencies && meta.errorCount == 0 && meta.entry != 0
            && meta.output != nil
    }

    /// Whether this is what to ask of a file: its path, or nothing.
    func isPath(_ path: UnsafeRawBufferPointer, of number: FileNumber) -> Bool {
        guard files[number].isAsked, let start = path.baseAddress else { return path.isEmpty }
        let expected = files.pathBytes(number)
        return expected.count == path.count && expected.baseAddress.map { memcmp($0, start, path.count) == 0 } ?? true
    }

    /// Whether a file that has this fingerprint now has to be read again.
    func isOutdated(_ number: FileNumber, _ fingerprint: FileFingerprint) -> Bool {
        let file = files[number]
        return file.isAsked && file.isOutdated(fingerprint)
    }
}

extension Scan {
    /// Takes over the tables of packages and files.
    init(_ project: Project, _ meta: MetaRow, _ store: CacheStore) throws(UpdateStop) {
        self.project = project
        self.meta = meta
        var own = Package.none.row
        var others: [PackageRow] = []
        try UpdateStop.cache { () throws(CacheError) in
            try store.forEachPackage { if $0.number == Package.own { own = $0 } else { others.append($0) } }
        }
        (ownPackage, otherPackages) = (own, others)
        files = try UpdateStop.cache { () throws(CacheError) in
            try store.fileList(count: meta.fileCount, limit: meta.nextFile)
        }
        guard !store.isNew else { return }
        // Each package has a file at least, and a number that was given back is taken again.
        guard own.number != 0, others.first?.number != 0, others.last?.number ?? Package.own <= meta.nextFile else {
            throw .cache(.damaged(.package, .number))
        }
        guard areOfPackages() else { throw .cache(.damaged(.file, .number)) }
        guard files.number(of: project.rootPath, in: Package.own) != nil else { throw .cache(.damaged(.file, .count)) }
    }

    /// Whether each file is of a package that there is; only a `zbuild.toml` may describe none.
    private func areOfPackages() -> Bool {
        files.numbers.allSatisfy { number in
            let file = files[number]
            return file.package == Package.own || otherPackages.contains { $0.number == file.package }
                || file.package == 0 && file.isManifest
        }
    }
}

extension FileList {
    /// The numbers that are somebody's.
    var numbers: some Sequence<FileNumber> {
        (0..<FileNumber(count)).lazy.filter { self[$0].number != 0 }
    }

    /// The first file of that path that is a module of `package`.
    func number(of path: String, in package: PackageNumber) -> FileNumber? {
        numbers.first { number in
            self[number].package == package && !self[number].isManifest
                && pathBytes(number).elementsEqual(path.utf8)
        }
    }

    /// Modules of the build.
    var moduleCount: Int {
        (0..<FileNumber(count)).reduce(0) { sum, number in
            self[number].number != 0 && self[number].isPresent && !self[number].isManifest ? sum + 1 : sum
        }
    }
}
