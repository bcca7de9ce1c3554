import BLAKE3
import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// One update of one project: scan → diff → invalidate → analyse → generate → link → commit.
///
/// Requires an open transaction on its cache, which holds what the last update left, or nothing. Everything is
/// computed in memory and in that transaction; only `finish` makes it last.
///
/// The phases stand in files of their own; this one holds what they share.
final class Update {
    let project: Project
    let options: BuildOptions
    /// Reads the sources.
    let reader: SourceReader
    let store: CacheStore
    let clock: PhaseClock
    let graph: Graph
    /// Whether there was no build before that this one could begin with. Then there is one cause for everything.
    let isFromNothing: Bool
    var meta: MetaRow
    var report = Report()

    // Packages

    /// By number; 0 and gaps are `Package.none`.
    let packages = FlatTable<Package>()
    /// Their numbers, once somebody has asked for one.
    var packageNumbers: [Package.Identity: PackageNumber]?
    /// Packages whose row must be written.
    var changedPackages: Set<PackageNumber> = []
    /// Entries of `zbuild.toml` files that lead elsewhere than before, or nowhere, or somewhere at last.
    var changedEntries: Set<PackageEntry> = []
    /// Files that have come or gone, and `zbuild.toml` files of dependencies that describe another package.
    var changedTargets: Set<FileNumber> = []

    // Files

    /// By number.
    let files: FileTable
    /// Their numbers, once somebody has asked for one, which most edits do not.
    var fileNumbers: [ModuleKey: FileNumber]?
    /// Files that were read in this run, or are to be.
    var queuedFiles: Set<FileNumber> = []
    /// Files of which something is other than the cache says.
    var changedFiles: Set<FileNumber> = []
    /// Files that were read again because they were new when they were read, and are what they were. That they are not
    /// new any more is written down with whatever else is.
    var rereadFiles: Set<FileNumber> = []
    /// Files that left the build.
    var removedFiles: Set<FileNumber> = []
    /// Content of the files that were read in this run, of those read first if that is much: it is hardly ever needed once
    /// their declarations are parsed, and read again then.
    let contents = FileMap<[UInt8]>()
    /// Bytes of these.
    var contentSize = 0
    /// The most of them, beyond the one that makes them more.
    static let mostContent = 1 << 20
    /// Their lines, of those with errors.
    var sourceLines: [FileNumber: SourceLines] = [:]
    /// Why a file of the build could not be read.
    var readFailures: [FileNumber: String] = [:]
    /// Names of the files that were asked about, by file number.
    var names: [NameTable?] = []
    /// Numbers of files and of pages that are nobody's, the lowest last; nil until one is needed.
    var freeFiles: [FileNumber]?
    var freePages: [PageNumber]?
    /// Whether `import`s name other files than they did, so that one may have left the build.
    var haveImportsChanged = false

    // Declarations

    /// Parsed in this run, until they are not needed any more.
    let syntaxes = DeclTable<Syntax>()
    /// Whose parsed form is not what it was.
    var changed: [DeclIndex] = []
    /// Whose parsed form is the same, at other places within their text.
    var repositioned: [DeclIndex] = []
    /// With a slot, and at another place in their file.
    var moved: [DeclIndex] = []
    /// Results that are kept although nothing reaches them, as far as this run met them.
    var dormant: [DeclIndex] = []
    /// May be numbers that nobody needs any more.
    var maybeUnused: [DeclIndex] = []
    /// Bits of `Mark` by declaration number.
    let marks = DeclPages<UInt8>()

    // Analysis

    let analyzer: Analyzer
    /// What is analysed before it is known to be reached; nil in an update of what there is.
    var ahead: BodiesAhead?
    var liveness = Liveness()
    var agenda = Agenda()
    /// With one changed declaration, it and all that may be to others what it was not, if there are more. Of the users
    /// in bodies only those are looked at whom it turns out to concern.
    var suspects: Set<DeclIndex> = []
    /// Whose interface or content is being analysed, outermost first.
    let inProgress = FlatTable<Asker>()
    /// The analyses that are under way, each with the questions it has asked.
    let frames = FlatTable<Frame>()
    /// Interfaces that were decoded or made in this run.
    let interfaces = DeclTable<Interface>()
    /// As they are stored, those of what has an address, by category and type, but for the one that was asked for last.
    var storedInterfaces: [UInt64: StoredInterface] = [:]
    /// That one, with its key: neighbours are mostly of one type.
    var lastStored: (key: UInt64, interface: StoredInterface)?
    /// Contents of data that were asked for in this run, or why they cannot be had.
    let settledContents = DeclTable<Result<Content, AnalysisStop>>()
    /// Data whose contents were asked for too deep inside of other questions.
    var deferredContents: Set<DeclIndex> = []
    /// Where the edges of a declaration with many of them stand, by target.
    var edgePlaces: [DeclIndex: [DeclNumber: [Int]]] = [:]
    /// Members of a dependency loop whose analysis has not come back yet.
    var loopMembers: Set<DeclIndex> = []
    /// For each loop found the member that reports it, and what is to be said of the others.
    var loopNotes: [DeclIndex: [Diagnostic.Note]] = [:]
    /// Files that imports looked at in this run name.
    var importedFiles: [DeclIndex: FileNumber] = [:]
    /// The module whose name was asked for last.
    var lastModule: (file: FileNumber, prefix: [UInt8]) = (.max, [])
    /// What ends the update once analysis has come back.
    var stop: UpdateStop?

    // Results

