extension CacheStore {
    /// All packages, by number.
    public func packages() throws(CacheError) -> [PackageRow] {
        var rows: [PackageRow] = []
        try forEachPackage { rows.append($0) }
        return rows
    }

    /// Gives `body` each package, by number.
    public func forEachPackage(_ body: (PackageRow) -> Void) throws(CacheError) {
        try forEachRecord(.package) { (number, bytes) throws(Malformed) in
            body(try PackageRow(number: try narrowed(number), decoding: bytes))
        }
    }

    /// Puts a package in place of the one with its number.
    public func putPackage(_ row: PackageRow) throws(CacheError) {
        try putRecord(.package, row.number) { row.encode(into: &$0) }
    }

    /// Removes a package.
    public func removePackage(_ number: PackageNumber) throws(CacheError) {
        try removeRecord(.package, number)
    }
}
