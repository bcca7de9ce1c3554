import BLAKE3
import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// Link: what of the analysed program is not in the executable yet, and what of the executable is not in the program.
extension Update {
    /// Takes up what earlier builds with errors left to be linked.
    func takePending() throws(UpdateStop) {
        guard meta.pendingCount > 0 else { return }
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.pending() }
        guard rows.count == meta.pendingCount else { throw .cache(.damaged(.pending, .count)) }
        for row in rows {
            let declaration = DeclIndex(row.declaration)
            guard declaration.page < Int(graph.pageCount) else { throw .cache(.damaged(.pending, .number)) }
            if !graph[state: declaration].isLive {
                dormant.append(declaration)
            } else if let waiting = GeneratedCode(row, hash: graph[state: declaration].codeHash),
                needsBlock(declaration)
            {
                if code[declaration] == nil { code[declaration] = waiting }
            } else {
                unplaced.append(declaration)
                if row.arePositionsChanged { repositioned.append(declaration) }
            }
        }
        try UpdateStop.cache { () throws(CacheError) in try store.removeAllPending() }
        meta.pendingCount = 0
        refillWaitingCode()
    }

    /// Code that waited was compiled before white space inside its declaration changed.
    private func refillWaitingCode() {
        for declaration in Set(repositioned) where !hasMark(declaration, Mark.generated) {
            guard var waiting = code[declaration], let syntax = try? syntax(of: declaration) else { continue }
            Update.fillPositions(&waiting.bytes, waiting.relocations, syntax)
            code[declaration] = waiting
        }
    }

    /// Leaves what this build made to the next that has no errors.
    func leavePending() throws(UpdateStop) {
        var rows: [DeclIndex: PendingRow] = [:]
        for declaration in dormant where !graph[state: declaration].isLive {
            graph[state: declaration].isDormant = true
            rows[declaration] = .withoutCode(declaration.rawValue, arePositionsChanged: false)
        }
        for declaration in unplaced where graph[state: declaration].isLive {
            rows[declaration] = .withoutCode(declaration.rawValue, arePositionsChanged: false)
        }
        for declaration in repositioned
        where graph[state: declaration].isLive || graph[state: declaration].link != nil {
            rows[declaration] = .withoutCode(declaration.rawValue, arePositionsChanged: true)
        }
        for declaration in code.declarations {
            if let code = code[declaration] { rows[declaration] = code.pendingRow(declaration) }
        }
        for (declaration, row) in rows.sorted(by: { $0.key < $1.key }) {
            let known = try UpdateStop.cache { () throws(CacheError) in try store.pending(declaration.rawValue) }
            var row = row
            if row.section == 0, let known { row = merge(row, into: known) }
            if row != known { try UpdateStop.cache { () throws(CacheError) in try store.putPending(row) } }
            if known == nil { meta.pendingCount += 1 }
        }
        for declaration in moved {
            let file = graph.file(of: declaration)
            files[file].arePositionsPending = true
            changedFiles.insert(file)
        }
    }

    /// What waits already stays; if it was compiled before white space inside it changed, its positions are filled anew.
    private func merge(_ row: PendingRow, into known: PendingRow) -> PendingRow {
        guard row.arePositionsChanged else { return known }
        guard known.section != 0 else { return row }
        var result = known
        if let syntax = try? syntax(of: DeclIndex(row.declaration)) {
            Update.fillPositions(&result.bytes, result.relocations, syntax)
        }
        return result
    }

    // MARK: - The image

    /// The change of the executable that makes it the program; nil if it is that already.
    func link(_ output: OutputFile?) throws(UpdateStop) -> LinkResult? {
        hasNewEntry = meta.entry != entry
        meta.entry = entry
        do throws(ImageError) {
            guard let output, meta.output != nil else { return try linkClean() }
            let state = try imageState()
            let image = try Image(state, holes: CacheHoleStore(store: store)) { (offset, count) throws(ImageError) in
                do {
                    return try output.read(count: count, at: offset)
                } catch {
                    throw .outside(error)
                }
            }
            var placer = Placer(update: self, image: image)
            return try linkUpdate(&placer, state.sections)
        } catch {
            throw linkFailure(error)
        }
    }

    private func linkFailure(_ error: ImageError) -> UpdateStop {
        if let failure = graph.failure { return .cache(failure) }
        switch error {
        case .sectionFull where meta.output != nil: return .fallback(.fullImage)
        case .outside(let inner):
            if let error = inner as? CacheError { return .cache(error) }
            if let error = inner as? SystemError { return .system(error) }
            return .fallback(.damagedCache)
        case .sectionFull(let section, _):
            return .tooLarge(reportTooLarge(section))
        default: return .fallback(.damagedCache)
        }
    }

    private func linkClean() throws(ImageError) -> LinkResult {
        files.loadAll()
        for number in files.numbers where files[source: number].pathName != 0 {
            files[source: number].pathName = 0
            changedFiles.insert(number)
        }
        let holes = MemoryHoleStore()
        var layout = ProgramLayout(self, Image(holes: holes))
        try placeRuntime(&layout.image)
        let placed = ordered(code.declarations.filter { graph.state($0).pointee.isLive })
        try layout.place(placed)
        for declaration in try isFromNothing ? exportTargets() : placed.map(\.declaration) {
            layout.notePlace(of: declaration)
        }
        try updateExports(&layout.image, placed: nil)
        try writeRuntime(&layout.image)
        try updatePanicSink(&layout.image)
        let program = layout.program()
        if isFromNothing { graph.blocks = program.blocks }
        return LinkResult(change: .program(program), state: program.state, holes: holes)
    }

    private func linkUpdate(_ placer: inout Placer, _ before: [SectionState]) throws(ImageError) -> LinkResult? {
        let gone = Set(dormant + unplaced).filter { graph[state: $0].link != nil && !needsBlock($0) }
        for declaration in inOrder(gone) { try placer.remove(declaration) }
        for number in removedFiles.sorted() { try placer.removePath(of: number) }
        let fresh = code.declarations.filter { declaration in
            graph[state: declaration].isLive
                && graph[state: declaration].link?.codeHash != graph[state: declaration].codeHash
        }
        let isFresh = Set(fresh)
        let moved = Set(movedDeclarations())
        try placer.place(inOrder(fresh))
        for declaration in moved { try placer.setPosition(declaration) }
        for declaration in Set(repositioned).union(code.declarations).subtracting(isFresh)
        where graph[state: declaration].isLive {
            if let code = code[declaration] {
                try placer.copyPositions(declaration, from: code)
            } else if graph[state: declaration].link != nil, let syntax = try? syntax(of: declaration) {
                try placer.refillPositions(declaration, syntax)
            }
        }
        try updateExports(&placer.image, placed: fresh)
        if hasNewEntry { try writeRuntime(&placer.image) }
        if mayPanicSinkDiffer { try updatePanicSink(&placer.image) }
        if mayEntryDiffer { placer.image.entry = entryAddress(placer.image) }
        guard placer.image.hasChanges else { return nil }
        let patch = try placer.image.finish()
        return LinkResult(change: .patch(patch), state: patch.state, before: before)
    }

    private func needsBlock(_ declaration: DeclIndex) -> Bool {
        graph[state: declaration].isLive && graph[state: declaration].interfaceState == .done
            && (decodedInterface(declaration)?.category.hasAddress ?? false)
    }

    /// Declarations whose entry in the positions table is to be written, those of earlier builds included.
    private func movedDeclarations() -> [DeclIndex] {
        var result = moved
        for number in files.numbers where files[number].arePositionsPending {
            result += presentDeclarations(of: number).filter { graph[text: $0].slot != 0 }
            files[number].arePositionsPending = false
            changedFiles.insert(number)
        }
        return result.filter { graph[state: $0].isLive }
    }

    /// A declaration where it stands in the program.
    struct OrderedDeclaration {
        let file: FileNumber
        let line: UInt32
        let column: UInt32
        let declaration: DeclIndex

        /// Of two declarations of one file.
        fileprivate static func < (a: Self, b: Self) -> Bool {
            if a.line != b.line { return a.line < b.line }
            return a.column != b.column ? a.column < b.column : a.declaration < b.declaration
        }
    }

    /// Sorted by path, then position.
    private func inOrder(_ declarations: some Collection<DeclIndex>) -> [DeclIndex] {
        declarations.count < 2 ? Array(declarations) : ordered(declarations).map(\.declaration)
    }

    /// Sorted by path, then position.
    private func ordered(_ declarations: some Collection<DeclIndex>) -> [OrderedDeclaration] {
        var counts = Array(repeating: 0, count: files.count)
        for declaration in declarations { counts[Int(graph.file(of: declaration))] += 1 }
        let inOrder = counts.indices.filter { counts[$0] > 0 }.map(FileNumber.init).sorted(by: isFileBefore)
        // Where the next declaration of each file goes.
        var places = Array(repeating: 0, count: files.count)
        var count = 0
        for file in inOrder {
            places[Int(file)] = count
            count += counts[Int(file)]
        }
        var ordered = [OrderedDeclaration](unsafeUninitializedCapacity: count) { memory, initializedCount in
            for declaration in declarations {
                let (file, position) = (graph.file(of: declaration), position(of: declaration))
                let place = places[Int(file)]
                memory.initializeElement(
                    at: place,
                    to: OrderedDeclaration(
                        file: file, line: position.line, column: position.column, declaration: declaration))
                places[Int(file)] = place + 1
            }
            initializedCount = count
        }
        for file in inOrder {
            let end = places[Int(file)]
            sort(&ordered[end - counts[Int(file)]..<end])
        }
        return ordered
    }

    /// Sorts declarations of a file. Their numbers were given in this order, unless the sources were edited since.
    private func sort(_ declarations: inout ArraySlice<OrderedDeclaration>) {
        let isSorted = declarations.withUnsafeBufferPointer { declarations in
            declarations.indices.dropFirst().allSatisfy { declarations[$0 - 1] < declarations[$0] }
        }
        if !isSorted { declarations.sort(by: <) }
    }

    private func imageState() throws(ImageError) -> ImageState {
        var sections: [SectionState] = []
        do throws(CacheError) {
            try store.forEachSection { row in
                guard let id = SectionID(rawValue: row.number) else { return }
                sections.append(
                    SectionState(id: id, fileOffset: row.fileOffset, fileRoom: row.fileRoom, size: row.size))
            }
        } catch {
            throw .outside(error)
        }
        return ImageState(
            sections: sections, fileSize: UInt64(clamping: meta.output?.size ?? 0),
            firstGlobal: SymbolIndex(meta.firstGlobal), entry: meta.entryAddress, buildID: meta.buildID)
    }

    // MARK: - Runtime

    /// Whether the handler of panics may hand its text to somebody else than it did. An update that touches no export does
    /// not make the code of the runtime to see that its own sink stands where it stood.
    private var mayPanicSinkDiffer: Bool { panicSink != 0 || !touchedExports.isEmpty || hadErrors || hasNewEntry }

    /// Whether the program may begin at another address.
    private var mayEntryDiffer: Bool {
        let entry = DeclIndex(meta.entry)
        return hasNewEntry || hadErrors || hasMark(entry, Mark.analysed) || code.place(of: entry) != nil
    }

    private var runtime: Runtime { Runtime(entry: DeclIndex(meta.entry)) }

    /// The runtime is the first block of the text, so that its place need not be remembered.
    private func placeRuntime(_ image: inout Image) throws(ImageError) {
        let runtime = runtime
        let size = UInt64(runtime.code.bytes.count)
        let block = try image.allocate(.text, size: size, alignment: UInt64(runtime.code.alignment))
        _ = try image.addLocalSymbol(
            Array("zbuild:runtime".utf8), .function, .text, offset: block.offset, size: size)
        try image.setSlot(.panicHandler, block.address + UInt64(runtime.handler))
    }

    /// What the panic handler hands its text to: a function that the program exports for it, else the runtime's own.
    private func updatePanicSink(_ image: inout Image) throws(ImageError) {
        var address = image.address(.text, UInt64(runtime.sink))
        if let link = graph[state: DeclIndex(panicSink)].link, let section = SectionID(rawValue: link.section) {
            address = image.address(section, link.offset)
        }
        if try image.slot(.panicSink) != address { try image.setSlot(.panicSink, address) }
    }

    private func writeRuntime(_ image: inout Image) throws(ImageError) {
        let entrySlot = SlotIndex(graph[text: DeclIndex(meta.entry)].slot)
        try image.write(.text, at: 0, runtime.bytes(entrySlot: entrySlot))
        image.entry = entryAddress(image)
    }

    /// A naked entry point is entered as the kernel leaves it, any other through the runtime's stub.
    private func entryAddress(_ image: Image) -> UInt64 {
        let entry = DeclIndex(meta.entry)
        guard let link = graph[state: entry].link else { return 0 }
        guard let interface = decodedInterface(entry), case .function(let type) = analyzer.types[interface.type],
            type.convention != .Naked, let stub = runtime.stub
        else { return image.address(.text, link.offset) }
        return image.address(.text, UInt64(stub))
    }
}

