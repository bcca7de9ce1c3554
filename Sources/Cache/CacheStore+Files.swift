/// Statements of table `file`.
struct FileStatements: ~Copyable {
    var all = Statement("SELECT * FROM file ORDER BY part")
    var put = Statement("REPLACE INTO file VALUES (?,?,?)")
    var remove = Statement("DELETE FROM file WHERE part = ?")
}

/// Files stand in a row by 64: all of them are read in each build, and a row costs more than what stands in it.
public let filesPerPart = 64

extension CacheStore {
    /// All files, by number.
    public func files() throws(CacheError) -> [FileRow] {
        var files: [FileRow] = []
        _ = try rows(.file, &fileStatements.all) { (row) throws(Malformed) in
            try FileRow.decode(part: try row.integer(), try row.borrowed(), into: &files)
        }
        return files
    }

    /// Puts files in place of all whose number divided by 64 is `part`, ascending.
    public func putFiles(_ files: [FileRow], part: UInt32) throws(CacheError) {
        guard !files.isEmpty else { return try remove(.file, &fileStatements.remove, [.number(part)]) }
        let records = packed { FileRow.encode(files, into: &$0) }
        try put(.file, &fileStatements.put, [.number(part), records])
    }
}
