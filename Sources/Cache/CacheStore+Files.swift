import BLAKE3

/// Statements of table `file`.
struct FileStatements: ~Copyable {
    var all = Statement("SELECT * FROM file ORDER BY number")
    var put = Statement("REPLACE INTO file VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
    var remove = Statement("DELETE FROM file WHERE number = ?")
}

extension CacheStore {
    /// All files, by number.
    public func files() throws(CacheError) -> [FileRow] {
        try rows(.file, &fileStatements.all) { (row) throws(Malformed) in try FileRow(from: &row) }
    }

    /// Puts a file in place of the one with its number.
    public func putFile(_ row: FileRow) throws(CacheError) {
        let identity = FileIdentity.values(row.identity)
        let digest = packedCopy { $0.append(row.digest) }
        let imports = packedCopy { row.encodeImports(into: &$0) }
        let pages = packed { row.encodePages(into: &$0) }
        let values: [SQLValue] = [
            .number(row.number), .number(row.package), .text(row.path), .flag(row.isPresent), identity[0], identity[1],
            identity[2], identity[3], identity[4], .integer(row.readTime), digest, imports, pages,
            .number(row.declarationCount), .flag(row.arePositionsPending), .number(row.pathName),
        ]
        try put(.file, &fileStatements.put, values)
    }

    /// Removes a file.
    public func removeFile(_ number: FileNumber) throws(CacheError) {
        try remove(.file, &fileStatements.remove, [.number(number)])
    }
}

extension FileRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        number = try row.integer()
        package = try row.integer()
        path = try row.text()
        isPresent = try row.flag()
        identity = try FileIdentity.read(from: &row)
        readTime = try row.int64()
        digest = try Self.digest(try row.borrowed())
        (imports, packageNames) = try Self.imports(try row.borrowed())
        pages = try Self.pages(try row.borrowed())
        declarationCount = try row.integer()
        arePositionsPending = try row.flag()
        pathName = try row.integer()
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> Digest {
        var reader = ByteReader(bytes)
        let digest = try reader.digest()
        try reader.finish()
        return digest
    }

    fileprivate func encodeImports(into writer: inout ByteWriter) {
        writer.append(varint: UInt64(imports.count))
        for entry in imports {
            writer.append(varint: entry.file)
            writer.append(varint: entry.count)
        }
        writer.append(varint: UInt64(packageNames.count))
        for name in packageNames { writer.append(name) }
    }

    private static func imports(
        _ bytes: UnsafeRawBufferPointer
    ) throws(Malformed) -> (files: [ImportCount], packages: [String]) {
        var reader = ByteReader(bytes)
        let count = try reader.count()
        var imports: [ImportCount] = []
        imports.reserveCapacity(count)
        for _ in 0..<count {
            imports.append(ImportCount(file: try reader.varint32(), count: try reader.varint32()))
        }
        let nameCount = try reader.count()
        var names: [String] = []
        for _ in 0..<nameCount { names.append(try reader.text()) }
        try reader.finish()
        return (imports, names)
    }

    fileprivate func encodePages(into writer: inout ByteWriter) {
        writer.append(varint: UInt64(pages.count))
        for page in pages {
            writer.append(varint: page.page)
            writer.append(varint: page.line)
            writer.append(varint: page.offset)
        }
    }

    private static func pages(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> [PageBase] {
        var reader = ByteReader(bytes)
        let count = try reader.count()
        var pages: [PageBase] = []
        pages.reserveCapacity(count)
        for _ in 0..<count {
            pages.append(
                PageBase(page: try reader.varint32(), line: try reader.varint32(), offset: try reader.varint32()))
        }
        try reader.finish()
        return pages
    }
}