extension Runtime {
    /// The runtime of a program that begins at `entry`.
    init(entry: DeclIndex) {
        self = Runtime.machineCode(positionsAddress: SectionID.positions.address, entry: entry)
    }

    /// Its bytes at the start of the text. The only declaration that it calls is the entry point.
    func bytes(entrySlot: SlotIndex) -> [UInt8] {
        var bytes = code.bytes
        let entry = ProgramPlace(slot: entrySlot, address: SectionID.text.address)
        for relocation in code.relocations {
            let field = AddressField(RelocationRecord(relocation), relocation.kind, own: entry, target: entry)
            bytes.withUnsafeMutableBytes { field?.store(in: $0, at: Int(relocation.offset)) }
        }
        return bytes
    }
}

/// A change of the executable, ready to be carried out.
struct LinkResult {
    enum Change: Sendable {
        /// The file that there is becomes another.
        case patch(Patch)
        /// A whole new file.
        case program(UnwrittenProgram)

        /// The executable afterwards, of a whole new file without the build id.
        var state: ImageState {
            switch self {
            case .patch(let patch): patch.state
            case .program(let program): program.state
            }
        }

        /// What is to be written. Throws where the cache cannot have said what is in it.
        func patch() throws(CacheError) -> Patch {
            switch self {
            case .patch(let patch): patch
            case .program(let program): try program.write()
            }
        }
    }
    var change: Change
    /// The executable afterwards, of a whole new file without the build id.
    var state: ImageState
    /// The parts of the executable that is patched; none if the whole file is made.
    var before: [SectionState] = []
    /// The free room of a clean image; that of an update is in the cache already.
    var holes: MemoryHoleStore?

