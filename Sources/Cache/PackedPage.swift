/// A page's row of `text` or `state`, packed and with its checksum: all the work but that of SQLite. Any thread may make
/// one.
public struct PackedPage: Sendable {
    let table: CacheTable
    /// What stands before the records: the page, of a text its file too.
    let keys: [UInt32]
    let records: [UInt8]
    let checksum: Int64
    /// Bytes of the row, as the report counts them.
    let byteCount: Int
}

/// Packs pages, one after the other.
public struct PagePacker: ~Copyable {
    private var writer = ByteWriter()
    private var seal = Seal()

    /// A packer.
    public init() {}

    /// The row of the texts of `page`, which belongs to `file`.
    public mutating func pack(
        _ records: UnsafeBufferPointer<TextRecord>, of page: PageNumber, file: FileNumber
    ) -> PackedPage {
        writer.removeAll()
        TextPage.encode(records, into: &writer)
        return sealed(.text, [page, file])
    }

    /// The row of what is known about the declarations of `page`.
    public mutating func pack(_ records: UnsafeBufferPointer<StateRecord>, of page: PageNumber) -> PackedPage {
        writer.removeAll()
        StatePage.encode(records, of: page, into: &writer)
        return sealed(.state, [page])
    }

    private mutating func sealed(_ table: CacheTable, _ keys: [UInt32]) -> PackedPage {
        seal.begin(table)
        for key in keys { seal.add(Int64(key)) }
        seal.add(writer.bytes)
        return PackedPage(
            table: table, keys: keys, records: Array(writer.bytes), checksum: seal.checksum,
            byteCount: seal.byteCount)
    }
}
