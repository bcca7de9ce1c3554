import BLAKE3

/// A page's text or state record, packed and with its checksum: all the work but that of SQLite. Any thread may make one.
public struct PackedPage: Sendable {
    let kind: RecordKind
    let key: Int64
    fileprivate(set) var content: ArraySlice<UInt8> = []
    fileprivate(set) var checksum: Int64 = 0
    /// Bytes of the row, as the report counts them.
    var byteCount: Int { 8 + content.count }
}

/// Packs pages, and computes the checksums of all of them at once, which takes a third as long as one by one.
public struct PagePacker: ~Copyable {
    private var writer = ByteWriter(capacity: PagePacker.usualSize)
    private var seal = Seal()
    /// Pages of which content and checksum are still missing.
    private var pages: [PackedPage] = []
    /// Where the content of each is.
    private var contents: [Range<Int>] = []
    /// What the checksum of each is of.
    private var sealed: [Range<Int>] = []

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
        pages.append(PackedPage(kind: kind, key: key))
        contents.append(start..<end)
        sealed.append(start - seal.bytes.count..<end)
    }

    /// Eight pages mostly have fewer bytes.
    private static let usualSize = 64 << 10
    /// Bytes that are sealed before the content, at most.
    private static let headRoom = 64

    /// The pages.
    public consuming func finish() -> [PackedPage] {
        let bytes = Array(writer.bytes)
        for place in pages.indices { pages[place].content = bytes[contents[place]] }
        var pages = pages
        Digest.hashes(of: sealed, in: writer.bytes) { place, digest in pages[place].checksum = Seal.checksum(digest) }
        return pages
    }
}
