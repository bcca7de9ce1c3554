import Glibc
import Schema

/// The first page of a database's file: its header, and the root of the table of its schema. Looking at it takes a
/// tenth of what SQLite takes to be asked for the same.
///
/// The layout is SQLite's, which it keeps for good: https://sqlite.org/fileformat2.html
struct DatabaseStart {
    private let page: [UInt8]
    private let fileSize: Int64

    /// `page` has as many bytes as a page of a cache, zeros where the file ends before.
    init(page: [UInt8], fileSize: Int64) {
        self.page = page
        self.fileSize = fileSize
    }

    /// Where the header has what.
    private enum Place {
        static let pageSize = 16
        static let versions = 18
        static let changeCount = 24
        static let pageCount = 28
        static let freePageCount = 36
        static let schemaCookie = 40
        static let schemaFormat = 44
        static let vacuum = 52
        static let encoding = 56
        static let userVersion = 60
        static let incrementalVacuum = 64
        static let applicationID = 68
        static let changeCountOfPageCount = 92
        static let root = 100
    }

    /// A number of four bytes.
    private func number(at place: Int) -> UInt32 {
        page[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func shortNumber(at place: Int) -> Int { Int(page[place]) << 8 | Int(page[place + 1]) }

    /// Why it is not the start of a cache of this version; nil if it is.
    func identify() -> UnusableReason? {
        let application = number(at: Place.applicationID)
        if application == 0 && number(at: Place.schemaCookie) == 0 { return .empty }
        if application != UInt32(bitPattern: CacheStore.applicationID) { return .foreignApplication }
        if number(at: Place.userVersion) != UInt32(bitPattern: CacheStore.schemaVersion) { return .otherVersion }
        // Pages of the size that they are made with, no write-ahead log, no bytes at their ends that are not SQLite's.
        guard shortNumber(at: Place.pageSize) == CacheStore.pageSize, shortNumber(at: Place.versions) == 0x0101,
            page[Place.versions + 2] == 0, number(at: Place.schemaFormat) == 4, number(at: Place.vacuum) == 0,
            number(at: Place.encoding) == 1, number(at: Place.incrementalVacuum) == 0
        else { return .damaged }
        return hasOurSchema ? nil : .otherSchema
    }

    /// Bytes of all pages. Who wrote last says how many there are, if it was a SQLite that does.
    var databaseSize: Int64 {
        guard number(at: Place.changeCount) == number(at: Place.changeCountOfPageCount) else { return fileSize }
        return Int64(number(at: Place.pageCount)) * Int64(CacheStore.pageSize)
    }

    /// Whether the file has all of the database's pages: SQLite takes what is missing of the last one for zeros.
    var isWhole: Bool { fileSize >= databaseSize && databaseSize % Int64(CacheStore.pageSize) == 0 }

    /// Bytes of the pages that hold nothing.
    var freeBytes: Int64 { Int64(number(at: Place.freePageCount)) * Int64(CacheStore.pageSize) }

    /// Whether the database has the table of the schema, in its words, and nothing else: the root of the table of its
    /// schema is a leaf, with one cell.
    private var hasOurSchema: Bool {
        let cell = DatabaseStart.schemaCell
        guard page[Place.root] == 13, shortNumber(at: Place.root + 3) == 1 else { return false }
        let start = shortNumber(at: Place.root + 8)
        guard start + cell.count <= page.count else { return false }
        return page.withUnsafeBytes { page in
            cell.withUnsafeBytes { cell in
                guard let page = page.baseAddress, let cellStart = cell.baseAddress else { return false }
                return memcmp(page + start, cellStart, cell.count) == 0
            }
        }
    }

    /// The row of the table, as SQLite keeps it: its type, its name, the table that it is, its first page, and its text.
    static let schemaCell: [UInt8] = {
        let sql = createStatement
        // A text of n bytes is said by 2n + 13, a number of one byte by 1; seven bits to a byte, the highest first.
        let textType = sql.count * 2 + 13
        let head: [UInt8] = [7, 23, 25, 25, 1, UInt8(textType >> 7 | 0x80), UInt8(textType & 0x7F)]
        let payload = head + "tablerecordrecord".utf8 + [2] + sql
        return [UInt8(payload.count >> 7 | 0x80), UInt8(payload.count & 0x7F), 1] + payload
    }()

    /// The statement of the schema as SQLite keeps it: from `CREATE` to before the semicolon. Other lines of the schema
    /// are comments or empty.
    private static var createStatement: ArraySlice<UInt8> {
        let schema = Schema.bytes
        return schema.withUnsafeBytes { bytes in
            /// Where a byte is found first from `start` on, or the end.
            func find(_ byte: Unicode.Scalar, from start: Int) -> Int {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                guard let first = rest.baseAddress, let found = memchr(first, Int32(byte.value), rest.count) else {
                    return bytes.count
                }
                return start + (UnsafeRawPointer(found) - first)
            }
            var line = 0
            while line < bytes.count, bytes[line] != UInt8(ascii: "C") {
                line = min(find("\n", from: line) + 1, bytes.count)
            }
            return schema[line..<find(";", from: line)]
        }
    }
}
