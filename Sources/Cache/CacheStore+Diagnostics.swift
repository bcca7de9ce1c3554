/// Statements of table `diagnostic`.
struct DiagnosticStatements: ~Copyable {
    var all = Statement(
        "SELECT * FROM diagnostic ORDER BY file, declaration, is_from_parsing DESC, ordinal")
    var put = Statement("REPLACE INTO diagnostic VALUES (?,?,?,?,?,?)")
    var remove = Statement(
        "DELETE FROM diagnostic WHERE declaration = ? AND file = ? AND is_from_parsing = ?")
}

extension CacheStore {
    /// All errors that stand: by file, by declaration, those from parsing first, then in the order they were given in.
    public func diagnostics() throws(CacheError) -> [DiagnosticRow] {
        try rows(.diagnostic, &diagnosticStatements.all, []) { (row) throws(Malformed) in
            try DiagnosticRow(from: &row)
        }
    }

    /// Puts these errors in place of all that are there of this file and declaration, found by parsing or not.
    public func replaceDiagnostics(
        file: FileNumber, declaration: DeclNumber, isFromParsing: Bool, with rows: [DiagnosticRow]
    ) throws(CacheError) {
        try remove(
            .diagnostic, &diagnosticStatements.remove, [.number(declaration), .number(file), .flag(isFromParsing)])
        for (ordinal, row) in rows.enumerated() {
            let record = packed { row.encode(into: &$0) }
            try put(
                .diagnostic, &diagnosticStatements.put,
                [.number(declaration), .number(file), .flag(isFromParsing), .number(ordinal), record])
        }
    }
}

extension DiagnosticRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        let declaration = try row.integer(DeclNumber.self)
        let file = try row.integer(FileNumber.self)
        let isFromParsing = try row.flag()
        row.skip()
        try self.init(
            file: file, declaration: declaration, isFromParsing: isFromParsing, decoding: try row.borrowed())
    }
}
