import Cache

/// The files of the build by number, as an update knows them. What tells whether a file changed is there of all of them;
/// what is known about its text is loaded when it is first asked for, as pages of declarations are.
///
/// An error of the cache counts as one of the graph's: the text is one that nothing is known about then.
final class FileTable {
    private let graph: Graph
    private var list: FileList
    private let sources = FileMap<SourceRow>()
    /// Where each page's positions begin, by page number, as far as it is loaded.
    private let bases = SparseTable(repeating: PageBase(page: 0, line: 0, offset: 0))
    /// Files about whose texts something else is known than what the cache holds.
    private(set) var changedSources: Set<FileNumber> = []
    /// Whether there are other files than there were, or other ones are asked for.
    private(set) var arePathsOther = false

    /// Without files.
    init(graph: Graph) {
        self.graph = graph
        list = FileList(limit: 0)
    }

    /// Takes over the list of all files.
    func load(_ list: FileList) { self.list = list }

    /// Above all numbers.
    var count: Int { list.count }

    /// The numbers that are somebody's.
    var numbers: some Sequence<FileNumber> { list.numbers }

    /// Modules of the build.
    var moduleCount: Int { list.moduleCount }

    /// The first file of that path that is a module of `package`.
    func number(of path: String, in package: PackageNumber) -> FileNumber? { list.number(of: path, in: package) }

    /// Numbers that were somebody's once, and are nobody's, the lowest last.
    var freeNumbers: [FileNumber] {
        (0..<FileNumber(count)).dropFirst().reversed().filter { self[$0].number == 0 }
    }

    /// What tells whether a file changed.
    subscript(_ file: FileNumber) -> FileEntry {
        get { list[file] }
        set {
            if newValue.isAsked != list[file].isAsked { arePathsOther = true }
            list[file] = newValue
        }
    }

    func path(_ file: FileNumber) -> String { list.path(file) }

    func pathBytes(_ file: FileNumber) -> UnsafeRawBufferPointer { list.pathBytes(file) }

    /// Adds a file that nothing is known about.
    func add(_ file: FileNumber, _ key: ModuleKey) {
        list.add(file, package: key.package, path: key.path, isManifest: !key.path.hasSuffix(".zir"))
        arePathsOther = true
        sources.set(file, SourceRow(file: file))
        changedSources.insert(file)
    }

    /// Puts files in place of all whose number divided by `filesPerPart` is `part`.
    func save(_ files: [FileNumber], part: UInt32) throws(CacheError) {
        try graph.store.putFiles(files, of: list, part: part)
    }

    /// Notes how a file was when it was read at `readTime`, nanoseconds since 1970; nil if it is not there.
    func note(_ file: FileNumber, _ identity: FileIdentity?, readAt readTime: Int64) {
        self[file].note(identity, readAt: readTime)
        self[source: file].identity = identity
        self[source: file].readTime = readTime
    }

    // MARK: - Texts

    /// What is known about the text of a file. What is changed of it is written with the update.
    subscript(source file: FileNumber) -> SourceRow {
        get {
            load(file)
            return sources[file] ?? SourceRow()
        }
        _modify {
            load(file)
            changedSources.insert(file)
            yield &sources.element(file, orNew: SourceRow()).pointee
        }
    }

    /// Where the positions of a page of `file` begin.
    func base(of page: Int, in file: FileNumber) -> PageBase {
        let base = bases[page]
        if base.page != 0 { return base }
        load(file)
        return bases[page]
    }

    /// Has the positions of a page begin elsewhere.
    func setBase(_ base: PageBase) { bases[Int(base.page)] = base }

    /// Numbers of pages that are nobody's, the lowest last.
    var freePages: [PageNumber] {
        loadAll()
        return (0..<Int(graph.pageCount)).dropFirst().reversed().filter { bases[$0].page == 0 }.map { PageNumber($0) }
    }

    /// Loads what is known about all texts: for a change that may concern any of them.
    func loadAll() {
        guard numbers.contains(where: { !sources.has($0) }) else { return }
        for row in graph.attempt([], { () throws(CacheError) in try graph.store.sources() })
        where row.file < count && self[row.file].number != 0 && !sources.has(row.file) {
            take(row)
        }
        for file in numbers { load(file) }
    }

    private func load(_ file: FileNumber) {
        guard !sources.has(file), file < count, self[file].number != 0 else { return }
        let row = graph.attempt(nil) { () throws(CacheError) in try graph.store.source(file) }
        if case .none = row { graph.fail(.damaged(.source, .number)) }
        take(row ?? SourceRow(file: file))
    }

    /// Believes a row that was read only as far as its numbers lead somewhere.
    private func take(_ row: SourceRow) {
        var row = row
        let isComplete = row.imports.allSatisfy { $0.file < count && self[$0.file].number != 0 }
        if !isComplete || !takePages(of: row) {
            graph.fail(.damaged(.source, .number))
            row = SourceRow(file: row.file)
        }
        sources.set(row.file, row)
    }

    private func takePages(of row: SourceRow) -> Bool {
        for base in row.pages {
            guard base.page > 0, base.page < graph.pageCount else { return false }
            guard bases[Int(base.page)].page == 0 else { return false }
            bases[Int(base.page)] = base
        }
        return true
    }
}
