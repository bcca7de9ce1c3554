/// A kind of record, by its number in `record.key`.
///
/// What an update writes each time has numbers next to each other, so that it stands on few pages of the file.
enum RecordKind: Int64, CaseIterable {
    case package = 1
    case section, build, meta, redo, cause, file, pending, source, user, text, state

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

/// Statements of table `record`.
struct RecordStatements: ~Copyable {
    var get = Statement("SELECT * FROM record WHERE key = ?")
    var range = Statement("SELECT * FROM record WHERE key BETWEEN ? AND ? ORDER BY key")
    var put = Statement("REPLACE INTO record VALUES (?,?,?)")
    var remove = Statement("DELETE FROM record WHERE key = ?")
    var search = Statement(
        "SELECT key FROM record WHERE key BETWEEN ? AND ? AND instr(content, ?) > 0 ORDER BY key")
    var removeRange = Statement("DELETE FROM record WHERE key BETWEEN ? AND ?")
}

extension CacheStore {
    /// A record by its number, decoded; nil if there is none.
    func record<T>(
        _ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        try row(kind.table, &recordStatements.get, [.integer(kind.key(number))]) { (row) throws(Malformed) in
            try row.record(decode)
        }
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
        try forEachRow(kind.table, &recordStatements.range, kind.keys.bounds) { (row) throws(Malformed) in
            try row.record(body)
        }
    }

    /// Records of a kind whose keys are in `keys`, by number.
    func records<T>(
        _ kind: RecordKind, in keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> [T] {
        try rows(kind.table, &recordStatements.range, keys.bounds) { (row) throws(Malformed) in
            try row.record(decode)
        }
    }

    /// The record of the least key in `keys`; nil if there is none.
    func firstRecord<T>(
        _ kind: RecordKind, in keys: ClosedRange<Int64>,
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(CacheError) -> T? {
        try row(kind.table, &recordStatements.range, keys.bounds) { (row) throws(Malformed) in
            try row.record(decode)
        }
    }

    /// Puts a record in place of the one with its number.
    func putRecord(
        _ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger, _ encode: (inout ByteWriter) -> Void
    ) throws(CacheError) {
        try put(kind.table, &recordStatements.put, [.integer(kind.key(number)), packed(encode)])
    }

    /// Removes a record, if it is there.
    func removeRecord(_ kind: RecordKind, _ number: some FixedWidthInteger & UnsignedInteger) throws(CacheError) {
        try remove(kind.table, &recordStatements.remove, [.integer(kind.key(number))])
    }

    /// Removes all records of a kind.
    func removeRecords(_ kind: RecordKind) throws(CacheError) {
        try remove(kind.table, &recordStatements.removeRange, kind.keys.bounds)
    }
}

extension Row {
    /// A row of table `record`, decoded.
    @inline(__always)
    fileprivate mutating func record<T>(
        _ decode: (UInt64, UnsafeRawBufferPointer) throws(Malformed) -> T
    ) throws(Malformed) -> T {
        try decode(RecordKind.number(of: try int64()), try borrowed())
    }
}
