import BLAKE3

/// A clean image in which everything has its place, and of which bytes are missing: the content of blocks, which the caller
/// fills in, and what tables hold of declarations. Any thread may do that.
public struct ImageContent: Sendable {
    private var sections: [ImageSection]
    /// Declarations, in the order in which they were added.
    public let entries: [ImageEntry]
    /// The executable, but for its build id.
    public private(set) var state: ImageState

    /// What `image` is, which must not be used any more.
    init(_ image: inout Image) {
        let names = HeaderTables.sectionNames
        image.sections[SectionID.shstrtab.index].buffer.write(names.span, at: 0)
        let fileSize = Self.layOutFile(&image.sections)
        state = image.currentState(
            fileSize: fileSize, buildID: [UInt8](repeating: 0, count: BuildIDNote.idSize))
        sections = image.sections
        entries = image.entries
        // So that buffers are not shared, and not copied when they are written to.
        image.sections = []
    }

    /// Places sections one after another. Gives the size of the file.
    private static func layOutFile(_ sections: inout [ImageSection]) -> UInt64 {
        var offset: UInt64 = 0
        for section in sections.indices where SectionID.allCases[section] != .bss {
            let room = sections[section].state.roomAnew
            sections[section].state.fileOffset = offset
            sections[section].state.fileRoom = room
            offset += room
        }
        return offset
    }

    /// Has `fill` fill in the content of blocks in `section`, whose bytes it gets.
    public mutating func fill(_ section: SectionID, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        guard sections[section.index].hasBytes else { return }
        sections[section.index].withBytes(fill)
    }

    /// Fills in the rest. Gives bytes and steps that make the file.
    ///
    /// The build id is a hash of the content, or of `content` where the caller knows a number that stands for it.
    public consuming func finish(content: Digest? = nil) -> Patch {
        fillTables()
        var steps: [PatchStep] = []
        for section in sections.indices where hasBytes(section) {
            steps.append(.write(offset: sections[section].state.fileOffset, bytes: takeBytes(of: section)))
        }
        state.buildID = BuildID.next(after: [], content: content, steps)
        return Patch(headersOf: state, content: steps)
    }

    /// A part of the text as it is before any block is filled in.
    public func text(_ range: Range<Int>) -> [UInt8] { sections[SectionID.text.index].buffer.read(range) }

    /// Fills in all but the text, which somebody else writes, and hands it to `write`.
    ///
    /// The text is most of an executable. Made in pieces, by whatever thread has time, it needs no memory as a whole.
    public consuming func finishAllButText<Failure: Error>(
        _ write: (_ offset: UInt64, _ bytes: [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> ImageFrame {
        fillTables()
        var parts: [WrittenPart] = []
        for section in sections.indices where hasBytes(section) && section != SectionID.text.index {
            let (offset, bytes) = (sections[section].state.fileOffset, takeBytes(of: section))
            parts.append(WrittenPart(offset: offset, hash: Digest.hash(bytes)))
            try write(offset, bytes)
        }
        return ImageFrame(state: state, parts: parts)
    }

    private func hasBytes(_ section: Int) -> Bool { sections[section].hasBytes && sections[section].state.size > 0 }

    private mutating func takeBytes(of section: Int) -> [UInt8] {
        sections[section].buffer.take(Int(sections[section].state.size))
    }

    /// Fills in what tables hold of declarations.
    private mutating func fillTables() {
        guard !entries.isEmpty else { return }
        let format = state.target.format
        sections[SectionID.slots.index].fill(entries) { (entry, memory) in
            var writer = FieldWriter(format, at: Int(entry.slot.offset))
            writer.put(entry.block.address, &memory)
        }
        sections[SectionID.positions.index].fill(entries) { (entry, memory) in
            var writer = FieldWriter(format, at: Int(entry.slot.positionOffset))
            writer.put(entry.position.path, &memory)
            writer.put(entry.position.name, &memory)
            writer.put(entry.position.line, &memory)
            writer.put(entry.position.column, &memory)
        }
        sections[SectionID.symtab.index].fill(entries) { (entry, memory) in
            var writer = FieldWriter(format, at: Int(entry.symbol.offset(format)))
            Symbol(entry).encode(&writer, &memory)
        }
        fillSymbolNames()
    }

    /// The name of a declaration's symbol is the one that its position points at.
    private mutating func fillSymbolNames() {
        let names = sections[SectionID.names.index].buffer
        sections[SectionID.strtab.index].fill(entries) { (entry, memory) in
            let start = Int(entry.position.name) - Int(SectionID.names.address)
            names.copy(start..<(start + Int(entry.nameSize)), to: &memory, at: Int(entry.symbolName))
        }
    }
}

extension ImageSection {
    /// Has `fill` write what this section holds of each of `entries`.
    fileprivate mutating func fill(_ entries: [ImageEntry], _ fill: (ImageEntry, inout MutableRawSpan) -> Void) {
        buffer.grow(to: Int(state.size))
        buffer.withSpan { memory in
            for entry in entries { fill(entry, &memory) }
        }
    }

    /// Has `fill` write into it.
    fileprivate mutating func withBytes(_ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        buffer.grow(to: Int(state.size))
        buffer.withSpan { memory in memory.withUnsafeMutableBytes(fill) }
    }
}

extension Symbol {
    /// The local symbol of a declaration.
    fileprivate init(_ entry: ImageEntry) {
        self.init()
        name = entry.symbolName
        info = STB_LOCAL << 4 | entry.kind.rawValue
        section = entry.section.headerIndex
        value = entry.block.address
        size = entry.size
    }
}
