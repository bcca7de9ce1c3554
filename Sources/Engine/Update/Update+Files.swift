import BLAKE3
import Cache
import Glibc
import Semantics
import ZIR

/// Scan: which files there are, and which of them are not what they were.
extension Update {
    /// Takes over the table of files.
    func loadFiles() throws(UpdateStop) {
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.files() }
        files = Array(repeating: FileRow(), count: Int(meta.nextFile))
        bases = Array(repeating: PageBase(page: 0, line: 0, offset: 0), count: Int(max(meta.nextPage, 1)))
        for row in rows {
            guard row.number > 0, row.number < meta.nextFile else { throw .cache(.damaged(.file, .number)) }
            files[Int(row.number)] = row
            fileNumbers[row.path] = row.number
            for base in row.pages {
                guard base.page < meta.nextPage else { throw .cache(.damaged(.file, .number)) }
                bases[Int(base.page)] = base
            }
        }
    }

    /// The files that are, or may be, other than when they were read last.
    func filesToRead() throws(UpdateStop) -> [FileNumber] {
        var result: [FileNumber] = []
        let isReached = reachedFiles()
        for row in files where row.number != 0 && isReached[Int(row.number)] {
            let path = project.absolute(row.path)
            let status = try? UpdateStop.system { () throws(SystemError) in try FileSystem.status(path) }
            if status?.identity != row.identity || status != nil && row.isRacy { result.append(row.number) }
        }
        return result
    }

    /// Reads `numbers`, and every file that they import and that was not known; drops files that no import names any
    /// more; and finds out which declarations changed.
    func updateFiles(_ numbers: [FileNumber]) throws(UpdateStop) {
        var pending = numbers
        var next = 0
        var comeOrGone: Set<FileNumber> = []
        while next < pending.count {
            let number = pending[next]
            let wasPresent = files[Int(number)].isPresent
            try updateFile(number, found: &pending)
            if files[Int(number)].isPresent != wasPresent { comeOrGone.insert(number) }
            next += 1
        }
        dropUnreachedFiles()
        if !comeOrGone.isEmpty { try noteImports(of: comeOrGone) }
        report.files.total = files.count { $0.number != 0 && !removedFiles.contains($0.number) && $0.isPresent }
    }

    /// Whether a file is there is part of every `import` of it.
    private func noteImports(of numbers: Set<FileNumber>) throws(UpdateStop) {
        for file in files where file.isPresent && file.imports.contains(where: { numbers.contains($0.file) }) {
            for declaration in presentDeclarations(of: file.number)
            where graph[text: declaration].opcode == Opcode.import.rawValue && !graph[state: declaration].isStale {
                guard let text = Update.importText(try syntax(of: declaration)),
                    case .success(let path) = importPath(text, in: file.number),
                    let number = fileNumbers[path], numbers.contains(number)
                else { continue }
                noteImportChange(declaration, of: number)
            }
        }
    }

    /// The number of the file at `path`, which is new if nobody named it before; then it is to be read.
    func fileNumber(_ path: String, found: inout [FileNumber]) -> FileNumber {
        if let number = fileNumbers[path] {
            let row = files[Int(number)]
            if !row.isPresent && row.identity == nil { found.append(number) }
            return number
        }
        let number = FileNumber(files.count)
        var row = FileRow()
        row.number = number
        row.path = path
        files.append(row)
        fileNumbers[path] = number
        changedFiles.insert(number)
        found.append(number)
        return number
    }

    private func updateFile(_ number: FileNumber, found: inout [FileNumber]) throws(UpdateStop) {
        let row = files[Int(number)]
        switch SourceReader.read(project.absolute(row.path)) {
        case .content(let bytes, let identity, let time):
            report.files.read += 1
            contents[number] = bytes
            let digest = Digest.hash(bytes)
            let isSame = row.isPresent && row.digest == digest
            if isSame && row.identity == identity { return }
            files[Int(number)].identity = identity
            files[Int(number)].readTime = time
            changedFiles.insert(number)
            if isSame { return }
            files[Int(number)].isPresent = true
            files[Int(number)].digest = digest
            diff(number, bytes, found: &found)
        case .failure(let reason):
            readFailures[number] = reason
            guard row.isPresent || row.identity != nil || number == files.count - 1 else { return }
            files[Int(number)].isPresent = false
            files[Int(number)].identity = nil
            files[Int(number)].digest = Digest()
            changedFiles.insert(number)
            diff(number, [], found: &found)
        }
    }

    /// Whether a chain of imports from the root file names it, by file number.
    private func reachedFiles() -> [Bool] {
        var isReached = Array(repeating: false, count: files.count)
        var stack: [FileNumber] = []
        if let root = fileNumbers[project.rootPath] { stack.append(root) }
        while let number = stack.popLast() {
            guard !isReached[Int(number)] else { continue }
            isReached[Int(number)] = true
            stack += files[Int(number)].imports.map(\.file).filter { Int($0) < files.count }
        }
        return isReached
    }

    /// Files that no chain of imports from the root file names any more are no modules of the build. Their rows stay as
    /// long as the executable has something of them; named again, they are read as new ones are.
    private func dropUnreachedFiles() {
        let isReached = reachedFiles()
        var none: [FileNumber] = []
        for row in files where row.number != 0 && !isReached[Int(row.number)] {
            diff(row.number, [], found: &none)
            files[Int(row.number)].isPresent = false
            files[Int(row.number)].identity = nil
            files[Int(row.number)].digest = Digest()
            removedFiles.insert(row.number)
            changedFiles.remove(row.number)
        }
    }

    /// The path that an `import` of `text` in `file` names, relative to the project folder; or why there is none.
    func importPath(_ text: ArraySlice<UInt8>, in file: FileNumber) -> Result<String, ImportError> {
        let text = String(decoding: text, as: UTF8.self)
        guard text.hasSuffix(".zir") else { return .failure(.package(text)) }
        guard !text.hasPrefix("/") else { return .failure(.outside(text)) }
        var parts = files[Int(file)].path.split(separator: "/").dropLast().map(String.init)
        let rootDepth = project.packageRoot.split(separator: "/").count
        for component in text.split(separator: "/", omittingEmptySubsequences: true) {
            if component == "." { continue }
            if component == ".." {
                guard parts.count > rootDepth else { return .failure(.outside(text)) }
                parts.removeLast()
            } else {
                parts.append(String(component))
            }
        }
        let path = parts.joined(separator: "/")
        let stem = path.dropFirst(project.packageRoot.count).dropLast(4)
        guard !stem.contains("."), !stem.contains(":"), !path.utf8.contains(0) else {
            return .failure(.component(text))
        }
        return .success(path)
    }

    /// The module's name.
    func moduleName(_ file: FileNumber) -> String { project.moduleName(files[Int(file)].path) }
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

