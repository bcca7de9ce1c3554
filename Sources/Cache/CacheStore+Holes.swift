/// Statements of table `hole`.
struct HoleStatements: ~Copyable {
    var all = Statement("SELECT * FROM hole ORDER BY section, offset")
    var best = Statement("SELECT * FROM hole WHERE section = ? AND size >= ? ORDER BY size, offset LIMIT 1")
    var starting = Statement("SELECT * FROM hole WHERE section = ? AND offset = ?")
    var before = Statement("SELECT * FROM hole WHERE section = ? AND offset < ? ORDER BY offset DESC LIMIT 1")
    var put = Statement("REPLACE INTO hole VALUES (?,?,?,?)")
    var remove = Statement("DELETE FROM hole WHERE section = ? AND offset = ?")
    var removeAll = Statement("DELETE FROM hole")
}

extension CacheStore {
    /// All holes, by section and offset.
    public func holes() throws(CacheError) -> [HoleRow] {
        try rows(.hole, &holeStatements.all, []) { (row) throws(Malformed) in try HoleRow(from: &row) }
    }

    /// The smallest hole of a section with room for `size` bytes; of several, the one with the lowest offset.
    public func bestHole(in section: UInt8, size: UInt64) throws(CacheError) -> HoleRow? {
        guard let size = Int64(exactly: size) else { return nil }
        return try row(.hole, &holeStatements.best, [.number(section), .integer(size)]) { (row) throws(Malformed) in
            try HoleRow(from: &row)
        }
    }

    /// The hole of a section that begins at `offset`.
    public func hole(in section: UInt8, startingAt offset: UInt64) throws(CacheError) -> HoleRow? {
        try row(.hole, &holeStatements.starting, [.number(section), .number(offset)]) { (row) throws(Malformed) in
            try HoleRow(from: &row)
        }
    }

    /// The hole of a section whose last byte is before `offset`. Holes do not overlap: only the nearest one below can be.
    public func hole(in section: UInt8, endingAt offset: UInt64) throws(CacheError) -> HoleRow? {
        guard let end = Int64(exactly: offset) else { return nil }
        let found = try row(.hole, &holeStatements.before, [.number(section), .integer(end)]) {
            (row) throws(Malformed) in try HoleRow(from: &row)
        }
        guard let found, found.size == offset - found.offset else { return nil }
        return found
    }

    /// Bytes of all holes in sections that have bytes in the file. Checksums are not looked at: it is an estimate.
    public func freeRoom() throws(CacheError) -> UInt64 {
        let sum = try cacheErrors { () throws(SQLiteError) in
            // `total` does not overflow, `sum` does. Section 7 is `.bss`.
            try database.number("SELECT CAST(total(size) AS INTEGER) FROM hole WHERE section <> 7")
        }
        return UInt64(clamping: sum)
    }

    /// Puts a hole in place of one that begins where it does.
    public func putHole(_ row: HoleRow) throws(CacheError) {
        try put(.hole, &holeStatements.put, [.number(row.section), .number(row.offset), .number(row.size)])
    }

    /// Removes the hole that begins at `offset`.
    public func removeHole(in section: UInt8, startingAt offset: UInt64) throws(CacheError) {
        try remove(.hole, &holeStatements.remove, [.number(section), .number(offset)])
    }

    /// Removes all holes.
    public func removeAllHoles() throws(CacheError) {
        try remove(.hole, &holeStatements.removeAll, [])
    }
}

extension HoleRow {
    // Queries compare sizes and offsets as SQLite's signed integers; holes of 2^63 bytes are nobody's.
    fileprivate init(from row: inout Row) throws(Malformed) {
        self.init(section: try row.integer(), offset: try row.integer(), size: try row.integer())
        guard offset <= UInt64(Int64.max), size <= UInt64(Int64.max) - offset else { throw .number }
    }
}
