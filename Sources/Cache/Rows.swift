import BLAKE3

// What the cache remembers, as plain structs; of declarations in DeclarationRows.swift. Numbers of declarations, files
// and pages are those of the database; schema/README.md says what each column means.

/// A declaration's number: its page times 64 plus its place in the page. 0 is nobody.
public typealias DeclNumber = UInt32

/// A page's number: 64 neighbouring declarations of one file are one record of kind `text` and one of kind `state`.
public typealias PageNumber = UInt32

/// A file's number, from 1.
public typealias FileNumber = UInt32

/// A package's number, from 1, which is the project's own. 0 is no package.
public typealias PackageNumber = UInt32

/// Declarations in a page.
public let declarationsPerPage = 64

/// The meta record: what the rest of the database depends on.
public struct MetaRow: Equatable, Sendable {
    /// Identity of the zbuild binary that wrote it: its own build id.
    public var tool: [UInt8] = []
    /// `/proc/sys/kernel/random/boot_id` when it was written.
    public var bootID: String = ""
    /// Options that the variant was built with, as one text.
    public var options: String = ""
    /// Path of the root file, relative to the project folder.
    public var rootPath: String = ""
    /// Path of the executable, relative to the project folder.
    public var outputPath: String = ""
    /// Counts updates; the redo record carries the same number.
    public var generation: UInt64 = 0
    /// Next unused page number.
    public var nextPage: PageNumber = 0
    /// Next unused file number.
    public var nextFile: FileNumber = 1
    /// Declarations that are live, and so in the build.
    public var liveCount: UInt32 = 0
    /// Declarations in the texts of all files.
    public var totalCount: UInt32 = 0
    /// Errors of the last build: those in the table of diagnostics, and one that stands in no text.
    public var errorCount: UInt32 = 0
    /// Rows in `diagnostic`. Where rows are looked for, nobody misses one that is gone, unless they are counted.
    public var diagnosticCount: UInt32 = 0
    /// Pending records.
    public var pendingCount: UInt32 = 0
    /// Rows in `export`.
    public var exportCount: UInt32 = 0
    /// Files that file records hold: those of a record that is gone would be missed by nobody either.
    public var fileCount: UInt32 = 0
    /// Pages that are in use: the numbers below `nextPage` that are none of them are looked for if there are any.
    public var pageCount: UInt32 = 0
    /// The executable as it was last written; nil if there is none.
    public var output: FileIdentity?
    /// Its build id.
    public var buildID: [UInt8] = []
    /// The declaration that is the entry point; 0 if none.
    public var entry: DeclNumber = 0
    /// Address of the first instruction; 0 if there is no executable.
    public var entryAddress: UInt64 = 0
    /// Index of the executable's first symbol that is not local.
    public var firstGlobal: UInt32 = 1
    /// Whether a redo record stands.
    public var hasRedo: Bool = false

    /// An empty row.
    public init() {}
}

/// A package record: one package of the build, as its `zbuild.toml` describes it.
public struct PackageRow: Equatable, Sendable {
    /// The package's number.
    public var number: PackageNumber
    /// Its folder, relative to the project folder, which is "" itself.
    public var folder: String
    /// Its own name.
    public var name: String
    /// Path of its root file, relative to the project folder.
    public var rootPath: String
    /// The packages that it may import, in the order of their names.
    public var dependencies: [DependencyRecord]
    /// A package.
    public init(
        number: PackageNumber, folder: String, name: String, rootPath: String, dependencies: [DependencyRecord]
    ) {
        self.number = number
        self.folder = folder
        self.name = name
        self.rootPath = rootPath
        self.dependencies = dependencies
    }
}

/// A package that another one may import.
public struct DependencyRecord: Hashable, Sendable {
    /// What the importing package calls it.
    public var name: String
    /// Its folder, relative to the project folder.
    public var folder: String
    /// A dependency.
    public init(name: String, folder: String) {
        self.name = name
        self.folder = folder
    }
}

