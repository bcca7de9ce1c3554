// The packed form of a meta record; schema/README.md has its layout.

/// Bits of a meta record's first byte.
private enum MetaFlag {
    static let hasOutput: UInt8 = 1
    static let hasRedo: UInt8 = 2
    static let all: UInt8 = 3
}

extension MetaRow {
    func encode(into writer: inout ByteWriter) {
        writer.append((output != nil ? MetaFlag.hasOutput : 0) | (hasRedo ? MetaFlag.hasRedo : 0))
        writer.append(varint: generation)
        writer.append(counted: tool)
        for text in [bootID, options, rootPath, outputPath] { writer.append(text) }
        let numbers = [
            nextPage, nextFile, liveCount, totalCount, errorCount, diagnosticCount, pendingCount, exportCount,
            fileCount, pageCount,
        ]
        for number in numbers { writer.append(varint: number) }
        output?.encode(into: &writer)
        writer.append(counted: buildID)
        writer.append(varint: entry)
        writer.append(varint: entryAddress)
        writer.append(varint: firstGlobal)
    }

    /// The row that these bytes are.
    init(decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        self.init()
        var reader = ByteReader(bytes)
        let flags = try reader.flags(MetaFlag.all)
        hasRedo = flags & MetaFlag.hasRedo != 0
        generation = try reader.varint()
        tool = try reader.countedBytes()
        bootID = try reader.text()
        options = try reader.text()
        rootPath = try reader.text()
        outputPath = try reader.text()
        nextPage = try reader.varint32()
        nextFile = try reader.varint32()
        liveCount = try reader.varint32()
        totalCount = try reader.varint32()
        errorCount = try reader.varint32()
        diagnosticCount = try reader.varint32()
        pendingCount = try reader.varint32()
        exportCount = try reader.varint32()
        fileCount = try reader.varint32()
        pageCount = try reader.varint32()
        if flags & MetaFlag.hasOutput != 0 { output = try FileIdentity(from: &reader) }
        buildID = try reader.countedBytes()
        entry = try reader.varint32()
        entryAddress = try reader.varint()
        firstGlobal = try reader.varint32()
        try reader.finish()
    }
}
