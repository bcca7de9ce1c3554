import BLAKE3
import Cache
import ELF

/// All that a build left: what the cache knows, unpacked, and the bytes of the executable.
///
/// Reading believes nothing but the rows' checksums. What contradicts itself is left out or noted in `faults`, so that
/// whoever looks at a snapshot can follow its numbers: a declaration, a file or a section is there, or it is nil.
struct ProgramSnapshot {
    let project: Project
    var meta: MetaRow
    private(set) var packages: [PackageNumber: Package] = [:]
    /// By number.
    var files: [FileRow]
    /// By path, then position; each number that is in use.
    private(set) var declarations: [Known] = []
    var exports: [ExportRow]
    var holes: [HoleRow]
    var sections: [SectionRow]
    var pending: [PendingRow]
    var diagnostics: [DiagnosticRow]
    /// Empty if there is none, or if it cannot be read.
    var executable: [UInt8] = []
    /// What keeps the tables from being read as a whole.
    private(set) var faults: [String] = []
    private var indices: [DeclNumber: Int] = [:]
    private var fileIndices: [FileNumber: Int] = [:]

    /// One number that is in use.
    struct Known {
        var number: DeclNumber
        var file: FileNumber
        var path: String
        /// Qualified.
        var name: String
        /// What tells it from others: several packages may have one name.
        var key: Digest
        var text: TextRecord
        var state: StateRecord
        /// Ascending; those in rows of their own included.
        var users: [DeclNumber]
        /// One-based.
        var line: UInt32
        /// One-based.
        var column: UInt32
        /// Bytes from the start of the file.
        var offset: Int64
    }

    /// Reads the cache. The executable is read apart.
    init(_ project: Project, _ store: CacheStore) throws(CacheError) {
        guard let meta = try store.meta() else { throw .damaged(.meta, .number) }
        self.project = project
        self.meta = meta
        for row in try store.packages() { packages[row.number] = Package(row) }
        files = try store.files()
        for (index, file) in files.enumerated() { fileIndices[file.number] = index }
        exports = try store.exports()
        holes = try store.holes()
        sections = try store.sections()
        // Without them no byte of the executable is where declarations say, and only the cache is to blame.
        guard meta.output == nil || sections.count == SectionID.allCases.count else {
            throw .damaged(.section, .count)
        }
        pending = try store.pending()
        diagnostics = try store.diagnostics()
        try readPages(store)
        declarations.sort { ($0.path, $0.line, $0.column, $0.number) < ($1.path, $1.line, $1.column, $1.number) }
        for (index, known) in declarations.enumerated() { indices[known.number] = index }
    }

    /// What is known under a number; nil if nobody has it.
    subscript(number: DeclNumber) -> Known? { indices[number].map { declarations[$0] } }

    /// What people call the declaration of a number.
    func name(_ number: DeclNumber) -> String {
        number == 0 ? "nobody" : self[number]?.name ?? "unknown declaration \(number)"
    }

    /// Those in the build.
    var live: [Known] { declarations.filter(\.state.isLive) }

    /// What tells a file from all others: its path and, of a module, its package.
    func identity(of file: FileRow) -> String {
        file.isManifest ? file.path : package(of: file).moduleIdentity(file.path)
    }

    /// The package of a module.
    func package(of file: FileRow) -> Package { packages[file.package] ?? Package.none }

    /// What a file imports: the paths of files, each with the number of imports that name it, and names of packages.
    func imports(of file: FileRow) -> [String] {
        file.imports.map { "\(self.file($0.file)?.path ?? "nothing") \($0.count)" }.sorted() + file.packageNames
    }

    /// The file of a number.
    func file(_ number: FileNumber) -> FileRow? { fileIndices[number].map { files[$0] } }

    // MARK: - Pages

    private mutating func readPages(_ store: CacheStore) throws(CacheError) {
        var owners: [PageNumber: FileNumber] = [:]
        var userRows = 0
        for file in files {
            for base in file.pages {
                guard owners.updateValue(file.number, forKey: base.page) == nil, base.page != 0 else {
                    faults.append("page \(base.page) of '\(file.path)' is another's")
                    continue
                }
                userRows += try readPage(base, of: file, store)
            }
        }
        try compareCount(owners.count, .text, store)
        try compareCount(owners.count, .state, store)
        try compareCount(userRows, .user, store)
    }

    private mutating func compareCount(
        _ count: Int, _ kind: CacheStore.PackedKind, _ store: CacheStore
    ) throws(CacheError) {
        let found = try store.recordCount(kind)
        if found != count {
            faults.append("there are \(found) \(kind.rawValue) records, of which \(count) belong to a file")
        }
    }

    /// Gives how many rows of users its declarations have.
    private mutating func readPage(
        _ base: PageBase, of file: FileRow, _ store: CacheStore
    ) throws(CacheError) -> Int {
        let package = package(of: file)
        guard let texts = try store.textPage(base.page) else { throw .damaged(.text, .number) }
        guard let states = try store.statePage(base.page) else { throw .damaged(.state, .number) }
        if texts.file != file.number { faults.append("page \(base.page) of '\(file.path)' says that it is another's") }
        var userRows = 0
        for (place, (text, state)) in zip(texts.records, states.records).enumerated() {
            let number = base.page &* UInt32(declarationsPerPage) &+ UInt32(place)
            let rows = state.userRowCount > 0 ? try store.userRows(number) : []
            if rows.count != state.userRowCount {
                faults.append("number \(number) has \(rows.count) rows of users, not \(state.userRowCount)")
            }
            userRows += rows.count
            guard text.isUsed else {
                if text != TextRecord() || state != StateRecord() {
                    faults.append("number \(number) is free, and something is known about it")
                }
                continue
            }
            let line = Int64(base.line) + Int64(text.line) + 1
            let name = package.qualifiedName(String(decoding: text.name, as: UTF8.self), in: file.path)
            declarations.append(
                Known(
                    number: number, file: file.number, path: file.path, name: name, key: package.key(of: name),
                    text: text, state: state, users: (Array(state.users) + rows.flatMap(\.users)).sorted(),
                    line: UInt32(truncatingIfNeeded: line),
                    column: text.column &+ 1, offset: Int64(base.offset) &+ text.offset))
        }
        return userRows
    }
}