/// All that is known about a file, for whoever looks at all of it: what `file` and what `source` holds.
///
/// It is one module of the build, a path that an `import` names and that cannot be read, or the `zbuild.toml` of a
/// dependency.
public struct FileRow: Equatable, Sendable {
    /// The file's number.
    public var number: FileNumber = 0
    /// The package that it is a module of, or that it describes; 0 for a `zbuild.toml` that describes none.
    public var package: PackageNumber = 0
    /// Path relative to the project folder, `/` between components.
    public var path: String = ""
    /// Whether it is the `zbuild.toml` of a dependency, and no module.
    public var isManifest: Bool = false
    /// Whether it could be read; a missing file has no pages.
    public var isPresent: Bool = false
    /// Whether a chain of imports from the root file names it.
    public var isReached: Bool = false
    /// As it was when it was read.
    public var identity: FileIdentity?
    /// When it was read, nanoseconds since 1970, by the clock that file times use.
    public var readTime: Int64 = 0
    /// Whether declarations of it moved in the text since the executable was written: a build had errors.
    public var arePositionsPending: Bool = false
    /// BLAKE3 of its content.
    public var digest: Digest = Digest()
    /// Files that its `import`s name, with the number of imports that do; of a `zbuild.toml` the package's root file.
    public var imports: [ImportCount] = []
    /// Packages that its `import`s name, in the order of the names.
    public var packageNames: [String] = []
    /// Its pages, in order of creation, each with where its first declaration stood.
    public var pages: [PageBase] = []
    /// Its text in runs of declarations, if it is large and has no errors outside of them; else none.
    public var runs: [TextRun] = []
    /// Declarations in its text.
    public var declarationCount: UInt32 = 0
    /// Address of its path in the executable's table of names; 0 if it is not there.
    public var pathName: UInt32 = 0

    /// An empty row.
    public init() {}
}

/// A source record: what is known about the text of a file, which a build needs of the files that it reads, and of those
/// whose declarations it looks at.
public struct SourceRow: Equatable, Sendable {
    /// The file.
    public var file: FileNumber = 0
    /// BLAKE3 of its content.
    public var digest: Digest = Digest()
    /// Files that its `import`s name, with the number of imports that do; of a `zbuild.toml` the package's root file.
    public var imports: [ImportCount] = []
    /// Packages that its `import`s name, in the order of the names.
    public var packageNames: [String] = []
    /// Its pages, in order of creation, each with where its first declaration stood.
    public var pages: [PageBase] = []
    /// Its text in runs of declarations, if it is large and has no errors outside of them; else none.
    public var runs: [TextRun] = []
    /// Declarations in its text.
    public var declarationCount: UInt32 = 0
    /// Address of its path in the executable's table of names; 0 if it is not there.
    public var pathName: UInt32 = 0
    /// As it was when it was read; nil if it could not be.
    public var identity: FileIdentity?
    /// When it was read, nanoseconds since 1970, by the clock that file times use.
    public var readTime: Int64 = 0

    /// What is known about an empty file.
    public init(file: FileNumber = 0) { self.file = file }
}

/// How many imports of one file name another.
public struct ImportCount: Equatable, Sendable {
    /// The file named.
    public var file: FileNumber
    /// By how many `import`s.
    public var count: UInt32
    /// An entry.
    public init(file: FileNumber, count: UInt32) {
        self.file = file
        self.count = count
    }
}

/// A page and where it begins in its file: positions in the page are relative to this, so that text added above
/// changes the file's record and not the page's.
public struct PageBase: BitwiseCopyable, Equatable, Sendable {
    /// The page.
    public var page: PageNumber
    /// Zero-based line that the page's `line`s are relative to.
    public var line: UInt32
    /// Byte offset that the page's `offset`s are relative to.
    public var offset: UInt32
    /// A page.
    public init(page: PageNumber, line: UInt32, offset: UInt32) {
        self.page = page
        self.line = line
        self.offset = offset
    }
}

/// A part of a file's text that begins and ends between declarations, at the start of a line: what tells which parts of a
/// large file changed.
public struct TextRun: Equatable, Sendable {
    /// Its length in bytes.
    public var byteCount: UInt32
    /// Newlines in it.
    public var lineCount: UInt32
    /// First 8 bytes of the BLAKE3 of its bytes.
    public var hash: UInt64
    /// The pages of its declarations, each once.
    public var pages: [PageNumber]
    /// A run.
    public init(byteCount: UInt32, lineCount: UInt32, hash: UInt64, pages: [PageNumber]) {
        self.byteCount = byteCount
        self.lineCount = lineCount
        self.hash = hash
        self.pages = pages
    }
}

