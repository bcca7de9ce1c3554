import BLAKE3

/// A page's text or state record, packed and with its checksum: all the work but that of SQLite. Any thread may make one.
public struct PackedPage: Sendable {
    let kind: RecordKind
    let key: Int64
    let content: ArraySlice<UInt8>
    let checksum: Int64
    /// Bytes of the row, as the report counts them.
    var byteCount: Int { 8 + content.count }
}

/// Packs pages, and computes the checksums of all of them at once, which takes a third as long as one by one.
public struct PagePacker: ~Copyable {
    private var writer = ByteWriter(capacity: PagePacker.usualSize)
    private var seal = Seal()
    private var pages: [Page] = []

    /// A page of which the checksum is still to be computed.
    private struct Page {
        var kind: RecordKind
        var key: Int64
        /// Where it is.
        var content: Range<Int>
        /// What its checksum is of.
        var sealed: Range<Int>
    }

    /// A packer.
    public init() {}

    /// Adds the texts of `page`, which belongs to `file`.
    public mutating func add(_ records: UnsafeBufferPointer<TextRecord>, of page: PageNumber, file: FileNumber) {
        add(.text, page) { TextPage.encode(records, of: file, into: &$0) }
    }

    /// Adds what is known about the declarations of `page`.
    public mutating func add(_ records: UnsafeBufferPointer<StateRecord>, of page: PageNumber) {
        add(.state, page) { StatePage.encode(records, of: page, into: &$0) }
    }

    /// Adds a record. What is sealed is its key and its content: the key comes before that, where room is left, for it
    /// tells how many bytes follow.
    private mutating func add(_ kind: RecordKind, _ page: PageNumber, _ encode: (inout ByteWriter) -> Void) {
        writer.skip(PagePacker.headRoom)
        let start = writer.bytes.count
        encode(&writer)
        let end = writer.bytes.count
        let key = kind.key(page)
        seal.begin(kind.table)
        seal.add(key)
        seal.addHead(ofBytes: end - start)
        writer.store(seal.bytes, endingAt: start)
        pages.append(Page(kind: kind, key: key, content: start..<end, sealed: start - seal.bytes.count..<end))
    }

    /// Eight pages mostly have fewer bytes.
    private static let usualSize = 64 << 10
    /// Bytes that are sealed before the content, at most.
    private static let headRoom = 64

    /// The pages.
    public consuming func finish() -> [PackedPage] {
        let checksums = Digest.hashes(of: pages.map(\.sealed), in: writer.bytes)
        let bytes = Array(writer.bytes)
        return zip(pages, checksums).map { page, checksum in
            PackedPage(
                kind: page.kind, key: page.key, content: bytes[page.content], checksum: Seal.checksum(checksum))
        }
    }
}
