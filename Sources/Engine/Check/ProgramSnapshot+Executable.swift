import Cache
import ELF

// The executable of a snapshot, by section. No number out of the cache leads outside of the bytes that are there.

extension ProgramSnapshot {
    /// What the cache says of a section.
    func section(_ id: SectionID) -> SectionRow? { sections.first { $0.number == id.rawValue } }

    /// The state that the cache describes; whether it is possible is for `validate` to say.
    var imageState: ImageState {
        let states = sections.compactMap { row in
            SectionID(rawValue: row.number).map {
                SectionState(id: $0, fileOffset: row.fileOffset, fileRoom: row.fileRoom, size: row.size)
            }
        }
        return ImageState(
            sections: states, fileSize: UInt64(clamping: meta.output?.size ?? 0),
            firstGlobal: SymbolIndex(meta.firstGlobal), entry: meta.entryAddress, buildID: meta.buildID)
    }

    /// Bytes of a section; nil where the section or the file has not as many.
    func bytes(_ id: SectionID, _ offset: UInt64, _ count: UInt64) -> ArraySlice<UInt8>? {
        guard let row = section(id), offset <= row.size, count <= row.size - offset else { return nil }
        return fileBytes(row.fileOffset &+ offset, count)
    }

    /// Bytes of the file; nil where it has not as many.
    func fileBytes(_ offset: UInt64, _ count: UInt64) -> ArraySlice<UInt8>? {
        let size = UInt64(executable.count)
        guard offset <= size, count <= size - offset else { return nil }
        return executable[Int(offset)..<Int(offset + count)]
    }

    /// A little-endian number in a section.
    func number(_ id: SectionID, _ offset: UInt64, bytes count: UInt64) -> UInt64? {
        bytes(id, offset, count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The string that ends with a NUL at an offset of a section; nil where there is none.
    func string(_ id: SectionID, _ offset: UInt64) -> ArraySlice<UInt8>? {
        guard let row = section(id), offset < row.size, let rest = bytes(id, offset, row.size - offset),
            let end = rest.firstIndex(of: 0)
        else { return nil }
        return rest[..<end]
    }

    /// The string at an address in the section of names.
    func string(at address: UInt64) -> String? {
        guard address >= SectionID.names.address else { return nil }
        return string(.names, address - SectionID.names.address).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Where a declaration begins in memory; 0 if it has no place.
    func address(_ number: DeclNumber) -> UInt64 { self[number]?.state.link?.address ?? 0 }
}

extension LinkRecord {
    /// The section, if there is one of that number.
    var sectionID: SectionID? { SectionID(rawValue: section) }

    /// The first byte in memory.
    var address: UInt64 { (sectionID?.address ?? 0) &+ offset }
}
