// The packed form of a package record; schema/README.md has its layout.

extension PackageRow {
    func encode(into writer: inout ByteWriter) {
        for text in [folder, name, rootPath] { writer.append(text) }
        writer.append(varint: UInt64(dependencies.count))
        for dependency in dependencies {
            writer.append(dependency.name)
            writer.append(dependency.folder)
        }
    }

    /// What these bytes say of package `number`.
    init(number: PackageNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        self.init(
            number: number, folder: try reader.text(), name: try reader.text(), rootPath: try reader.text(),
            dependencies: try reader.list(DependencyRecord.init(from:)))
        try reader.finish()
    }
}

extension DependencyRecord {
    fileprivate init(from reader: inout ByteReader) throws(Malformed) {
        self.init(name: try reader.text(), folder: try reader.text())
    }
}