    /// Whether it makes the whole file.
    var isClean: Bool { before.isEmpty }

    /// The parts that are not what they were.
    var changedSections: [SectionState] {
        state.sections.filter { !before.contains($0) }
    }
}

/// The free room of the executable, in the cache.
final class CacheHoleStore: HoleStore {
    private let store: CacheStore

    init(store: CacheStore) { self.store = store }

    func bestFit(_ section: SectionID, atLeast size: UInt64) throws(ImageError) -> Hole? {
        try wrap { () throws(CacheError) in try store.bestHole(in: section.rawValue, size: size) }
    }

    func hole(_ section: SectionID, startingAt offset: UInt64) throws(ImageError) -> Hole? {
        try wrap { () throws(CacheError) in try store.hole(in: section.rawValue, startingAt: offset) }
    }

    func hole(_ section: SectionID, endingAt offset: UInt64) throws(ImageError) -> Hole? {
        try wrap { () throws(CacheError) in try store.hole(in: section.rawValue, endingAt: offset) }
    }

    func insert(_ hole: Hole, _ section: SectionID) throws(ImageError) {
        do throws(CacheError) {
            try store.putHole(HoleRow(section: section.rawValue, offset: hole.offset, size: hole.size))
        } catch {
            throw .outside(error)
        }
    }

    func remove(_ hole: Hole, _ section: SectionID) throws(ImageError) {
        do throws(CacheError) {
            try store.removeHole(in: section.rawValue, startingAt: hole.offset)
        } catch {
            throw .outside(error)
        }
    }

    private func wrap(_ find: () throws(CacheError) -> HoleRow?) throws(ImageError) -> Hole? {
        do throws(CacheError) {
            return try find().map { Hole(offset: $0.offset, size: $0.size) }
        } catch {
            throw .outside(error)
        }
    }
}
