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
    /// The code of the image's entries.
    private var code: [GeneratedCode] = []
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
        UnwrittenProgram(content: image.content(), code: code, entryNumbers: entryNumbers)
    }

    /// Gives `declarations`, which are in order and all have code, their places.
    mutating func place(_ declarations: [DeclIndex]) throws(ImageError) {
        code.reserveCapacity(declarations.count)
        image.reserve(declarations: declarations.count)
        var module = Module()
        for declaration in declarations {
            guard let code = update.code[declaration] else { continue }
            let file = update.graph.file(of: declaration)
            if file != module.file { module = try self.module(file) }
            update.placing = declaration
            try place(declaration, code, module)
            self.code.append(code)
            entryNumbers[Int(declaration.rawValue)] = UInt32(self.code.count)
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
        _ declaration: DeclIndex, _ code: GeneratedCode, _ module: Module
    ) throws(ImageError) {
        let graph = update.graph
        let position = update.position(of: declaration)
        let entry = try image.add(
            NewDeclaration(
                path: module.path, line: position.line &+ 1, column: position.column &+ 1, section: code.section,
                size: code.size, alignment: UInt64(code.alignment)),
            prefix: module.prefix, name: graph[text: declaration].name)
        graph[text: declaration].slot = entry.slot.rawValue
        graph[state: declaration].link = LinkRecord(
            section: code.section.rawValue, offset: entry.block.offset, room: entry.block.room, size: entry.size,
            codeHash: code.hash, symbol: entry.symbol.rawValue, relocations: code.relocations)
        update.notePlacement(declaration, before: nil, after: graph[state: declaration].link, entry.block.address)
        if code.section != .bss { update.report.blocks.written += 1 }
    }
}

/// An executable that is made anew, of which everything has its place: what is left is filling in the bytes.
struct UnwrittenProgram: Sendable {
    private var content: ImageContent
    /// The code of the image's entries.
    private let code: [GeneratedCode]
    /// One more than the number of the entry of each declaration; 0 for those without.
    private let entryNumbers: [UInt32]

    init(content: ImageContent, code: [GeneratedCode], entryNumbers: [UInt32]) {
        self.content = content
        self.code = code
        self.entryNumbers = entryNumbers
    }

    /// The executable, but for its bytes and its build id.
    var state: ImageState { content.state }

    /// Bytes and steps that make the file; nil if code refers to what has no place.
    consuming func write() -> Patch? {
        let entries = content.entries
        var isSound = true
        for section in [SectionID.text, .rodata, .data] {
            content.fill(section) { memory in
                for place in entries.indices where entries[place].block.section == section {
                    isSound = write(entries, place, memory) && isSound
                }
            }
        }
        return isSound ? content.finish() : nil
    }

    /// Copies code into its block and fills in the fields that depend on addresses. False if one refers to what has none.
    private func write(_ entries: [ImageEntry], _ place: Int, _ memory: UnsafeMutableRawBufferPointer) -> Bool {
        let own = ProgramPlace(entries[place])
        let start = Int(entries[place].block.offset)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + Int(entries[place].size)])
        code[place].bytes.withUnsafeBytes { bytes.copyMemory(from: $0) }
        for relocation in code[place].relocations {
            guard let kind = Relocation.Kind(rawValue: relocation.kind) else { continue }
            var target = own
            if kind.needsTarget {
                guard let number = entryNumber(relocation.target) else { return false }
                target = ProgramPlace(entries[number])
            }
            guard let field = AddressField(relocation, kind, own: own, target: target) else { continue }
            field.store(in: bytes, at: Int(relocation.offset))
        }
        return true
    }

    /// The number of the entry of `declaration`, if it has one.
    private func entryNumber(_ declaration: DeclNumber) -> Int? {
        guard Int(declaration) < entryNumbers.count, entryNumbers[Int(declaration)] != 0 else { return nil }
        return Int(entryNumbers[Int(declaration)]) - 1
    }
}

extension ProgramPlace {
    fileprivate init(_ entry: ImageEntry) { self.init(slot: entry.slot, address: entry.block.address) }
}
