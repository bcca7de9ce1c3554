/// Statements of table `file`.
struct FileStatements: ~Copyable {
    var all = Statement("SELECT * FROM file ORDER BY part")
    var put = Statement("REPLACE INTO file VALUES (?,?,?)")
    var remove = Statement("DELETE FROM file WHERE part = ?")
}

/// Statements of table `source`.
struct SourceStatements: ~Copyable {
    var get = Statement("SELECT * FROM source WHERE file = ?")
    var all = Statement("SELECT * FROM source ORDER BY file")
    var put = Statement("REPLACE INTO source VALUES (?,?,?)")
    var remove = Statement("DELETE FROM source WHERE file = ?")
}

/// So many files stand in a row: all of them are read in each build, and a row costs more than what stands in it. With
/// paths of usual length that is about 8 KiB, which BLAKE3 hashes at once.
public let filesPerPart = 112

// MARK: - What tells whether files are what they were

extension CacheStore {
    /// The list of all files, which are `count` and have numbers below `limit`.
    public func fileList(count: UInt32, limit: FileNumber) throws(CacheError) -> FileList {
        let list = FileList(limit: limit)
        let counts = try rows(.file, &fileStatements.all) { (row) throws(Malformed) in
            try list.add(part: try row.integer(), try row.borrowed())
        }
        guard counts.reduce(0, +) == Int(count) else { throw .damaged(.file, .count) }
        return list
    }

    /// Puts files of a list in place of all whose number divided by `filesPerPart` is `part`; they ascend.
    public func putFiles(_ numbers: [FileNumber], of list: FileList, part: UInt32) throws(CacheError) {
        try putFiles(part) { writer in
            var files = FileWriter()
            for number in numbers {
                files.append(list.entries[Int(number)], path: list.pathBytes(number), to: &writer)
            }
        }
    }

    private func putFiles(_ part: UInt32, _ encode: (inout ByteWriter) -> Void) throws(CacheError) {
        let records = packed(encode)
        guard !writer.bytes.isEmpty else { return try remove(.file, &fileStatements.remove, [.number(part)]) }
        try put(.file, &fileStatements.put, [.number(part), records])
    }
}

// MARK: - What is known about their texts

extension CacheStore {
    /// What is known about the text of a file; nil if nothing is.
    public func source(_ file: FileNumber) throws(CacheError) -> SourceRow? {
        try row(.source, &sourceStatements.get, [.number(file)], Self.sourceRow)
    }

    /// The same of all files, by number.
    public func sources() throws(CacheError) -> [SourceRow] {
        try rows(.source, &sourceStatements.all, [], Self.sourceRow)
    }

    private static func sourceRow(_ row: inout Row) throws(Malformed) -> SourceRow {
        try SourceRow(file: try row.integer(), decoding: try row.borrowed())
    }

    /// Puts what is known about a text in place of what is there.
    public func putSource(_ row: SourceRow) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.source, &sourceStatements.put, [.number(row.file), record])
    }

    /// Removes what is known about the text of a file.
    public func removeSource(_ file: FileNumber) throws(CacheError) {
        try remove(.source, &sourceStatements.remove, [.number(file)])
    }
}

// MARK: - Both

extension CacheStore {
    /// All that is known about all files, by number.
    public func files() throws(CacheError) -> [FileRow] {
        var sources: [FileNumber: SourceRow] = [:]
        for source in try self.sources() { sources[source.file] = source }
        var files: [FileRow] = []
        _ = try rows(.file, &fileStatements.all) { (row) throws(Malformed) in
            let part: UInt32 = try row.integer()
            let records = try row.borrowed()
            var reader = FileReader(part: part, records)
            while let entry = try reader.next() {
                let path = records[entry.pathStart..<entry.pathStart + entry.pathCount]
                files.append(FileRow(entry, String(decoding: path, as: UTF8.self), sources[entry.number]))
            }
        }
        guard files.allSatisfy({ sources[$0.number] != nil }) else { throw .damaged(.source, .number) }
        return files
    }

    /// Puts files, which ascend, in place of all whose number divided by `filesPerPart` is `part`, and what is known about
    /// their texts.
    public func putFiles(_ rows: [FileRow], part: UInt32) throws(CacheError) {
        try putFiles(part) { writer in
            var files = FileWriter()
            for row in rows {
                var path = row.path
                path.withUTF8 { files.append(row.entry, path: UnsafeRawBufferPointer($0), to: &writer) }
            }
        }
        for row in rows { try putSource(row.source) }
    }
}

extension FileRow {
    fileprivate init(_ entry: FileEntry, _ path: String, _ source: SourceRow?) {
        number = entry.number
        package = entry.package
        self.path = path
        isManifest = entry.isManifest
        isPresent = entry.isPresent
        isReached = entry.isReached
        identity = entry.identity
        readTime = entry.readTime
        arePositionsPending = entry.arePositionsPending
        guard let source else { return }
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
        entry.identity = identity
        entry.readTime = readTime
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
        return source
    }
}
