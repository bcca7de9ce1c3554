/// The header at the start of an ELF file: `Elf32_Ehdr`, `Elf64_Ehdr`.
public struct FileHeader: Equatable, Sendable {
    /// Class and byte order, in `e_ident`.
    public var format: ELFFormat
    /// Kind of file: `ET_EXEC`.
    public var type: UInt16
    /// Architecture: `EM_X86_64`.
    public var machine: UInt16
    /// Address of the first instruction.
    public var entry: UInt64
    /// Where the program headers are in the file.
    public var programHeaderOffset: UInt64
    /// Where the section headers are in the file.
    public var sectionHeaderOffset: UInt64
    /// Flags of the architecture.
    public var flags: UInt32 = 0
    /// Entries of the table of program headers.
    public var programHeaderCount: UInt16
    /// Entries of the table of section headers.
    public var sectionHeaderCount: UInt16
    /// Which section holds the names of sections.
    public var sectionNameIndex: UInt16
}

extension FileHeader: ELFStructure {
    static func size(_ format: ELFFormat) -> Int { format.is64Bit ? 64 : 52 }

    func encode(_ writer: inout FieldWriter, _ memory: inout MutableRawSpan) {
        for byte in identification { writer.put(byte, &memory) }
        writer.put(type, &memory)
        writer.put(machine, &memory)
        writer.put(UInt32(EV_CURRENT), &memory)
        writer.putWord(entry, &memory)
        writer.putWord(programHeaderOffset, &memory)
        writer.putWord(sectionHeaderOffset, &memory)
        writer.put(flags, &memory)
        writer.put(UInt16(Self.size(format)), &memory)
        writer.put(UInt16(ProgramHeader.size(format)), &memory)
        writer.put(programHeaderCount, &memory)
        writer.put(UInt16(SectionHeader.size(format)), &memory)
        writer.put(sectionHeaderCount, &memory)
        writer.put(sectionNameIndex, &memory)
    }

    /// `e_ident`.
    private var identification: [UInt8] {
        let fileClass = format.is64Bit ? ELFCLASS64 : ELFCLASS32
        let order = format.isLittleEndian ? ELFDATA2LSB : ELFDATA2MSB
        let start = [ELFMAG0, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F"), fileClass, order]
        let named = start + [EV_CURRENT, ELFOSABI_NONE]
        return named + [UInt8](repeating: 0, count: EI_NIDENT - named.count)
    }

    /// Finds out the format from `e_ident`.
    static func format(identification: ArraySlice<UInt8>) throws(ELFReaderError) -> ELFFormat {
        let bytes = Array(identification)
        guard bytes.count >= EI_NIDENT else { throw .truncated }
        guard bytes[0..<4] == [ELFMAG0, 0x45, 0x4C, 0x46], bytes[6] == EV_CURRENT else { throw .notELF }
        guard [ELFCLASS32, ELFCLASS64].contains(bytes[4]), [ELFDATA2LSB, ELFDATA2MSB].contains(bytes[5]) else {
            throw .notELF
        }
        return ELFFormat(is64Bit: bytes[4] == ELFCLASS64, isLittleEndian: bytes[5] == ELFDATA2LSB)
    }

    init(_ reader: inout FieldReader) throws(ELFReaderError) {
        format = reader.format
        for _ in 0..<EI_NIDENT { _ = try reader.take(UInt8.self) }
        type = try reader.take(UInt16.self)
        machine = try reader.take(UInt16.self)
        _ = try reader.take(UInt32.self)
        entry = try reader.takeWord()
        programHeaderOffset = try reader.takeWord()
        sectionHeaderOffset = try reader.takeWord()
        flags = try reader.take(UInt32.self)
        _ = try reader.take(UInt16.self)
        let programHeaderSize = try reader.take(UInt16.self)
        programHeaderCount = try reader.take(UInt16.self)
        let sectionHeaderSize = try reader.take(UInt16.self)
        sectionHeaderCount = try reader.take(UInt16.self)
        sectionNameIndex = try reader.take(UInt16.self)
        guard programHeaderCount == 0 || Int(programHeaderSize) == ProgramHeader.size(format) else { throw .badSize }
        guard sectionHeaderCount == 0 || Int(sectionHeaderSize) == SectionHeader.size(format) else { throw .badSize }
    }
}
