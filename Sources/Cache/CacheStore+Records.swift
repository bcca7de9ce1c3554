/// A kind of record, by its number in `record.key`.
///
/// What an update writes each time has numbers next to each other, so that it stands on few pages of the file.
enum RecordKind: Int64, CaseIterable {
    case package = 1
    case section, build, meta, redo, cause, file, pending, source, user, text, state
    case export, exportList, diagnostic, hole, holeBySize, freeRoom

    /// What it is called.
    var table: CacheTable {
        switch self {
        case .package: .package
        case .section: .section
        case .build: .build
        case .meta: .meta
        case .redo: .redo
        case .cause: .cause
        case .file: .file
        case .pending: .pending
        case .source: .source
        case .user: .user
        case .text: .text
        case .state: .state
        case .export: .export
        case .exportList: .exportList
        case .diagnostic: .diagnostic
        case .hole: .hole
        case .holeBySize: .holeBySize
        case .freeRoom: .freeRoom
        }
    }

    /// Bits of a key below its kind.
    private static let numberBits: Int64 = 56

    /// The key of the record of this kind with that number, which has at most 56 bits.
    func key(_ number: some FixedWidthInteger & UnsignedInteger) -> Int64 {
        rawValue << RecordKind.numberBits | Int64(truncatingIfNeeded: number) & RecordKind.mostNumber
    }

    /// The number in a key.
    static func number(of key: Int64) -> UInt64 { UInt64(key & mostNumber) }

    private static var mostNumber: Int64 { 1 << numberBits - 1 }

    /// The least and the greatest key.
    var keys: ClosedRange<Int64> { key(0 as UInt64)...key(UInt64.max) }
}

extension ClosedRange<Int64> {
    /// The least and the greatest of the keys, as statements want them.
    var bounds: InlineArray<2, SQLValue> { [.integer(lowerBound), .integer(upperBound)] }
}

/// The statements that there are, apart from those of `Database`: SQLite compiles each anew in each process, so one does
/// for all kinds, and for one record as for several.
struct RecordStatements: ~Copyable {
    var range = Statement("SELECT * FROM record WHERE key BETWEEN ? AND ? ORDER BY key")
    var last = Statement("SELECT * FROM record WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1")
    var search = Statement(
        "SELECT key FROM record WHERE key BETWEEN ? AND ? AND instr(content, ?) > 0 ORDER BY key")
    var put = Statement("REPLACE INTO record VALUES (?,?,?)")
    var remove = Statement("DELETE FROM record WHERE key BETWEEN ? AND ?")
}

extension CacheStore {
    /// A record by its number, decoded; nil if there is none.
    func record<T>(
        _ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        let key = kind.key(number)
        return try firstRecord(kind, in: key...key, decode)
    }

    /// All records of a kind, by number.
    func records<T>(
        _ kind: RecordKind, _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> [T] {
        try records(kind, in: kind.keys, decode)
    }

    /// Gives `body` all records of a kind, by number.
    func forEachRecord(
        _ kind: RecordKind, _ body: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> Void
    ) throws(CacheError) {
        try forEachRow(kind.table, &recordStatements.range, kind.keys, body)
    }

    /// Records of a kind whose keys are in `keys`, by number.
    func records<T>(
        _ kind: RecordKind, in keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> [T] {
        try rows(kind.table, &recordStatements.range, keys, decode)
    }

    /// The record of the least key in `keys`; nil if there is none.
    func firstRecord<T>(
        _ kind: RecordKind, in keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        try row(kind.table, &recordStatements.range, keys, decode)
    }

    /// The record of the greatest key in `keys`; nil if there is none.
    func lastRecord<T>(
        _ kind: RecordKind, in keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        try row(kind.table, &recordStatements.last, keys, decode)
    }

    /// Puts a record in place of the one with its number.
    func putRecord(
        _ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger, _ encode: (inout ByteWriter) -> Void
    ) throws(CacheError) {
        writer.removeAll()
        encode(&writer)
        try put(kind, kind.key(number), writer.bytes)
    }

    /// Removes a record, if it is there.
    func removeRecord(_ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger) throws(CacheError) {
        let key = kind.key(number)
        try removeRecords(kind, in: key...key)
    }

    /// Removes all records of a kind.
    func removeRecords(_ kind: RecordKind) throws(CacheError) {
        try removeRecords(kind, in: kind.keys)
    }
}
