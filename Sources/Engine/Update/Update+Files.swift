import BLAKE3
import Cache
import Semantics
import ZIR

/// The files of an update: those that changed are read, and those that they name.
extension Update {
    /// Takes over what a scan found.
    func load(_ scan: Scan) {
        loadPackages(scan.ownPackage, scan.otherPackages)
        files.load(scan.files)
    }

    /// The files to be read first: those that the project's own `zbuild.toml` names at last, and those that were found
    /// `outdated`.
    ///
    /// The latter were found by what the entries led to then. What no entry leads to now may be named again in a file that
    /// is read later, and nobody would look at it any more.
    func filesToRead(_ outdated: [FileNumber]) -> [FileNumber] {
        let named = updateOwnDependencies()
        return named + outdated.filter { !named.contains($0) }
    }

    /// Reads `numbers` and what `others` gives besides, until that is none, and every file that they import and that was not known; drops files
    /// that no import names any more; and finds out which declarations changed. `begun` may have been asked for some of them
    /// already.
    func updateFiles(
        _ numbers: [FileNumber], and others: () -> [FileNumber] = { [] }, begun: SourcesAhead? = nil
    ) throws(UpdateStop) {
        var pending = numbers
        queuedFiles.formUnion(numbers)
        let sources = begun ?? SourcesAhead(reader, guesses: store.isNew)
        defer { sources.cancel() }
        var requested = 0
        var next = 0
        while true {
            if next == pending.count {
                // By now another thread has asked for most of the statuses that were left.
                while case let found = others(), !found.isEmpty {
                    pending += found.filter { queuedFiles.insert($0).inserted }
                }
                guard next < pending.count else { break }
            }
            requested = max(requested, next)
            if sources.isWorth(pending.count - requested) {
                for number in pending[requested...] { sources.request(absolutePath(number), kind(of: number)) }
                requested = pending.count
            }
            let number = pending[next]
            let wasPresent = files[number].isPresent
            let text = sources.take(absolutePath(number), kind(of: number))
            updateFile(number, text, found: &pending)
            if files[number].isPresent != wasPresent { changedTargets.insert(number) }
            next += 1
        }
        if haveImportsChanged || files.numbers.contains(where: { !files[$0].isReached }) { dropUnreachedFiles() }
        try noteImports()
        report.files.total = files.moduleCount
    }

    private func absolutePath(_ number: FileNumber) -> String { project.absolute(files.path(number)) }

    private func kind(of number: FileNumber) -> SourcesAhead.Kind {
        if files[number].isManifest { return .manifest }
        guard files[number].isPresent else { return .newModule }
        let source = files[source: number]
        return .module(source.digest, source.runs)
    }

    /// The number of the file at `path` as a module of `package`, or as a `zbuild.toml`, which has no package. It is new
    /// if nobody named it before; then it is to be read.
    func fileNumber(_ path: String, in package: PackageNumber, found: inout [FileNumber]) -> FileNumber {
        let key = ModuleKey(package: package, path: path)
        if let number = fileNumber(key) {
            readIfUnknown(number, found: &found)
            return number
        }
        // The number of a file that is gone is taken before a new one.
        if freeFiles == nil { freeFiles = files.freeNumbers }
        let number = freeFiles?.popLast() ?? FileNumber(files.count)
        files.add(number, key)
        meta.fileCount &+= 1
        fileNumbers?[key] = number
        changedFiles.insert(number)
        queuedFiles.insert(number)
        found.append(number)
        return number
    }

    /// Has a file read that was not there when it was looked for, or that left the build.
    func readIfUnknown(_ file: FileNumber, found: inout [FileNumber]) {
        let isKnown = files[file].isPresent || files[file].fingerprint != .none
        if !isKnown && queuedFiles.insert(file).inserted { found.append(file) }
    }

    /// The number of the file that has one.
    func fileNumber(_ key: ModuleKey) -> FileNumber? {
        if fileNumbers == nil {
            fileNumbers = Dictionary(
                files.numbers.map { (files.key($0), $0) }, uniquingKeysWith: { $1 })
        }
        return fileNumbers?[key]
    }

    private func updateFile(_ number: FileNumber, _ text: SourceText, found: inout [FileNumber]) {
        let before = files[number]
        switch text.outcome {
        case .content(let bytes, let identity, let time):
            report.files.read += 1
            if contentSize < Update.mostContent {
                contents.set(number, bytes)
                contentSize += bytes.count
            }
            let isSame = before.isPresent && files[source: number].digest == text.digest
            let old = files[source: number].identity
            files.note(number, identity, readAt: time)
            if isSame && old == identity {
                rereadFiles.insert(number)
                return
            }
            let isOtherFile = old?.inode != identity.inode || old?.device != identity.device
            changedFiles.insert(number)
            if isSame && !(before.isManifest && isOtherFile) { return }
            files[number].isPresent = true
            files[source: number].digest = text.digest
            take(bytes, text, of: number, found: &found)
        case .failure(let reason):
            readFailures[number] = reason
            guard before.isPresent || before.fingerprint != .none || changedFiles.contains(number) else { return }
            files[number].isPresent = false
            files.note(number, nil, readAt: 0)
            files[source: number].digest = Digest()
            changedFiles.insert(number)
            take([], nil, of: number, found: &found)
        }
    }

    private func take(_ bytes: [UInt8], _ text: SourceText?, of number: FileNumber, found: inout [FileNumber]) {
        clock.beginPart(.diff, of: number)
        defer { clock.endPart() }
        if files[number].isManifest {
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
        files.loadAll()
        var isReached = Array(repeating: false, count: files.count)
        var stack: [FileNumber] = []
        if let root = rootFile { stack.append(root) }
        while let number = stack.popLast() {
            guard !isReached[Int(number)] else { continue }
            isReached[Int(number)] = true
            let source = files[source: number]
            stack += source.imports.map(\.file)
            for name in source.packageNames {
                let entry = PackageEntry(package: files[number].package, name: name)
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
        for file in files.numbers {
            if files[file].isReached != isReached[Int(file)] {
                files[file].isReached = isReached[Int(file)]
                changedFiles.insert(file)
            }
            guard !files[file].isReached else { continue }
            files[file].isPresent = false
            files.note(file, nil, readAt: 0)
            files[source: file].digest = Digest()
            take([], nil, of: file, found: &none)
            removedFiles.insert(file)
            changedFiles.remove(file)
        }
    }

    /// Takes over what the `import`s of a file name.
    func setImports(of file: FileNumber, _ list: borrowing ImportList) {
        let imports = list.imports
        let names = list.packageNames.sorted()
        guard imports != files[source: file].imports || names != files[source: file].packageNames else { return }
        files[source: file].imports = imports
        files[source: file].packageNames = names
        haveImportsChanged = true
    }
}
