/// One segment of an ELF file: `Elf32_Phdr`, `Elf64_Phdr`.
public struct ProgramHeader: Equatable, Sendable {
    /// What it is: `PT_LOAD`, ...
    public var type: UInt32
    /// `PF_R`, `PF_W`, `PF_X`.
    public var flags: UInt32
    /// Where its bytes are in the file.
    public var offset: UInt64
    /// Where it stands in memory.
    public var address: UInt64
    /// Bytes in the file.
    public var fileSize: UInt64
    /// Bytes in memory; those without a byte in the file are zero.
    public var memorySize: UInt64
    /// `address` and `offset` are equal modulo this.
    public var alignment: UInt64
}

extension ProgramHeader: ELFStructure {
    static func size(_ format: ELFFormat) -> Int { format.is64Bit ? 56 : 32 }

    // The classes differ in where the flags stand.
    func encode(_ writer: inout FieldWriter, _ memory: inout MutableRawSpan) {
        writer.put(type, &memory)
        if writer.format.is64Bit { writer.put(flags, &memory) }
        writer.putWord(offset, &memory)
        writer.putWord(address, &memory)
        writer.putWord(address, &memory)
        writer.putWord(fileSize, &memory)
        writer.putWord(memorySize, &memory)
        if !writer.format.is64Bit { writer.put(flags, &memory) }
        writer.putWord(alignment, &memory)
    }

    init(_ reader: inout FieldReader) throws(ELFReaderError) {
        type = try reader.take(UInt32.self)
        flags = reader.format.is64Bit ? try reader.take(UInt32.self) : 0
        offset = try reader.takeWord()
        address = try reader.takeWord()
        _ = try reader.takeWord()
        fileSize = try reader.takeWord()
        memorySize = try reader.takeWord()
        if !reader.format.is64Bit { flags = try reader.take(UInt32.self) }
        alignment = try reader.takeWord()
    }
}
