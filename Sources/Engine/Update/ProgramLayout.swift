import Cache
import CodeGen
import ELF
import Semantics

/// Link of an executable that is made anew: here everything gets its place, in the order of path and position, so that a
/// clean build of the same sources is the same file.
///
/// What the bytes are follows from the places: that is left to `UnwrittenProgram`, and to whatever thread has time.
struct ProgramLayout {
    private let update: Update
    var image: Image
    /// Where the code of the image's entries stands.
    private var code: [CodeTable.Place] = []
    /// One more than the number of the entry of each declaration; 0 for those without.
    private var entryNumbers: [UInt32]

    /// A layout for `update` of `image`, which is clean.
    init(_ update: Update, _ image: Image) {
        self.update = update
        self.image = image
        entryNumbers = Array(repeating: 0, count: Int(update.graph.pageCount) * declarationsPerPage)
    }

    /// The executable, all of whose places are decided.
    mutating func program() -> UnwrittenProgram {
        UnwrittenProgram(
            content: image.content(),
            code: PlacedCode(batches: update.code.batches, places: code), entryNumbers: entryNumbers,
            isFromCache: !update.store.isNew)
    }

    /// Gives `declarations`, which are in order and all have code, their places.
    mutating func place(_ declarations: [Update.OrderedDeclaration]) throws(ImageError) {
        code.reserveCapacity(declarations.count)
        image.reserve(declarations: declarations.count)
        var module = Module()
        for ordered in declarations {
            guard let code = update.code.place(of: ordered.declaration) else { continue }
            if ordered.file != module.file { module = try self.module(ordered.file) }
            update.placing = ordered.declaration
            try place(ordered, code, module)
            self.code.append(code)
            entryNumbers[Int(ordered.declaration.rawValue)] = UInt32(self.code.count)
        }
    }

    /// What the declarations of a file have in common.
    private struct Module {
        var file: FileNumber = 0
        /// Address of its path in the table of names.
        var path: UInt32 = 0
        /// What their qualified names begin with.
        var prefix: [UInt8] = []
    }

    private mutating func module(_ file: FileNumber) throws(ImageError) -> Module {
        let path = try image.addName(Array(update.files.pathBytes(file)))
        update.files[source: file].pathName = path
        update.changedFiles.insert(file)
        return Module(file: file, path: path, prefix: update.modulePrefix(file))
    }

    private mutating func place(
        _ ordered: Update.OrderedDeclaration, _ place: CodeTable.Place, _ module: Module
    ) throws(ImageError) {
        let shape = update.code.shape(at: place)
        let declaration = NewDeclaration(
            path: module.path, line: ordered.line &+ 1, column: ordered.column &+ 1, section: shape.section,
            size: shape.size, alignment: UInt64(shape.alignment))
        try update.graph.text(ordered.declaration).pointee.name.withUnsafeBytes { (name) throws(ImageError) in
            try image.add(declaration, prefix: module.prefix, name: name)
        }
        if shape.section != .bss { update.report.blocks.written += 1 }
    }

    /// Notes where `declaration` was placed, if it was. The records of the others are filled in when they are packed.
    func notePlace(of declaration: DeclIndex) {
        let number = Int(entryNumbers[Int(declaration.rawValue)]) - 1
        guard number >= 0 else { return }
        let (entry, graph) = (image.entries[number], update.graph)
        graph.textToChange(declaration).pointee.slot = entry.slot.rawValue
        let link = LinkRecord(entry, update.code[code[number]])
        graph.stateToChange(declaration).pointee.link = link
        if !update.isFromNothing {
            update.notePlacement(declaration, before: nil, after: link, entry.block.address)
        }
    }
}

/// An executable that is made anew, of which everything has its place: what is left is filling in the bytes.
struct UnwrittenProgram: Sendable {
    private var content: ImageContent
    /// The code, and where it goes.
    let blocks: CodeBlocks
    /// Whether some of the code has been in a cache.
    private let isFromCache: Bool

    /// Of `content`, with the code of its entries. `entryNumbers` has, by declaration number, one more than the number of
    /// its entry, and 0 for those without.
    fileprivate init(content: ImageContent, code: PlacedCode, entryNumbers: [UInt32], isFromCache: Bool) {
        self.content = content
        blocks = CodeBlocks(entries: content.entries, code: code, entryNumbers: entryNumbers)
        self.isFromCache = isFromCache
    }

    /// So many declarations take about as long as it takes to start a thread, ten times.
    private static let many = 1000

    /// Whether it pays to have another thread write it.
    var isLarge: Bool { blocks.code.places.count >= UnwrittenProgram.many }

    /// The executable, but for its bytes and its build id.
    var state: ImageState { content.state }

    /// The text in pieces, each of which is hashed by itself.
    var pieces: [TextPiece] { TextPiece.pieces(of: state.text.size, blocks.entries) }

    /// The bytes of a piece of the text.
    func bytes(of piece: TextPiece) throws(CacheError) -> ArraySlice<UInt8> {
        guard let bytes = blocks.bytes(of: piece, content) else { throw unsound() }
        return bytes
    }

    /// Has `write` write all but the text and the headers.
    consuming func finishAllButText(
        _ write: (_ offset: UInt64, _ bytes: [UInt8]) throws(UpdateStop) -> Void
    ) throws(UpdateStop) -> ImageFrame {
        do throws(CacheError) { try fill([.rodata, .data]) } catch { throw .cache(error) }
        return try content.finishAllButText(write)
    }

    private mutating func fill(_ sections: [SectionID]) throws(CacheError) {
        let blocks = blocks
        var isSound = true
        for section in sections { content.fill(section) { isSound = blocks.fill(section, $0) && isSound } }
        guard isSound else { throw unsound() }
    }

    /// What compiled without errors refers only to what did so too; a cache may say otherwise.
    private func unsound() -> CacheError {
        guard isFromCache else { unreachable("a field refers to what has no place") }
        return .damaged(.state, .kind)
    }

    /// Bytes and steps that make the file.
    consuming func write() throws(CacheError) -> Patch {
        try fill([.text, .rodata, .data])
        return content.finish()
    }
}
