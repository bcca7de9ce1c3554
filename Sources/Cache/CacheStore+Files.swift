/// So many files stand in a row: all of them are read in each build, and a row costs more than what stands in it. With
/// paths of usual length that is about 8 KiB, which BLAKE3 hashes at once.
public let filesPerPart = 256

// MARK: - What tells whether files are what they were

extension CacheStore {
    /// The list of all files, which are `count` and have numbers below `limit`.
    public func fileList(count: UInt32, limit: FileNumber) throws(CacheError) -> FileList {
        let list = FileList(limit: limit)
        let counts = try records(.file) { (part, bytes) throws(Malformed) in
            try list.add(part: try narrowed(part), bytes)
        }
        guard counts.reduce(0, +) == Int(count) else { throw .damaged(.file, .count) }
        return list
    }

    /// Puts files of a list in place of all whose number divided by `filesPerPart` is `part`; they ascend.
    public func putFiles(_ numbers: [FileNumber], of list: FileList, part: UInt32) throws(CacheError) {
        try putFiles(part) { writer in
            for number in numbers {
                list[number].encode(path: list.pathBytes(number), into: &writer)
            }
        }
    }

    /// A part without files has no record.
    private func putFiles(_ part: UInt32, _ encode: (inout ByteWriter) -> Void) throws(CacheError) {
        writer.removeAll()
        encode(&writer)
        guard !writer.bytes.isEmpty else { return try removeRecord(.file, part) }
        try put(.file, RecordKind.file.key(part), writer.bytes)
    }
}

// MARK: - What is known about their texts

extension CacheStore {
    /// What is known about the text of a file; nil if nothing is.
    public func source(_ file: FileNumber) throws(CacheError) -> SourceRow? {
        try record(.source, file, Self.sourceRow)
    }

    /// The same of all files, by number.
    public func sources() throws(CacheError) -> [SourceRow] {
        try records(.source, Self.sourceRow)
    }

    private static func sourceRow(_ file: UInt64, _ bytes: UnsafeRawBufferPointer) throws(Malformed) -> SourceRow {
        try SourceRow(file: try narrowed(file), decoding: bytes)
    }

    /// Puts what is known about a text in place of what is there.
    public func putSource(_ row: SourceRow) throws(CacheError) {
        try putRecord(.source, row.file) { row.encode(into: &$0) }
    }

    /// Removes what is known about the text of a file.
    public func removeSource(_ file: FileNumber) throws(CacheError) {
        try removeRecord(.source, file)
    }
}

// MARK: - Both

extension CacheStore {
    /// All that is known about all files, by number.
    public func files() throws(CacheError) -> [FileRow] {
        var sources: [FileNumber: SourceRow] = [:]
        for source in try self.sources() { sources[source.file] = source }
        var files: [FileRow] = []
        _ = try self.records(.file) { (part, records) throws(Malformed) in
            var reader = FileReader(part: try narrowed(part), records)
            while let entry = try reader.next() {
                guard let source = sources[entry.number] else { throw .number }
                // What every build compares was made of what is kept to be shown.
                var known = entry
                known.note(source.identity, readAt: source.readTime)
                guard known.fingerprint == entry.fingerprint, known.isRacy == entry.isRacy else { throw .number }
                let start = Int(entry.pathStart)
                let path = records[start..<start + Int(entry.pathCount)]
                files.append(FileRow(entry, String(decoding: path, as: UTF8.self), source))
            }
        }
        return files
    }

    /// Puts files, which ascend, in place of all whose number divided by `filesPerPart` is `part`, and what is known about
    /// their texts.
    public func putFiles(_ rows: [FileRow], part: UInt32) throws(CacheError) {
        try putFiles(part) { writer in
            for row in rows {
                var path = row.path
                path.withUTF8 { row.entry.encode(path: UnsafeRawBufferPointer($0), into: &writer) }
            }
        }
        for row in rows { try putSource(row.source) }
    }
}

extension FileRow {
    fileprivate init(_ entry: FileEntry, _ path: String, _ source: SourceRow) {
        number = entry.number
        package = entry.package
        self.path = path
        isManifest = entry.isManifest
        isPresent = entry.isPresent
        isReached = entry.isReached
        arePositionsPending = entry.arePositionsPending
        identity = source.identity
        readTime = source.readTime
        digest = source.digest
        imports = source.imports
        packageNames = source.packageNames
        pages = source.pages
        runs = source.runs
        declarationCount = source.declarationCount
        pathName = source.pathName
    }

    fileprivate var entry: FileEntry {
        var entry = FileEntry()
        entry.number = number
        entry.package = package
        entry.isManifest = isManifest
        entry.isPresent = isPresent
        entry.isReached = isReached
        entry.note(identity, readAt: readTime)
        entry.arePositionsPending = arePositionsPending
        return entry
    }

    fileprivate var source: SourceRow {
        var source = SourceRow(file: number)
        source.digest = digest
        source.imports = imports
        source.packageNames = packageNames
        source.pages = pages
        source.runs = runs
        source.declarationCount = declarationCount
        source.pathName = pathName
        source.identity = identity
        source.readTime = readTime
        return source
    }
}
