import BLAKE3
import Cache
import Glibc
import Semantics
import ZIR

/// Scan: which files there are, and which of them are not what they were.
extension Update {
    /// Takes over the table of files.
    func loadFiles() throws(UpdateStop) {
        clock.begin(.scan)
        try loadPackages()
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.files() }
        files = Array(repeating: FileRow(), count: Int(meta.nextFile))
        bases = Array(repeating: PageBase(page: 0, line: 0, offset: 0), count: Int(max(meta.nextPage, 1)))
        for row in rows {
            guard row.number > 0, row.number < meta.nextFile else { throw .cache(.damaged(.file, .number)) }
            guard isPackage(row.package) || row.isManifest && row.package == 0 else {
                throw .cache(.damaged(.file, .number))
            }
            files[Int(row.number)] = row
            try takePages(of: row)
        }
        let isComplete = rows.allSatisfy { row in
            row.imports.allSatisfy { $0.file < files.count && files[Int($0.file)].number == $0.file }
        }
        guard isComplete, store.isNew || rootFile != nil else { throw .cache(.damaged(.file, .count)) }
    }

    private func takePages(of row: FileRow) throws(UpdateStop) {
        for base in row.pages {
            guard base.page > 0, base.page < meta.nextPage, bases[Int(base.page)].page == 0 else {
                throw .cache(.damaged(.file, .number))
            }
            bases[Int(base.page)] = base
        }
    }

    /// The files to be read first: those that the project's own `zbuild.toml` names at last, and those of the last build
    /// that are, or may be, other than when they were read.
    ///
    /// The latter are found by what the entries led to then. What no entry leads to now may be named again in a file that
    /// is read later, and nobody would look at it any more.
    func filesToRead() -> [FileNumber] {
        let outdated = outdatedFiles()
        let named = updateOwnDependencies()
        return named + outdated.filter { !named.contains($0) }
    }

    private func outdatedFiles() -> [FileNumber] {
        let isReached = reachedFiles()
        return files.indices.filter { number in
            guard isReached[number] && files[number].number != 0 else { return false }
            let identity = reader.identity(project.absolute(files[number].path))
            return identity != files[number].identity || identity != nil && files[number].isRacy
        }.map { FileNumber($0) }
    }

    /// Reads `numbers`, and every file that they import and that was not known; drops files that no import names any
    /// more; and finds out which declarations changed.
    func updateFiles(_ numbers: [FileNumber]) throws(UpdateStop) {
        var pending = numbers
        queuedFiles.formUnion(numbers)
        let sources = SourcesAhead(reader, guesses: store.isNew)
        defer { sources.cancel() }
        var requested = 0
        var next = 0
        while next < pending.count {
            for number in pending[requested...] {
                sources.request(absolutePath(number), kind(of: number))
            }
            requested = pending.count
            let number = pending[next]
            let wasPresent = files[Int(number)].isPresent
            let text = sources.take(absolutePath(number), kind(of: number))
            updateFile(number, text, found: &pending)
            if files[Int(number)].isPresent != wasPresent { changedTargets.insert(number) }
            next += 1
        }
        dropUnreachedFiles()
        try noteImports()
        report.files.total = moduleCount
    }

    private func absolutePath(_ number: FileNumber) -> String { project.absolute(files[Int(number)].path) }

    private func kind(of number: FileNumber) -> SourcesAhead.Kind {
        let file = files[Int(number)]
        if file.isManifest { return .manifest }
        return file.isPresent ? .module(file.digest, file.runs) : .newModule
    }

    /// Modules of the build.
    var moduleCount: Int { files.count { $0.isPresent && !$0.isManifest } }

    /// The number of the file at `path` as a module of `package`, or as a `zbuild.toml`, which has no package. It is new
    /// if nobody named it before; then it is to be read.
    func fileNumber(_ path: String, in package: PackageNumber, found: inout [FileNumber]) -> FileNumber {
        let key = ModuleKey(package: package, path: path)
        if let number = fileNumber(key) {
            let row = files[Int(number)]
            if !row.isPresent && row.identity == nil && queuedFiles.insert(number).inserted { found.append(number) }
            return number
        }
        let number = addFile()
        files[Int(number)].number = number
        files[Int(number)].package = package
        files[Int(number)].path = path
        files[Int(number)].isManifest = !path.hasSuffix(".zir")
        fileNumbers?[key] = number
        changedFiles.insert(number)
        queuedFiles.insert(number)
        found.append(number)
        return number
    }

    /// The number of the file that has one.
    func fileNumber(_ key: ModuleKey) -> FileNumber? {
        if fileNumbers == nil {
            fileNumbers = Dictionary(
                files.lazy.filter { $0.number != 0 }.map { ($0.key, $0.number) }, uniquingKeysWith: { $1 })
        }
        return fileNumbers?[key]
    }

    private func unusedFiles() -> [FileNumber] {
        files.indices.dropFirst().reversed().filter { files[$0].number == 0 }.map { FileNumber($0) }
    }

    /// A new row of files. The number of a file that is gone is taken before a new one.
    private func addFile() -> FileNumber {
        if freeFiles == nil { freeFiles = unusedFiles() }
        if let number = freeFiles?.popLast() { return number }
        files.append(FileRow())
        return FileNumber(files.count - 1)
    }

    private func updateFile(_ number: FileNumber, _ text: SourceText, found: inout [FileNumber]) {
        let row = files[Int(number)]
        switch text.outcome {
        case .content(let bytes, let identity, let time):
            report.files.read += 1
            if contentSize < Update.mostContent {
                contents[number] = bytes
                contentSize += bytes.count
            }
            let isSame = row.isPresent && row.digest == text.digest
            files[Int(number)].readTime = time
            if isSame && row.identity == identity {
                rereadFiles.insert(number)
                return
            }
            let isOtherFile = row.identity?.inode != identity.inode || row.identity?.device != identity.device
            files[Int(number)].identity = identity
            changedFiles.insert(number)
            if isSame && !(row.isManifest && isOtherFile) { return }
            files[Int(number)].isPresent = true
            files[Int(number)].digest = text.digest
            take(bytes, text, of: number, found: &found)
        case .failure(let reason):
            readFailures[number] = reason
            guard row.isPresent || row.identity != nil || changedFiles.contains(number) else { return }
            files[Int(number)].isPresent = false
            files[Int(number)].identity = nil
            files[Int(number)].digest = Digest()
            changedFiles.insert(number)
            take([], nil, of: number, found: &found)
        }
    }

    private func take(_ bytes: [UInt8], _ text: SourceText?, of number: FileNumber, found: inout [FileNumber]) {
        clock.beginPart(.diff, of: number)
        defer { clock.endPart() }
        if files[Int(number)].isManifest {
            describe(number, bytes, found: &found)
        } else if let change = text?.change, diff(number, bytes, change) {
            return
        } else {
            var text = text
            if text?.scan == nil { text?.findDeclarations(parsing: false) }
            diff(number, bytes, text, found: &found)
        }
    }

    /// Whether a chain of imports from the root file names it, by file number.
    private func reachedFiles() -> [Bool] {
        var isReached = Array(repeating: false, count: files.count)
        var stack: [FileNumber] = []
        if let root = rootFile { stack.append(root) }
        while let number = stack.popLast() {
            guard !isReached[Int(number)] else { continue }
            isReached[Int(number)] = true
            for entry in files[Int(number)].imports where Int(entry.file) < files.count { stack.append(entry.file) }
            for name in files[Int(number)].packageNames {
                let entry = PackageEntry(package: files[Int(number)].package, name: name)
                if let target = target(of: entry) { stack.append(target) }
            }
        }
        return isReached
    }

    /// Files that no chain of imports from the root file names any more are no modules of the build. Their rows stay as
    /// long as the executable has something of them; named again, they are read as new ones are.
    private func dropUnreachedFiles() {
        let isReached = reachedFiles()
        var none: [FileNumber] = []
        for row in files where row.number != 0 && !isReached[Int(row.number)] {
            files[Int(row.number)].isPresent = false
            files[Int(row.number)].identity = nil
            files[Int(row.number)].digest = Digest()
            take([], nil, of: row.number, found: &none)
            removedFiles.insert(row.number)
            changedFiles.remove(row.number)
        }
    }
}

extension FileRow {
    /// Whether the file may have changed after it was read without a change of its times: they are too close to the
    /// reading for the clock that stamps files (a tick is up to 10 ms; file systems without nanoseconds: 2 s).
    var isRacy: Bool {
        guard let identity else { return false }
        let isCoarse = identity.modified % 1_000_000_000 == 0 && identity.changed % 1_000_000_000 == 0
        let tick: Int64 = isCoarse ? 2_000_000_000 : 10_000_000
        return readTime &- max(identity.modified, identity.changed) < tick
    }
}
