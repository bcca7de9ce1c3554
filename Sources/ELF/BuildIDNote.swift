/// The note that holds the build id, as the GNU tools lay it out: sizes, type, owner, id.
enum BuildIDNote {
    /// Bytes of zbuild's build ids.
    static let idSize = 16
    /// Bytes of the note with such an id.
    static let size = 16 + idSize
    /// The owner's name with its NUL.
    private static let owner = Array("GNU\0".utf8)

    /// The note for `id`, whose size is a multiple of four.
    static func bytes(_ id: [UInt8], _ format: ELFFormat) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 12)
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        var writer = FieldWriter(format)
        writer.put(UInt32(owner.count), &memory)
        writer.put(UInt32(id.count), &memory)
        writer.put(NT_GNU_BUILD_ID, &memory)
        return bytes + owner + id
    }

    /// The id in a segment or section of notes; nil if the first note there is another one.
    static func id(in note: ArraySlice<UInt8>, _ format: ELFFormat) throws(ELFReaderError) -> [UInt8]? {
        var reader = FieldReader(format, note)
        let ownerSize = try reader.take(UInt32.self)
        let idSize = try reader.take(UInt32.self)
        guard try reader.take(UInt32.self) == NT_GNU_BUILD_ID, ownerSize == UInt32(owner.count) else { return nil }
        let rest = note.dropFirst(12)
        guard rest.starts(with: owner) else { return nil }
        guard Int(idSize) <= rest.count - owner.count else { throw .truncated }
        return Array(rest.dropFirst(owner.count).prefix(Int(idSize)))
    }
}
