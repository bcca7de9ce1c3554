extension CacheStore {
    /// All sections, by number.
    public func sections() throws(CacheError) -> [SectionRow] {
        var rows: [SectionRow] = []
        try forEachSection { rows.append($0) }
        return rows
    }

    /// Gives `body` each section, by number.
    public func forEachSection(_ body: (SectionRow) -> Void) throws(CacheError) {
        try forEachRecord(.section) { (number, bytes) throws(Malformed) in
            var reader = ByteReader(bytes)
            let row = SectionRow(
                number: try narrowed(number), fileOffset: try reader.varint(), fileRoom: try reader.varint(),
                size: try reader.varint())
            try reader.finish()
            body(row)
        }
    }

    /// Puts a section in place of the one with its number.
    public func putSection(_ row: SectionRow) throws(CacheError) {
        try putRecord(.section, row.number) { writer in
            writer.append(varint: row.fileOffset)
            writer.append(varint: row.fileRoom)
            writer.append(varint: row.size)
        }
    }
}
