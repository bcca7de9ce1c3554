// What a file says about itself need not be kept elsewhere.

/// Gives `count` bytes of the executable from `offset` on.
public typealias ImageReader = (_ offset: UInt64, _ count: Int) throws(ImageError) -> [UInt8]

extension ImageState {
    /// The state of the executable that `read` gives: the caller knows the sections, their room, the file's size and what
    /// it is made for; the rest stands in the file, whose headers must be those of the state.
    public init(
        sections: [SectionState], fileSize: UInt64, target: ImageTarget = .x86_64, read: ImageReader
    ) throws(ImageError) {
        let page = try read(0, Int(SectionLayout.pageSize))
        guard page.count == Int(SectionLayout.pageSize) else { throw .damaged(.reading) }
        self.init(
            sections: sections, fileSize: fileSize, firstGlobal: SymbolIndex(1), entry: 0, buildID: [], target: target)
        guard let header = try? Self.header(page), header.file.format == target.format,
            sections.count == SectionID.count
        else {
            throw .damaged(.headers)
        }
        entry = header.file.entry
        buildID = header.id
        let room = sections[SectionID.sectionHeaders.index]
        guard room.fileOffset < fileSize else { throw .damaged(.section(.sectionHeaders)) }
        let table = try read(room.fileOffset, Int(HeaderTables.sectionHeaderSize(target.format)))
        firstGlobal = try Self.firstGlobal(table, target.format)
        try validate()
        let expected = HeaderTables(self)
        guard expected.fileHeader == Array(page[..<StopScript.size]), expected.sectionHeaders == table else {
            throw .damaged(.headers)
        }
    }

    private static func header(_ page: [UInt8]) throws(ELFReaderError) -> (file: FileHeader, id: [UInt8]) {
        let format = try FileHeader.format(identification: page.prefix(EI_NIDENT))
        var reader = FieldReader(format, page[...])
        let file = try FileHeader(&reader)
        let note = page.dropFirst(Int(HeaderTables.noteOffset)).prefix(BuildIDNote.size)
        return (file, try BuildIDNote.id(in: note, format) ?? [])
    }

    private static func firstGlobal(_ table: [UInt8], _ format: ELFFormat) throws(ImageError) -> SymbolIndex {
        let start = Int(SectionID.symtab.headerIndex) * SectionHeader.size(format)
        guard table.count == Int(HeaderTables.sectionHeaderSize(format)) else { throw .damaged(.reading) }
        var reader = FieldReader(format, table[start...])
        guard let header = try? SectionHeader(&reader) else { throw .damaged(.headers) }
        return SymbolIndex(header.info)
    }
}
