/// What is wrong with a file that should be ELF.
public enum ELFReaderError: Error, Equatable {
    /// It ends before something that it must have.
    case truncated
    /// It does not begin as ELF files of this version do.
    case notELF
    /// The entries of a table do not have the size of its structure.
    case badSize
    /// A number points outside of what it must be in.
    case outOfBounds
}

/// Reads an ELF file of either class and byte order from its bytes.
///
/// The bytes may be anything: whatever they say is checked before it is followed.
public struct ELFReader: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// Its header.
    public let header: FileHeader
    /// Its segments.
    public let programHeaders: [ProgramHeader]
    /// Its sections, the null section first.
    public let sectionHeaders: [SectionHeader]

    /// Reads the header and both tables of headers.
    public init(_ bytes: [UInt8]) throws(ELFReaderError) {
        self.bytes = bytes
        let format = try FileHeader.format(identification: bytes.prefix(EI_NIDENT))
        var reader = FieldReader(format, bytes[...])
        header = try FileHeader(&reader)
        programHeaders = try Self.table(
            bytes, format, offset: header.programHeaderOffset, count: UInt64(header.programHeaderCount))
        sectionHeaders = try Self.table(
            bytes, format, offset: header.sectionHeaderOffset, count: UInt64(header.sectionHeaderCount))
    }

    /// Part of the file.
    public func slice(offset: UInt64, count: UInt64) throws(ELFReaderError) -> ArraySlice<UInt8> {
        try Self.slice(bytes, offset, count)
    }

    /// Bytes of a section; none for one without bytes in the file.
    public func content(of section: SectionHeader) throws(ELFReaderError) -> ArraySlice<UInt8> {
        if section.type == SHT_NOBITS || section.type == SHT_NULL { return [] }
        return try slice(offset: section.offset, count: section.size)
    }

    /// Name of a section.
    public func name(of section: SectionHeader) throws(ELFReaderError) -> String {
        guard Int(header.sectionNameIndex) < sectionHeaders.count else { throw .outOfBounds }
        return try string(in: sectionHeaders[Int(header.sectionNameIndex)], at: section.name)
    }

    /// The first section of a name.
    public func section(named name: String) throws(ELFReaderError) -> SectionHeader? {
        for section in sectionHeaders where try self.name(of: section) == name { return section }
        return nil
    }

    /// All symbols, the null symbol first; none if there is no table of them.
    public func symbols() throws(ELFReaderError) -> [Symbol] {
        guard let table = sectionHeaders.first(where: { $0.type == SHT_SYMTAB }) else { return [] }
        let size = UInt64(Symbol.size(header.format))
        guard table.entrySize == size, table.size % size == 0 else { throw .badSize }
        return try Self.table(bytes, header.format, offset: table.offset, count: table.size / size)
    }

    /// Name of a symbol.
    public func name(of symbol: Symbol) throws(ELFReaderError) -> String {
        guard let table = sectionHeaders.first(where: { $0.type == SHT_SYMTAB }) else { throw .outOfBounds }
        guard let strings = sectionHeaders.indices.contains(Int(table.link)) ? sectionHeaders[Int(table.link)] : nil
        else { throw .outOfBounds }
        return try string(in: strings, at: symbol.name)
    }

    /// The GNU build id; nil if there is none.
    public func buildID() throws(ELFReaderError) -> [UInt8]? {
        for segment in programHeaders where segment.type == PT_NOTE {
            let note = try slice(offset: segment.offset, count: segment.fileSize)
            if let id = try BuildIDNote.id(in: note, header.format) { return id }
        }
        return nil
    }

    /// Bytes of the file that stand at `address` in memory; nil where no segment has them all.
    public func memory(at address: UInt64, count: UInt64) throws(ELFReaderError) -> ArraySlice<UInt8>? {
        for segment in programHeaders where segment.type == PT_LOAD && address >= segment.address {
            let start = address - segment.address
            guard start <= segment.fileSize, count <= segment.fileSize - start else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(start)
            guard !overflow else { throw .outOfBounds }
            return try slice(offset: offset, count: count)
        }
        return nil
    }

    private func string(in section: SectionHeader, at offset: UInt32) throws(ELFReaderError) -> String {
        let strings = try content(of: section)
        guard Int(offset) < strings.count else { throw .outOfBounds }
        let start = strings.startIndex + Int(offset)
        guard let end = strings[start...].firstIndex(of: 0) else { throw .outOfBounds }
        return String(decoding: strings[start..<end], as: UTF8.self)
    }

    private static func slice(
        _ bytes: [UInt8], _ offset: UInt64, _ count: UInt64
    ) throws(ELFReaderError) -> ArraySlice<UInt8> {
        let size = UInt64(bytes.count)
        guard offset <= size, count <= size - offset else { throw .truncated }
        return bytes[Int(offset)..<Int(offset + count)]
    }

    private static func table<Entry: ELFStructure>(
        _ bytes: [UInt8], _ format: ELFFormat, offset: UInt64, count: UInt64
    ) throws(ELFReaderError) -> [Entry] {
        let (size, overflow) = count.multipliedReportingOverflow(by: UInt64(Entry.size(format)))
        guard !overflow else { throw .outOfBounds }
        var reader = FieldReader(format, try slice(bytes, offset, size))
        var entries: [Entry] = []
        entries.reserveCapacity(Int(count))
        for _ in 0..<count { entries.append(try Entry(&reader)) }
        return entries
    }
}
