import BLAKE3

// The packed form of a source record; schema/README.md has its layout.

extension SourceRow {
    func encode(into writer: inout ByteWriter) {
        writer.append(digest)
        writer.append(varint: UInt64(imports.count))
        for entry in imports {
            writer.append(varint: entry.file)
            writer.append(varint: entry.count)
        }
        writer.append(varint: UInt64(packageNames.count))
        for name in packageNames { writer.append(name) }
        writer.append(varint: UInt64(pages.count))
        for page in pages {
            writer.append(varint: page.page)
            writer.append(varint: page.line)
            writer.append(varint: page.offset)
        }
        encodeRuns(into: &writer)
        writer.append(varint: declarationCount)
        writer.append(varint: pathName)
        writer.append(zigzag: readTime)
        writer.append(identity == nil ? 0 : 1)
        identity?.encode(into: &writer)
    }

    private func encodeRuns(into writer: inout ByteWriter) {
        writer.append(varint: UInt64(runs.count))
        var previous: PageNumber = 0
        for run in runs {
            writer.append(varint: run.byteCount)
            writer.append(varint: run.lineCount)
            writer.append(fixed: run.hash)
            writer.append(varint: UInt64(run.pages.count))
            for page in run.pages {
                writer.append(page, near: previous)
                previous = page
            }
        }
    }

    /// What these bytes say of the text of `file`.
    init(file: FileNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        self.init(file: file)
        var reader = ByteReader(bytes)
        digest = try reader.digest()
        try decodeImports(from: &reader)
        try decodePages(from: &reader)
        try decodeRuns(from: &reader)
        declarationCount = try reader.varint32()
        pathName = try reader.varint32()
        readTime = try reader.zigzag()
        if try reader.flags(1) != 0 { identity = try FileIdentity(from: &reader) }
        try reader.finish()
    }

    private mutating func decodeImports(from reader: inout ByteReader) throws(Malformed) {
        let count = try reader.count()
        imports.reserveCapacity(count)
        for _ in 0..<count {
            imports.append(ImportCount(file: try reader.varint32(), count: try reader.varint32()))
        }
        for _ in 0..<(try reader.count()) { packageNames.append(try reader.text()) }
    }

    private mutating func decodeRuns(from reader: inout ByteReader) throws(Malformed) {
        let count = try reader.count()
        runs.reserveCapacity(count)
        var previous: PageNumber = 0
        for _ in 0..<count {
            var run = TextRun(
                byteCount: try reader.varint32(), lineCount: try reader.varint32(), hash: try reader.fixed(), pages: [])
            guard run.byteCount > 0 else { throw .count }
            for _ in 0..<(try reader.count()) {
                previous = try reader.number(near: previous)
                run.pages.append(previous)
            }
            runs.append(run)
        }
    }

    private mutating func decodePages(from reader: inout ByteReader) throws(Malformed) {
        let count = try reader.count()
        pages.reserveCapacity(count)
        for _ in 0..<count {
            pages.append(
                PageBase(page: try reader.varint32(), line: try reader.varint32(), offset: try reader.varint32()))
        }
    }
}
