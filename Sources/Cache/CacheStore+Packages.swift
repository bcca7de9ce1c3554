extension CacheStore {
    /// All packages, by number.
    public func packages() throws(CacheError) -> [PackageRow] {
        try records(.package) { (number, bytes) throws(Malformed) in
            try PackageRow(number: try narrowed(number), decoding: bytes)
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
