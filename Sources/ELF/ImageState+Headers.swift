// What of an executable follows from its state alone, for whoever compares a file with it.

extension ImageState {
    /// A run of bytes that the file must have.
    public struct HeaderPart: Equatable, Sendable {
        /// What it is, for people.
        public var name: String
        /// Where it begins in the file.
        public var offset: UInt64
        /// What it holds.
        public var bytes: [UInt8]
    }

    /// The first page but for the build id, the build id's note, the names of sections, and the table of section
    /// headers. Requires a state that `validate` accepts.
    public var headerParts: [HeaderPart] {
        let tables = HeaderTables(self)
        let noteStart = Int(HeaderTables.noteOffset)
        let noteEnd = noteStart + tables.note.count
        var page = tables.fileHeader + tables.programHeaders
        page += [UInt8](repeating: 0, count: max(0, Int(SectionLayout.pageSize) - page.count))
        return [
            HeaderPart(name: "file header", offset: 0, bytes: tables.fileHeader),
            HeaderPart(
                name: "table of segments", offset: UInt64(StopScript.size),
                bytes: Array(page[StopScript.size..<noteStart])),
            HeaderPart(name: "build id", offset: HeaderTables.noteOffset, bytes: tables.note),
            HeaderPart(name: "first page", offset: UInt64(noteEnd), bytes: Array(page[noteEnd...])),
            HeaderPart(
                name: "table of section names", offset: sections[SectionID.shstrtab.index].fileOffset,
                bytes: HeaderTables.sectionNames),
            HeaderPart(
                name: "table of sections", offset: sections[SectionID.sectionHeaders.index].fileOffset,
                bytes: tables.sectionHeaders),
        ]
    }
}

extension Symbol {
    /// The entry of a 64-bit little-endian table of symbols that `bytes` begin with; nil if they end before it does.
    public init?(elf64 bytes: ArraySlice<UInt8>) {
        var reader = FieldReader(.elf64Little, bytes)
        guard let symbol = try? Symbol(&reader) else { return nil }
        self = symbol
    }

    /// Bytes of an entry of such a table.
    public static var elf64Size: Int { size(.elf64Little) }
}
