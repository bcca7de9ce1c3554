import Testing

@testable import ELF

/// Structures of both classes and byte orders: what is written is read back, and stands where the specification says.
@Suite struct StructureTests {
    static let formats = [true, false].flatMap { is64Bit in
        [true, false].map { ELFFormat(is64Bit: is64Bit, isLittleEndian: $0) }
    }

    /// Writes and reads back.
    private func roundTrip<Structure: ELFStructure & Equatable>(
        _ structure: Structure, _ format: ELFFormat
    ) throws -> Structure {
        let bytes = structure.bytes(format)
        #expect(bytes.count == Structure.size(format))
        var reader = FieldReader(format, bytes[...])
        return try Structure(&reader)
    }

    @Test(arguments: formats) func fileHeader(_ format: ELFFormat) throws {
        var header = FileHeader(
            format: format, type: ET_EXEC, machine: EM_X86_64, entry: 0x1234_5678, programHeaderOffset: 0x80,
            sectionHeaderOffset: 0x1000, programHeaderCount: 3, sectionHeaderCount: 12, sectionNameIndex: 11)
        header.flags = 0x0102_0304
        #expect(try roundTrip(header, format) == header)
        #expect(try FileHeader.format(identification: header.bytes(format).prefix(16)) == format)
    }

    @Test(arguments: formats) func programHeader(_ format: ELFFormat) throws {
        let header = ProgramHeader(
            type: PT_LOAD, flags: PF_R | PF_X, offset: 0x1000, address: 0x1000_1000, fileSize: 77, memorySize: 99,
            alignment: 4096)
        #expect(try roundTrip(header, format) == header)
        // p_flags: second in class 64, last but one in class 32.
        let place = format.is64Bit ? 4 : 24
        #expect(header.bytes(format)[place + (format.isLittleEndian ? 0 : 3)] == 5)
    }

    @Test(arguments: formats) func sectionHeader(_ format: ELFFormat) throws {
        var header = SectionHeader()
        header.name = 7
        header.type = SHT_SYMTAB
        header.flags = SHF_ALLOC | SHF_WRITE
        header.address = 0x7654_3210
        header.offset = 0x2000
        header.size = 48
        header.link = 9
        header.info = 2
        header.alignment = 8
        header.entrySize = 24
        #expect(try roundTrip(header, format) == header)
        // sh_info
        let place = format.is64Bit ? 44 : 28
        #expect(header.bytes(format)[place + (format.isLittleEndian ? 0 : 3)] == 2)
    }

    @Test(arguments: formats) func symbol(_ format: ELFFormat) throws {
        var symbol = Symbol()
        symbol.name = 0x0A0B_0C0D
        symbol.info = 0x12
        symbol.other = 2
        symbol.section = 5
        symbol.value = 0x1000_0040
        symbol.size = 33
        #expect(try roundTrip(symbol, format) == symbol)
        #expect(symbol.bytes(format)[format.is64Bit ? 4 : 12] == 0x12)
        #expect(symbol.bytes(format)[0] == (format.isLittleEndian ? 0x0D : 0x0A))
    }

    @Test(arguments: formats) func wordsKeepTheirOrder(_ format: ELFFormat) throws {
        let header = FileHeader(
            format: format, type: ET_EXEC, machine: 0x0102, entry: 0x0A0B_0C0D, programHeaderOffset: 0,
            sectionHeaderOffset: 0, programHeaderCount: 0, sectionHeaderCount: 0, sectionNameIndex: 0)
        let bytes = header.bytes(format)
        #expect(Array(bytes[0..<6]) == [0x7F, 0x45, 0x4C, 0x46, format.is64Bit ? 2 : 1, format.isLittleEndian ? 1 : 2])
        #expect(Array(bytes[18..<20]) == (format.isLittleEndian ? [2, 1] : [1, 2]))
        let entry: [UInt8] =
            switch (format.is64Bit, format.isLittleEndian) {
            case (true, true): [0x0D, 0x0C, 0x0B, 0x0A, 0, 0, 0, 0]
            case (true, false): [0, 0, 0, 0, 0x0A, 0x0B, 0x0C, 0x0D]
            case (false, true): [0x0D, 0x0C, 0x0B, 0x0A]
            case (false, false): [0x0A, 0x0B, 0x0C, 0x0D]
            }
        #expect(Array(bytes[24..<(24 + entry.count)]) == entry)
    }

    @Test(arguments: formats) func structuresCutShortAreErrors(_ format: ELFFormat) {
        let bytes = Symbol.filler.bytes(format)
        for count in 0..<bytes.count {
            var reader = FieldReader(format, bytes[..<count])
            #expect(throws: ELFReaderError.truncated) { try Symbol(&reader) }
        }
    }

    @Test(arguments: formats) func buildIDNote(_ format: ELFFormat) throws {
        for size in [16, 20] {
            let id = (0..<size).map { UInt8($0) }
            #expect(try BuildIDNote.id(in: BuildIDNote.bytes(id, format)[...], format) == id)
        }
    }
}
