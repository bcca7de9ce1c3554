/// A structure of fixed size in an ELF file.
protocol ELFStructure {
    /// Bytes that it takes.
    static func size(_ format: ELFFormat) -> Int
    /// Puts the fields through `writer`; the memory has room for them.
    func encode(_ writer: inout FieldWriter, _ memory: inout MutableRawSpan)
    /// Takes the fields from `reader`.
    init(_ reader: inout FieldReader) throws(ELFReaderError)
}

extension ELFStructure {
    /// The structure's bytes.
    func bytes(_ format: ELFFormat) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.size(format))
        var span = bytes.mutableSpan
        var memory = span.mutableBytes
        var writer = FieldWriter(format)
        encode(&writer, &memory)
        return bytes
    }
}
