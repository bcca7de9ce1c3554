// The packed form of a build record; schema/README.md has its layout.

/// Bits of a build record's first byte.
private enum BuildFlag {
    static let hasFallback: UInt8 = 1
}

extension BuildRow {
    func encode(into writer: inout ByteWriter) {
        writer.append(fallback != nil ? BuildFlag.hasFallback : 0)
        writer.append(zigzag: time)
        writer.append(result)
        if let fallback { writer.append(fallback) }
        let counts = [
            fileCount, readCount, liveCount, parsedCount, analysedCount, generatedCount, removedCount, positionCount,
            writtenCount, movedCount, freedCount, errorCount, unlistedCount,
        ]
        for count in counts { writer.append(varint: count) }
    }

    /// What these bytes say of build `generation`.
    init(generation: UInt64, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        self.init()
        self.generation = generation
        var reader = ByteReader(bytes)
        let flags = try reader.flags(BuildFlag.hasFallback)
        time = try reader.zigzag()
        result = try reader.byte()
        if flags & BuildFlag.hasFallback != 0 { fallback = try reader.byte() }
        fileCount = try reader.varint32()
        readCount = try reader.varint32()
        liveCount = try reader.varint32()
        parsedCount = try reader.varint32()
        analysedCount = try reader.varint32()
        generatedCount = try reader.varint32()
        removedCount = try reader.varint32()
        positionCount = try reader.varint32()
        writtenCount = try reader.varint32()
        movedCount = try reader.varint32()
        freedCount = try reader.varint32()
        errorCount = try reader.varint32()
        unlistedCount = try reader.varint32()
        try reader.finish()
    }
}