/// A section record: one section of the executable.
public struct SectionRow: Equatable, Sendable {
    /// Raw value of the image's section number.
    public var number: UInt8
    /// Where it begins in the file.
    public var fileOffset: UInt64
    /// Bytes of the file that it owns.
    public var fileRoom: UInt64
    /// Bytes in use from its start, holes included.
    public var size: UInt64
    /// A section.
    public init(number: UInt8, fileOffset: UInt64, fileRoom: UInt64, size: UInt64) {
        self.number = number
        self.fileOffset = fileOffset
        self.fileRoom = fileRoom
        self.size = size
    }
}

/// A row of `hole`: free room in a section.
public struct HoleRow: Equatable, Sendable {
    /// Raw value of the image's section number.
    public var section: UInt8
    /// Bytes from the start of the section.
    public var offset: UInt64
    /// Bytes.
    public var size: UInt64
    /// A hole.
    public init(section: UInt8, offset: UInt64, size: UInt64) {
        self.section = section
        self.offset = offset
        self.size = size
    }
}

/// A row of `export`: one `export` declaration that was analysed without error.
public struct ExportRow: Equatable, Sendable {
    /// The `export` declaration.
    public var declaration: DeclNumber
    /// The symbol.
    public var symbol: [UInt8]
    /// What is exported.
    public var target: DeclNumber
    /// Raw value of the language's linkage.
    public var linkage: UInt8
    /// Index of its symbol in the executable; 0 for none.
    public var symbolIndex: UInt32
    /// An export.
    public init(declaration: DeclNumber, symbol: [UInt8], target: DeclNumber, linkage: UInt8, symbolIndex: UInt32) {
        self.declaration = declaration
        self.symbol = symbol
        self.target = target
        self.linkage = linkage
        self.symbolIndex = symbolIndex
    }
}

/// A pending record: work for the linker that waits for a build without errors.
public struct PendingRow: Equatable, Sendable {
    /// The declaration.
    public var declaration: DeclNumber
    /// Raw value of the image's section number that its bytes belong in; 0: there are none, but it has to be looked at.
    public var section: UInt8
    /// Alignment in bytes.
    public var alignment: UInt32
    /// Its bytes, relocation fields zero; in `.bss`, which has none, its size in eight bytes, little-endian.
    public var bytes: [UInt8]
    /// Its relocations.
    public var relocations: [RelocationRecord]
    /// Whether white space inside it has changed since it was linked, and so the positions in its bytes there.
    public var arePositionsChanged: Bool
    /// A row.
    public init(
        declaration: DeclNumber, section: UInt8, alignment: UInt32, bytes: [UInt8], relocations: [RelocationRecord],
        arePositionsChanged: Bool = false
    ) {
        self.declaration = declaration
        self.section = section
        self.alignment = alignment
        self.bytes = bytes
        self.relocations = relocations
        self.arePositionsChanged = arePositionsChanged
    }

    /// A row for a declaration without new bytes.
    public static func withoutCode(_ declaration: DeclNumber, arePositionsChanged: Bool) -> PendingRow {
        PendingRow(
            declaration: declaration, section: 0, alignment: 1, bytes: [], relocations: [],
            arePositionsChanged: arePositionsChanged)
    }
}

/// A row of `diagnostic`: an error that stands.
public struct DiagnosticRow: Equatable, Sendable {
    /// The file it is in.
    public var file: FileNumber
    /// The declaration that it is in and that its position is relative to; 0: the position is the file's.
    public var declaration: DeclNumber
    /// Whether parsing found it, so that it is reported whether or not the declaration is live.
    public var isFromParsing: Bool
    /// Zero-based line.
    public var line: UInt32
    /// Zero-based column in bytes.
    public var column: UInt32
    /// What is wrong.
    public var message: String
    /// Remarks.
    public var notes: [NoteRow]
    /// An error.
    public init(
        file: FileNumber, declaration: DeclNumber, isFromParsing: Bool, line: UInt32, column: UInt32, message: String,
        notes: [NoteRow]
    ) {
        self.file = file
        self.declaration = declaration
        self.isFromParsing = isFromParsing
        self.line = line
        self.column = column
        self.message = message
        self.notes = notes
    }
}

