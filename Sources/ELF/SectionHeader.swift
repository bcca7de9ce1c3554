/// One section of an ELF file: `Elf32_Shdr`, `Elf64_Shdr`.
public struct SectionHeader: Equatable, Sendable {
    /// Where its name stands in the section of names.
    public var name: UInt32 = 0
    /// What it is: `SHT_PROGBITS`, ...
    public var type: UInt32 = SHT_NULL
    /// `SHF_ALLOC`, ...
    public var flags: UInt64 = 0
    /// Where it stands in memory, if it does.
    public var address: UInt64 = 0
    /// Where its bytes are in the file.
    public var offset: UInt64 = 0
    /// Bytes.
    public var size: UInt64 = 0
    /// For symbols: the section of their names.
    public var link: UInt32 = 0
    /// For symbols: the first that is not local.
    public var info: UInt32 = 0
    /// Required alignment of `address`.
    public var alignment: UInt64 = 0
    /// Bytes of an entry, for a table.
    public var entrySize: UInt64 = 0

    /// The null section.
    public init() {}
}

extension SectionHeader: ELFStructure {
    static func size(_ format: ELFFormat) -> Int { format.is64Bit ? 64 : 40 }

    func encode(_ writer: inout FieldWriter, _ memory: inout MutableRawSpan) {
        writer.put(name, &memory)
        writer.put(type, &memory)
        writer.putWord(flags, &memory)
        writer.putWord(address, &memory)
        writer.putWord(offset, &memory)
        writer.putWord(size, &memory)
        writer.put(link, &memory)
        writer.put(info, &memory)
        writer.putWord(alignment, &memory)
        writer.putWord(entrySize, &memory)
    }

    init(_ reader: inout FieldReader) throws(ELFReaderError) {
        name = try reader.take(UInt32.self)
        type = try reader.take(UInt32.self)
        flags = try reader.takeWord()
        address = try reader.takeWord()
        offset = try reader.takeWord()
        size = try reader.takeWord()
        link = try reader.take(UInt32.self)
        info = try reader.take(UInt32.self)
        alignment = try reader.takeWord()
        entrySize = try reader.takeWord()
    }
}
