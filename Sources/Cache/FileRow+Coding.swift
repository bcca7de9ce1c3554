import BLAKE3

// The packed form of `file.records`; schema/README.md has its layout.

/// Bits of a file record's second byte.
private enum FileFlag {
    static let isPresent: UInt8 = 1
    static let hasIdentity: UInt8 = 2
    static let arePositionsPending: UInt8 = 4
    static let isManifest: UInt8 = 8
    static let all: UInt8 = 15
}

extension FileRow {
    /// Appends the records of files of one part.
    static func encode(_ files: [FileRow], into writer: inout ByteWriter) {
        for file in files { file.encode(into: &writer) }
    }

    /// Appends to `files` those of a part whose records these bytes are.
    static func decode(
        part: UInt32, _ bytes: UnsafeRawBufferPointer, into files: inout [FileRow]
    ) throws(Malformed) {
        guard part <= FileNumber.max / FileNumber(filesPerPart) else { throw .number }
        var reader = ByteReader(bytes)
        var least: UInt8 = 0
        while !reader.isAtEnd {
            let place = try reader.byte()
            guard place >= least, place < filesPerPart else { throw .order }
            least = place + 1
            var file = FileRow()
            file.number = part * FileNumber(filesPerPart) + FileNumber(place)
            try file.decode(from: &reader)
            files.append(file)
        }
    }

    private func encode(into writer: inout ByteWriter) {
        writer.append(UInt8(number % FileNumber(filesPerPart)))
        writer.append(flags)
        writer.append(varint: package)
        writer.append(path)
        identity?.encode(into: &writer)
        // Most times are near each other; the difference may wrap.
        writer.append(zigzag: readTime &- (identity?.changed ?? 0))
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

    private var flags: UInt8 {
        (isPresent ? FileFlag.isPresent : 0) | (identity != nil ? FileFlag.hasIdentity : 0)
            | (arePositionsPending ? FileFlag.arePositionsPending : 0) | (isManifest ? FileFlag.isManifest : 0)
    }

    /// Reads the next record, behind its place, into a new one.
    private mutating func decode(from reader: inout ByteReader) throws(Malformed) {
        let flags = try reader.byte()
        guard flags & ~FileFlag.all == 0 else { throw .flags }
        isPresent = flags & FileFlag.isPresent != 0
        arePositionsPending = flags & FileFlag.arePositionsPending != 0
        isManifest = flags & FileFlag.isManifest != 0
        package = try reader.varint32()
        path = try reader.text()
        if flags & FileFlag.hasIdentity != 0 { identity = try FileIdentity(from: &reader) }
        readTime = try reader.zigzag() &+ (identity?.changed ?? 0)
        digest = try reader.digest()
        try decodeImports(from: &reader)
        try decodePages(from: &reader)
        try decodeRuns(from: &reader)
        declarationCount = try reader.varint32()
        pathName = try reader.varint32()
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
