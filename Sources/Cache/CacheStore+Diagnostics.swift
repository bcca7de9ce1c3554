extension CacheStore {
    /// All errors that stand: by file, by declaration, those from parsing first, then in the order they were given in.
    public func diagnostics() throws(CacheError) -> [DiagnosticRow] {
        let groups = try records(.diagnostic, DiagnosticGroup.init)
        return groups.sorted { $0.order < $1.order }.flatMap(\.rows)
    }

    /// Puts these errors in place of all that are there of this declaration, found by parsing or not; of the file where
    /// the declaration is 0. A declaration is in one file.
    public func replaceDiagnostics(
        file: FileNumber, declaration: DeclNumber, isFromParsing: Bool, with rows: [DiagnosticRow]
    ) throws(CacheError) {
        let group = DiagnosticGroup(file: file, declaration: declaration, isFromParsing: isFromParsing, rows: rows)
        guard !rows.isEmpty else { return try removeRecord(.diagnostic, group.number) }
        try putRecord(.diagnostic, group.number) { group.encode(into: &$0) }
    }
}

/// The errors of a record: those of one declaration, or of a file's text outside of declarations, that parsing found or
/// that it did not.
private struct DiagnosticGroup {
    let file: FileNumber
    let declaration: DeclNumber
    let isFromParsing: Bool
    let rows: [DiagnosticRow]

    init(file: FileNumber, declaration: DeclNumber, isFromParsing: Bool, rows: [DiagnosticRow]) {
        self.file = file
        self.declaration = declaration
        self.isFromParsing = isFromParsing
        self.rows = rows
    }

    /// Bits of a number: found by parsing, a declaration's; the rest is the declaration's number, or the file's.
    private static let fromParsing: UInt64 = 1
    private static let ofDeclaration: UInt64 = 2

    /// The number of the record.
    var number: UInt64 {
        let owner = declaration == 0 ? UInt64(file) << 2 : UInt64(declaration) << 2 | DiagnosticGroup.ofDeclaration
        return owner | (isFromParsing ? DiagnosticGroup.fromParsing : 0)
    }

    /// What groups are sorted by.
    var order: (FileNumber, DeclNumber, Int) { (file, declaration, isFromParsing ? 0 : 1) }

    init(number: UInt64, bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        let file = try reader.varint32()
        let owner: UInt32 = try narrowed(number >> 2)
        let declaration = number & DiagnosticGroup.ofDeclaration == 0 ? 0 : owner
        let isFromParsing = number & DiagnosticGroup.fromParsing != 0
        let rows = try reader.list { (reader) throws(Malformed) in
            try DiagnosticRow(file: file, declaration: declaration, isFromParsing: isFromParsing, from: &reader)
        }
        try reader.finish()
        self.init(file: file, declaration: declaration, isFromParsing: isFromParsing, rows: rows)
        guard self.number == number else { throw .number }
    }

    func encode(into writer: inout ByteWriter) {
        writer.append(varint: file)
        writer.append(varint: UInt64(rows.count))
        for row in rows { row.encode(into: &writer) }
    }
}
