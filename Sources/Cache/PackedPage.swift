import BLAKE3

/// A page's row of `text` or `state`, packed and with its checksum: all the work but that of SQLite. Any thread may make
/// one.
public struct PackedPage: Sendable {
    let table: CacheTable
    /// What stands before the records: the page, of a text its file too.
    let keys: [UInt32]
    let records: ArraySlice<UInt8>
    let checksum: Int64
    /// Bytes of the row, as the report counts them.
    var byteCount: Int { 8 * keys.count + records.count }
}

/// Packs pages, and computes the checksums of all of them at once, which takes a third as long as one by one.
public struct PagePacker: ~Copyable {
    private var writer = ByteWriter(capacity: PagePacker.usualSize)
    private var seal = Seal()
    private var pages: [Page] = []

    /// A page of which the checksum is still to be computed.
    private struct Page {
        var table: CacheTable
        var keys: [UInt32]
        /// Where its records are.
        var records: Range<Int>
        /// What its checksum is of.
        var sealed: Range<Int>
    }

    /// A packer.
    public init() {}

    /// Adds the row of the texts of `page`, which belongs to `file`.
    public mutating func add(_ records: UnsafeBufferPointer<TextRecord>, of page: PageNumber, file: FileNumber) {
        add(.text, [page, file]) { TextPage.encode(records, into: &$0) }
    }

    /// Adds the row of what is known about the declarations of `page`.
    public mutating func add(_ records: UnsafeBufferPointer<StateRecord>, of page: PageNumber) {
        add(.state, [page]) { StatePage.encode(records, of: page, into: &$0) }
    }

    /// Adds a row. What is sealed are its values and the records: the values come before those, where room is left, for
    /// they tell how many bytes follow.
    private mutating func add(_ table: CacheTable, _ keys: [UInt32], _ encode: (inout ByteWriter) -> Void) {
        writer.skip(PagePacker.headRoom)
        let start = writer.bytes.count
        encode(&writer)
        let end = writer.bytes.count
        seal.begin(table)
        for key in keys { seal.add(Int64(key)) }
        seal.addHead(ofBytes: end - start)
        writer.store(seal.bytes, endingAt: start)
        pages.append(
            Page(table: table, keys: keys, records: start..<end, sealed: start - seal.bytes.count..<end))
    }

    /// Eight pages mostly have fewer bytes.
    private static let usualSize = 64 << 10
    /// Bytes that the values of a row before its records take at most.
    private static let headRoom = 64

    /// The rows.
    public consuming func finish() -> [PackedPage] {
        let checksums = Digest.hashes(of: pages.map(\.sealed), in: writer.bytes)
        let bytes = Array(writer.bytes)
        return zip(pages, checksums).map { page, checksum in
            PackedPage(
                table: page.table, keys: page.keys, records: bytes[page.records], checksum: Seal.checksum(checksum))
        }
    }
}