/// Why an `import` names no file.
enum ImportError: Error {
    /// It names a package.
    case package(String)
    /// It would leave the package's folder.
    case outside(String)
    /// A component of the path cannot be part of a name.
    case component(String)

    var message: String {
        switch self {
        case .package(let name): "import of package '\(name)' is not built yet"
        case .outside(let path): "import of file outside the package: '\(path)'"
        case .component(let path): "'.' or ':' in a component of the path '\(path)'"
        }
    }
}

/// Reads source files that a person may be editing.
enum SourceReader {
    enum Outcome {
        case content([UInt8], FileIdentity, time: Int64)
        /// It cannot be read, and why.
        case failure(String)
    }

    /// The largest file, in bytes.
    static let limit: Int64 = 1 << 32

    /// Reads with `read`, never through a mapping: an editor that truncates the file would kill the process. The
    /// status before and after must be the same, else it is read again; after three times it is taken as it is, with
    /// a time of reading that makes the next run read it again.
    static func read(_ path: String) -> Outcome {
        do throws(SystemError) {
            var last: Outcome = .failure("it changes while it is read")
            for _ in 0..<3 {
                let time = Clock.fileTime()
                let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
                let before = try file.status()
                guard !before.isDirectory else { return .failure("it is a directory") }
                guard before.isRegular else { return .failure("it is not a regular file") }
                guard before.identity.size < limit else { return .failure("it is 4 GiB long or longer") }
                let bytes = try file.read(count: Int(before.identity.size) + 1, at: 0)
                let isWhole = try file.status() == before && bytes.count == Int(before.identity.size)
                if isWhole { return .content(bytes, before.identity, time: time) }
                last = .content(bytes, before.identity, time: 0)
            }
            return last
        } catch {
            return .failure(SystemError.reason(error.code))
        }
    }
}
