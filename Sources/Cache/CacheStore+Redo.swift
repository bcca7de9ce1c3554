/// Statements of table `redo`.
struct RedoStatements: ~Copyable {
    var get = Statement("SELECT * FROM redo WHERE id = 1")
    var put = Statement("REPLACE INTO redo VALUES (?,?,?,?)")
    var clear = Statement("DELETE FROM redo")
}

extension CacheStore {
    /// What is to be done to the executable, and the generation of the update that decided it; nil if nothing is.
    public func redo() throws(CacheError) -> (row: RedoRow, generation: UInt64)? {
        try row(.redo, &redoStatements.get) { (row) throws(Malformed) in
            row.skip()
            let generation = try row.uint64()
            return (try RedoRow(decoding: try row.borrowed()), generation)
        }
    }

    /// Puts what is to be done to the executable in place of what is there.
    public func putRedo(_ row: RedoRow, generation: UInt64) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.redo, &redoStatements.put, [.integer(1), .number(generation), record])
    }

    /// Says that nothing is to be done.
    public func clearRedo() throws(CacheError) {
        try remove(.redo, &redoStatements.clear, [])
    }
}
