// What a file says about itself need not be kept elsewhere.

/// Gives `count` bytes of the executable from `offset` on.
public typealias ImageReader = (_ offset: UInt64, _ count: Int) throws(ImageError) -> [UInt8]

extension ImageState {
    /// The state of the executable that `read` gives: the caller knows the sections, their room and the file's size;
    /// the rest stands in the file, whose headers must be those of the state.
    public init(sections: [SectionState], fileSize: UInt64, read: ImageReader) throws(ImageError) {
        let page = try read(0, Int(SectionLayout.pageSize))
        guard page.count == Int(SectionLayout.pageSize) else { throw .damaged(.reading) }
        self.init(sections: sections, fileSize: fileSize, firstGlobal: SymbolIndex(1), entry: 0, buildID: [])
        guard let header = try? Self.header(page), sections.count == SectionID.allCases.count else {
            throw .damaged(.headers)
        }
        entry = header.file.entry
        buildID = header.id
        let room = sections[SectionID.sectionHeaders.index]
        guard room.fileOffset < fileSize else { throw .damaged(.section(.sectionHeaders)) }
        let table = try read(room.fileOffset, Int(HeaderTables.sectionHeaderSize))
        firstGlobal = try Self.firstGlobal(table)
        try validate()
        let expected = HeaderTables(self)
        guard expected.fileHeader == Array(page[..<StopScript.size]), expected.sectionHeaders == table else {
            throw .damaged(.headers)
        }
    }

    private static func header(_ page: [UInt8]) throws(ELFReaderError) -> (file: FileHeader, id: [UInt8]) {
        guard try FileHeader.format(identification: page.prefix(EI_NIDENT)) == .elf64Little else { throw .notELF }
        var reader = FieldReader(.elf64Little, page[...])
        let file = try FileHeader(&reader)
        let note = page.dropFirst(Int(HeaderTables.noteOffset)).prefix(BuildIDNote.size)
        return (file, try BuildIDNote.id(in: note, .elf64Little) ?? [])
    }

    private static func firstGlobal(_ table: [UInt8]) throws(ImageError) -> SymbolIndex {
        let start = Int(SectionID.symtab.headerIndex) * SectionHeader.size(.elf64Little)
        guard table.count == Int(HeaderTables.sectionHeaderSize) else { throw .damaged(.reading) }
        var reader = FieldReader(.elf64Little, table[start...])
        guard let header = try? SectionHeader(&reader) else { throw .damaged(.headers) }
        return SymbolIndex(header.info)
    }
}
