/// The headers of an executable: everything in the file that follows from its state alone.
struct HeaderTables {
    /// Where the program headers are: after the bytes that the stop script needs.
    static let programHeaderOffset = UInt64(StopScript.size)
    /// Where the note with the build id is: after room for many more program headers.
    static let noteOffset: UInt64 = 1024
    /// Bytes of the table of section headers: the null section and all others.
    static func sectionHeaderSize(_ format: ELFFormat) -> UInt64 {
        UInt64(SectionID.count * SectionHeader.size(format))
    }

    /// Program headers that there is room for: one a section in memory, the note, the stack.
    private static let programHeaderRoom = 10

    /// Content of `.shstrtab`.
    static let sectionNames: [UInt8] = {
        var names: [UInt8] = [0]
        for place in 0..<SectionID.count - 1 {
            guard let section = SectionID(rawValue: UInt8(place)) else { continue }
            names += section.name.utf8
            names.append(0)
        }
        return names
    }()

    /// The first bytes of the file, as many as the stop script has.
    let fileHeader: [UInt8]
    /// All program headers, and zeros where more may come.
    let programHeaders: [UInt8]
    /// The note.
    let note: [UInt8]
    /// All section headers.
    let sectionHeaders: [UInt8]

    /// Makes the tables of a state.
    init(_ state: ImageState) {
        let format = state.target.format
        let segments = Self.segments(state)
        fileHeader = Self.table(StopScript.size) { memory in
            var writer = FieldWriter(format)
            Self.header(state, segments.count).encode(&writer, &memory)
        }
        programHeaders = segments.bytes
        note = BuildIDNote.bytes(state.buildID, format)
        sectionHeaders = Self.sections(state)
    }

    /// So many bytes, of which `fill` writes those that are not 0.
    private static func table(_ count: Int, _ fill: (inout MutableRawSpan) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        fill(&memory)
        return bytes
    }

    private static func header(_ state: ImageState, _ segmentCount: Int) -> FileHeader {
        FileHeader(
            format: state.target.format, type: ET_EXEC, machine: state.target.machine, entry: state.entry,
            programHeaderOffset: programHeaderOffset,
            sectionHeaderOffset: state.sections[SectionID.sectionHeaders.index].fileOffset,
            programHeaderCount: UInt16(segmentCount), sectionHeaderCount: UInt16(SectionID.count),
            sectionNameIndex: SectionID.shstrtab.headerIndex)
    }

    /// In ascending order of addresses, as the specification wants it. Nothing stands in memory for an empty section.
    private static func segments(_ state: ImageState) -> (bytes: [UInt8], count: Int) {
        let format = state.target.format
        var count = 0
        let bytes = table(programHeaderRoom * ProgramHeader.size(format)) { memory in
            var writer = FieldWriter(format)
            for section in state.sections where section.id.layout.access != 0 && section.size > 0 {
                segment(section).encode(&writer, &memory)
                count += 1
            }
            noteSegment.encode(&writer, &memory)
            stackSegment.encode(&writer, &memory)
            count += 2
        }
        return (bytes, count)
    }

    private static var noteSegment: ProgramHeader {
        ProgramHeader(
            type: PT_NOTE, flags: PF_R, offset: noteOffset, address: SectionID.headers.address + noteOffset,
            fileSize: UInt64(BuildIDNote.size), memorySize: UInt64(BuildIDNote.size), alignment: 4)
    }

    private static var stackSegment: ProgramHeader {
        ProgramHeader(
            type: PT_GNU_STACK, flags: PF_R | PF_W, offset: 0, address: 0, fileSize: 0, memorySize: 0, alignment: 16)
    }

    private static func segment(_ section: SectionState) -> ProgramHeader {
        ProgramHeader(
            type: PT_LOAD, flags: section.id.layout.access, offset: section.fileOffset, address: section.id.address,
            fileSize: section.id == .bss ? 0 : section.size, memorySize: section.size,
            alignment: SectionLayout.pageSize)
    }

    private static func sections(_ state: ImageState) -> [UInt8] {
        let format = state.target.format
        return table(Int(sectionHeaderSize(format))) { memory in
            var writer = FieldWriter(format)
            SectionHeader().encode(&writer, &memory)
            var name: UInt32 = 1
            for section in state.sections.dropLast() {
                var header = self.section(section, format)
                header.name = name
                name += UInt32(section.id.name.utf8.count) + 1
                if section.id == .symtab {
                    header.link = UInt32(SectionID.strtab.headerIndex)
                    header.info = state.firstGlobal.rawValue
                }
                header.encode(&writer, &memory)
            }
        }
    }

    private static func section(_ section: SectionState, _ format: ELFFormat) -> SectionHeader {
        let layout = section.id.layout(format)
        var header = SectionHeader()
        header.type = layout.type
        header.address = layout.address
        header.offset = section.fileOffset
        header.size = section.size
        header.alignment = layout.unit
        if layout.access != 0 { header.flags = SHF_ALLOC }
        if layout.access & PF_W != 0 { header.flags |= SHF_WRITE }
        if layout.access & PF_X != 0 { header.flags |= SHF_EXECINSTR }
        switch section.id {
        case .headers:
            header.address += noteOffset
            header.offset = noteOffset
            header.size = UInt64(BuildIDNote.size)
            header.alignment = 4
        case .symtab:
            header.alignment = format.is64Bit ? 8 : 4
            header.entrySize = layout.unit
        case .slots, .positions: header.entrySize = layout.unit
        default: break
        }
        return header
    }
}
