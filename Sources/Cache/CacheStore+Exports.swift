/// Statements of table `export`.
struct ExportStatements: ~Copyable {
    var all = Statement("SELECT * FROM export ORDER BY declaration")
    var get = Statement("SELECT * FROM export WHERE declaration = ?")
    var bySymbol = Statement("SELECT * FROM export WHERE symbol = ? ORDER BY declaration")
    var byIndex = Statement("SELECT * FROM export WHERE symbol_index = ? ORDER BY declaration")
    var byTarget = Statement("SELECT * FROM export WHERE target = ? ORDER BY declaration")
    var put = Statement("REPLACE INTO export VALUES (?,?,?,?,?,?)")
    var remove = Statement("DELETE FROM export WHERE declaration = ?")
}

extension CacheStore {
    /// All exports, by number of their declaration.
    public func exports() throws(CacheError) -> [ExportRow] {
        try rows(.export, &exportStatements.all, []) { (row) throws(Malformed) in try ExportRow(from: &row) }
    }

    /// Rows in the table.
    public func exportCount() throws(CacheError) -> Int {
        if let exportCountSoFar { return exportCountSoFar }
        let count = Int(
            try cacheErrors { () throws(SQLiteError) in try database.number("SELECT count(*) FROM export") })
        exportCountSoFar = count
        return count
    }

    /// The export that a declaration is.
    public func export(_ declaration: DeclNumber) throws(CacheError) -> ExportRow? {
        try row(.export, &exportStatements.get, [.number(declaration)]) { (row) throws(Malformed) in
            try ExportRow(from: &row)
        }
    }

    /// The exports of a symbol, by number of their declaration.
    public func exports(ofSymbol symbol: [UInt8]) throws(CacheError) -> [ExportRow] {
        try rows(.export, &exportStatements.bySymbol, [.rawText(symbol)]) { (row) throws(Malformed) in
            try ExportRow(from: &row)
        }
    }

    /// The exports whose symbol has this index in the executable, by number of their declaration.
    public func exports(withSymbolIndex index: UInt32) throws(CacheError) -> [ExportRow] {
        try rows(.export, &exportStatements.byIndex, [.number(index)]) { (row) throws(Malformed) in
            try ExportRow(from: &row)
        }
    }

    /// The exports of a declaration, by number of theirs.
    public func exports(ofTarget target: DeclNumber) throws(CacheError) -> [ExportRow] {
        try rows(.export, &exportStatements.byTarget, [.number(target)]) { (row) throws(Malformed) in
            try ExportRow(from: &row)
        }
    }

    /// Puts an export in place of the one of its declaration.
    public func putExport(_ row: ExportRow) throws(CacheError) {
        let values: InlineArray<5, SQLValue> = [
            .number(row.declaration), .rawText(row.symbol), .number(row.target), .number(row.linkage),
            .number(row.symbolIndex),
        ]
        exportCountSoFar = nil
        try put(.export, &exportStatements.put, values)
    }

    /// Removes the export that a declaration is.
    public func removeExport(_ declaration: DeclNumber) throws(CacheError) {
        exportCountSoFar = nil
        try remove(.export, &exportStatements.remove, [.number(declaration)])
    }
}

extension ExportRow {
    fileprivate init(from row: inout Row) throws(Malformed) {
        self.init(
            declaration: try row.integer(), symbol: try row.rawText(), target: try row.integer(),
            linkage: try row.integer(), symbolIndex: try row.integer())
    }
}