    /// Functions whose code is still to be made, and nobody is asked to.
    var ungenerated: [UngeneratedFunction] = []
    /// Makes the code of functions, batch by batch.
    lazy var generator = BodiesAhead.Work(fewest: 1, CodeJob.perform)
    /// Whose code it makes, the first to be taken first.
    var batches: [Batch] = []
    /// Machine code made in this run or waiting in the cache.
    let code = CodeTable()
    /// Errors of declarations looked at in this run; an empty list says that there is none any more.
    let semanticErrors = DeclTable<[Diagnostic]>()
    /// Parse errors of declarations parsed in this run.
    let parseErrors = DeclTable<[Diagnostic]>()
    /// Errors of files read in this run that stand in no declaration.
    let fileErrors = FileMap<[DiagnosticRow]>()
    /// What is being placed.
    var placing = DeclIndex.none
    /// With a block, which they may not need any more.
    var unplaced: [DeclIndex] = []
    /// Symbols whose exports changed.
    var touchedSymbols: Set<[UInt8]> = []
    /// Exports that changed, or are gone.
    var touchedExports: Set<DeclIndex> = []
    /// Whom the exports make the entry point; 0 if nobody.
    var entry: DeclNumber = 0
    /// Whom they make the sink of panics; 0 if nobody.
    var panicSink: DeclNumber = 0
    /// Whether the last build had errors.
    let hadErrors: Bool
    /// Whether the program begins elsewhere than before.
    var hasNewEntry = false
    /// Whether the executable is trusted under another identity than that of the cache.
    var isOutputAdopted = false
    var explanation = Explanation()

    init(
        project: Project, options: BuildOptions, store: CacheStore, meta: MetaRow,
        clock: PhaseClock = PhaseClock(.nothing)
    ) {
        self.project = project
        self.options = options
        reader = SourceReader(files: options.sources)
        self.store = store
        self.clock = clock
        self.meta = meta
        hadErrors = meta.errorCount > 0
        isFromNothing = store.isNew
        graph = Graph(store: store, pageCount: meta.nextPage, fileLimit: meta.nextFile)
        files = FileTable(graph: graph)
        analyzer = Analyzer(options: AnalysisOptions(mode: options.mode))
        report.output = project.outputPath
        packages.append(Package.none)
    }
}

/// What is known of a declaration within one run.
enum Mark {
    /// Something that its interface depends on may have changed.
    static let suspect: UInt8 = 1
    /// Its interface is right.
    static let settled: UInt8 = 2
    /// Its interface is being analysed, or waits for one that is.
    static let inProgress: UInt8 = 4
    /// It is on the agenda.
    static let queued: UInt8 = 8
    /// It was analysed.
    static let analysed: UInt8 = 16
    /// Its code was generated.
    static let generated: UInt8 = 32
    /// It waits for its code to be generated.
    static let ungenerated: UInt8 = 64
    /// It was looked at.
    static let lookedAt: UInt8 = 128
}

/// The questions of one analysis.
struct Frame {
    let asker: DeclIndex
    let isInterface: Bool
    var edges: [EdgeRecord] = []
    /// Where in `edges` a question stands, by target and kind; empty while there are few.
    var places: [UInt64: Int] = [:]

    init(asker: DeclIndex, isInterface: Bool) {
        self.asker = asker
        self.isInterface = isInterface
    }
}

/// A declaration that is being analysed because somebody asked for what it is, or for what it holds.
struct Asker {
    var declaration: DeclIndex
    var isContent = false
}

/// Machine code of one declaration, ready to be placed.
struct GeneratedCode: Sendable {
    var section: SectionID
    var alignment: UInt32
    /// Fields of addresses are zero; those of positions are filled. Of a function it is a part of what its batch has.
    var bytes: ArraySlice<UInt8>
    /// How many bytes of zeros it is, if it belongs in `.bss`; then there are no others.
    var zeros: UInt64 = 0
    var relocations: [RelocationRecord]
    /// Of the bytes with all fields zero, and the relocations.
    var hash: UInt64

    /// Bytes in memory.
    var size: UInt64 { UInt64(bytes.count) + zeros }
}

extension Update {
    func hasMark(_ declaration: DeclIndex, _ mark: UInt8) -> Bool {
        (marks.loaded(declaration)?.pointee ?? 0) & mark != 0
    }

    func setMark(_ declaration: DeclIndex, _ mark: UInt8) {
        marks.element(declaration, orNew: 0).pointee |= mark
    }

    func clearMark(_ declaration: DeclIndex, _ mark: UInt8) {
        marks.loaded(declaration)?.pointee &= ~mark
    }

    /// Has `declaration` looked at once the agenda comes to it.
    func enqueue(_ declaration: DeclIndex) {
        guard graph[state: declaration].isLive, !hasMark(declaration, Mark.queued) else { return }
        setMark(declaration, Mark.queued)
        agenda.add(concerned: declaration, rank: graph[state: declaration].rank)
    }

    /// The first error of the cache, which ends the update.
    func checkCache() throws(UpdateStop) {
        if let failure = graph.failure { throw .cache(failure) }
    }
}

/// Why an update ended without a result.
enum UpdateStop: Error {
    /// What there is cannot be used: everything is to be made anew.
    case fallback(Fallback)
    /// The cache failed.
    case cache(CacheError)
    /// The environment failed.
    case system(SystemError)
    /// The program has more bytes than an executable can have; an error of the sources, which nothing is kept of.
    case tooLarge(Report)
    /// A source changed after it was read: begin again.
    case sourceChanged(path: String)
}
