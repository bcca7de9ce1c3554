/// Statements of table `section`.
struct SectionStatements: ~Copyable {
    var all = Statement("SELECT * FROM section ORDER BY number")
    var put = Statement("REPLACE INTO section VALUES (?,?,?,?,?)")
    var removeAll = Statement("DELETE FROM section")
}

extension CacheStore {
    /// All sections, by number.
    public func sections() throws(CacheError) -> [SectionRow] {
        try rows(.section, &sectionStatements.all) { (row) throws(Malformed) in
            SectionRow(
                number: try row.integer(), fileOffset: try row.uint64(), fileRoom: try row.uint64(),
                size: try row.uint64())
        }
    }

    /// Puts a section in place of the one with its number.
    public func putSection(_ row: SectionRow) throws(CacheError) {
        try put(
            .section, &sectionStatements.put,
            [.number(row.number), .number(row.fileOffset), .number(row.fileRoom), .number(row.size)])
    }

    /// Puts these sections in place of all that are there.
    public func replaceSections(_ rows: [SectionRow]) throws(CacheError) {
        try remove(.section, &sectionStatements.removeAll, [])
        for row in rows { try putSection(row) }
    }
}