/// A remark on an error; its position is relative to its declaration.
public struct NoteRow: Equatable, Sendable {
    /// The declaration that it points at.
    public var declaration: DeclNumber
    /// Zero-based line.
    public var line: UInt32
    /// Zero-based column in bytes.
    public var column: UInt32
    /// What it says.
    public var message: String
    /// A remark.
    public init(declaration: DeclNumber, line: UInt32, column: UInt32, message: String) {
        self.declaration = declaration
        self.line = line
        self.column = column
        self.message = message
    }
}

/// The redo record: what is to be done to the executable so that it fits the rest of the database.
public enum RedoRow: Equatable, Sendable {
    /// Carry out `steps` on the file with this identity, `size` bytes long before, then make it `newSize` bytes.
    case patch(before: FileIdentity, newSize: UInt64, steps: [RedoStep])
    /// Rename the file at `path`, which has this inode, over the output.
    case install(path: String, inode: UInt64, device: UInt64)
}

/// One step of a redo record. All of them may be repeated from the first.
public enum RedoStep: Equatable, Sendable {
    /// Write `bytes` at file offset `offset`.
    case write(offset: UInt64, bytes: [UInt8])
    /// Copy `count` bytes of the file from `source` to `destination`; no step writes to the source.
    case copy(source: UInt64, destination: UInt64, count: UInt64)
}

/// A build record: one of the last builds that changed the cache.
public struct BuildRow: Equatable, Sendable {
    /// Its number.
    public var generation: UInt64 = 0
    /// When it was decided, nanoseconds since 1970.
    public var time: Int64 = 0
    /// How it ended, as the engine numbers it.
    public var result: UInt8 = 0
    /// Why everything was made anew; nil for no reason.
    public var fallback: UInt8?
    /// Modules of the build.
    public var fileCount: UInt32 = 0
    /// Those that were read.
    public var readCount: UInt32 = 0
    /// Declarations in the build.
    public var liveCount: UInt32 = 0
    /// Declarations that were parsed.
    public var parsedCount: UInt32 = 0
    /// Declarations that were analysed.
    public var analysedCount: UInt32 = 0
    /// Declarations that code was generated for.
    public var generatedCount: UInt32 = 0
    /// Declarations that left the build.
    public var removedCount: UInt32 = 0
    /// Positions that were written anew.
    public var positionCount: UInt32 = 0
    /// Blocks that were written.
    public var writtenCount: UInt32 = 0
    /// Blocks that got another place.
    public var movedCount: UInt32 = 0
    /// Blocks that were given back.
    public var freedCount: UInt32 = 0
    /// Errors that stood after it.
    public var errorCount: UInt32 = 0
    /// Changes of what nothing reaches that are not among its causes.
    public var unlistedCount: UInt32 = 0

    /// A build that did nothing.
    public init() {}
}

/// A cause record: one line of why the last build did what it did. They are in order; their place is their number.
public struct CauseRow: Equatable, Sendable {
    /// Number of the cause that it is an effect of; nil for a first cause.
    public var parent: UInt32?
    /// The declaration that it is about.
    public var declaration: DeclNumber = 0
    /// Its qualified name.
    public var name = ""
    /// Its file, relative to the project folder.
    public var path = ""
    /// Zero-based line where it stood.
    public var line: UInt32 = 0
    /// Zero-based column where it stood.
    public var column: UInt32 = 0
    /// Why it was looked at, as the engine numbers it.
    public var kind: UInt8 = 0
    /// What was done, as the engine numbers it.
    public var outcome: UInt8 = 0
    /// What of it is other than before.
    public var change = ""
    /// What the linker did; nil for nothing.
    public var placement: PlacementRow?

    /// A cause of nothing.
    public init() {}
}

/// A block before and after a build.
public struct PlacementRow: Equatable, Sendable {
    /// Bytes before; 0 if it is new.
    public var oldSize: UInt64
    /// Bytes now; 0 if it is gone.
    public var newSize: UInt64
    /// Virtual address before; 0 if it is new.
    public var oldAddress: UInt64
    /// Virtual address now; 0 if it is gone.
    public var newAddress: UInt64
    /// Bytes that the old block had room for.
    public var oldRoom: UInt64
    /// A block before and after.
    public init(oldSize: UInt64, newSize: UInt64, oldAddress: UInt64, newAddress: UInt64, oldRoom: UInt64) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.oldAddress = oldAddress
        self.newAddress = newAddress
        self.oldRoom = oldRoom
    }
}
