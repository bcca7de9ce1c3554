/// Statements of table `package`.
struct PackageStatements: ~Copyable {
    var all = Statement("SELECT * FROM package ORDER BY number")
    var put = Statement("REPLACE INTO package VALUES (?,?,?,?,?,?)")
    var remove = Statement("DELETE FROM package WHERE number = ?")
}

extension CacheStore {
    /// All packages, by number.
    public func packages() throws(CacheError) -> [PackageRow] {
        try rows(.package, &packageStatements.all) { (row) throws(Malformed) in
            PackageRow(
                number: try row.integer(), folder: try row.text(), name: try row.text(), rootPath: try row.text(),
                dependencies: try Self.dependencies(try row.borrowed()))
        }
    }

    /// Puts a package in place of the one with its number.
    public func putPackage(_ row: PackageRow) throws(CacheError) {
        let dependencies = packed { writer in
            writer.append(varint: UInt64(row.dependencies.count))
            for dependency in row.dependencies {
                writer.append(dependency.name)
                writer.append(dependency.folder)
            }
        }
        try put(
            .package, &packageStatements.put,
            [.number(row.number), .text(row.folder), .text(row.name), .text(row.rootPath), dependencies])
    }

    /// Removes a package.
    public func removePackage(_ number: PackageNumber) throws(CacheError) {
        try remove(.package, &packageStatements.remove, [.number(number)])
    }

    private static func dependencies(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> [DependencyRecord] {
        var reader = ByteReader(bytes)
        let count = try reader.count()
        var dependencies: [DependencyRecord] = []
        for _ in 0..<count {
            dependencies.append(DependencyRecord(name: try reader.text(), folder: try reader.text()))
        }
        try reader.finish()
        return dependencies
    }
}
