/// Statements of table `package`.
struct PackageStatements: ~Copyable {
    var all = Statement("SELECT * FROM package ORDER BY number")
    var put = Statement("REPLACE INTO package VALUES (?,?,?)")
    var remove = Statement("DELETE FROM package WHERE number = ?")
}

extension CacheStore {
    /// All packages, by number.
    public func packages() throws(CacheError) -> [PackageRow] {
        try rows(.package, &packageStatements.all) { (row) throws(Malformed) in
            try PackageRow(number: try row.integer(), decoding: try row.borrowed())
        }
    }

    /// Puts a package in place of the one with its number.
    public func putPackage(_ row: PackageRow) throws(CacheError) {
        let record = packed { row.encode(into: &$0) }
        try put(.package, &packageStatements.put, [.number(row.number), record])
    }

    /// Removes a package.
    public func removePackage(_ number: PackageNumber) throws(CacheError) {
        try remove(.package, &packageStatements.remove, [.number(number)])
    }
}
