/// Statements of table `meta`.
struct MetaStatements: ~Copyable {
    var get = Statement("SELECT * FROM meta WHERE id = 1")
    var put = Statement("REPLACE INTO meta VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
}

extension CacheStore {
    /// The row; nil in a cache that was just made.
    public func meta() throws(CacheError) -> MetaRow? {
        try row(.meta, &metaStatements.get) { (row) throws(Malformed) in try MetaRow(from: &row) }
    }

    /// Puts the row in place of the one that is there.
    public func putMeta(_ row: MetaRow) throws(CacheError) {
        let values: [SQLValue] = [
            .integer(1), .blob(row.tool), .text(row.bootID), .text(row.options), .text(row.rootPath),
            .text(row.outputPath), .number(row.generation), .number(row.nextPage), .number(row.nextFile),
            .number(row.liveCount), .number(row.totalCount), .number(row.errorCount), .number(row.diagnosticCount),
            .number(row.pendingCount), .number(row.exportCount), .number(row.fileCount), .number(row.pageCount),
        ]
        try put(
            .meta, &metaStatements.put,
            values + FileIdentity.values(row.output) + [
                .blob(row.buildID), .number(row.entry), .number(row.entryAddress),
                .number(row.firstGlobal), .flag(row.hasRedo),
            ])
    }
}

extension MetaRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        row.skip()
        tool = try row.blob()
        bootID = try row.text()
        options = try row.text()
        rootPath = try row.text()
        outputPath = try row.text()
        generation = try row.uint64()
        nextPage = try row.integer()
        nextFile = try row.integer()
        liveCount = try row.integer()
        totalCount = try row.integer()
        errorCount = try row.integer()
        diagnosticCount = try row.integer()
        pendingCount = try row.integer()
        exportCount = try row.integer()
        fileCount = try row.integer()
        pageCount = try row.integer()
        output = try FileIdentity.read(from: &row)
        buildID = try row.blob()
        entry = try row.integer()
        entryAddress = try row.uint64()
        firstGlobal = try row.integer()
        hasRedo = try row.flag()
    }
}

extension FileIdentity {
    /// The five columns of an identity; all `NULL` if there is none.
    static func values(_ identity: FileIdentity?) -> [SQLValue] {
        guard let identity else { return Array(repeating: .null, count: 5) }
        return [
            .integer(identity.size), .integer(identity.modified), .integer(identity.changed), .number(identity.inode),
            .number(identity.device),
        ]
    }

    /// Reads the five columns.
    static func read(from row: inout Row) throws(Malformed) -> FileIdentity? {
        if row.isNull {
            for _ in 0..<5 { row.skip() }
            return nil
        }
        return FileIdentity(
            size: try row.int64(), modified: try row.int64(), changed: try row.int64(), inode: try row.uint64(),
            device: try row.uint64())
    }
}
