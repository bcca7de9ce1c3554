import CSQLite

/// The row that a statement stands at, read column by column from the left.
///
/// Valid until the statement moves. Every read checks the column's type: a table of a damaged file can hold anything.
struct Row {
    private let handle: OpaquePointer?
    private var column: Int32 = 0

    init(_ statement: borrowing Statement) { handle = statement.handle }

    /// The columns of the row.
    var count: Int32 { sqlite3_column_count(handle) }

    /// Skips a column that the caller knows.
    mutating func skip() { column += 1 }

    /// What stands in a column. Asking the value is cheaper than asking the statement, which looks at each question
    /// whether it stands at a row; and safe while one thread uses the connection.
    private func value(at column: Int32) -> OpaquePointer? { sqlite3_column_value(handle, column) }

    /// An `INTEGER`.
    mutating func int64() throws(Malformed) -> Int64 {
        let value = value(at: column)
        guard sqlite3_value_type(value) == SQLITE_INTEGER else { throw .columnType }
        column += 1
        return sqlite3_value_int64(value)
    }

    /// An `INTEGER` that must fit.
    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(Malformed) -> T {
        guard let value = T(exactly: try int64()) else { throw .number }
        return value
    }

    /// An `INTEGER` that is 0 or 1.
    mutating func flag() throws(Malformed) -> Bool {
        switch try int64() {
        case 0: return false
        case 1: return true
        default: throw .flags
        }
    }

    /// A `TEXT` as it stands.
    mutating func rawText() throws(Malformed) -> [UInt8] {
        Array(try bytes(of: SQLITE_TEXT))
    }

    /// A `BLOB` where SQLite holds it.
    mutating func borrowed() throws(Malformed) -> UnsafeRawBufferPointer { try bytes(of: SQLITE_BLOB) }

    private mutating func bytes(of type: Int32) throws(Malformed) -> UnsafeRawBufferPointer {
        let value = value(at: column)
        guard sqlite3_value_type(value) == type else { throw .columnType }
        column += 1
        return content(of: value)
    }

    /// The bytes of a `TEXT` or `BLOB`. The pointer is asked for before the length, as SQLite wants it.
    private func content(of value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_blob(value)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
    }

    /// Seals the columns before the last, and checks that the last is their checksum.
    func verify(as table: CacheTable, with seal: inout Seal) throws(Malformed) {
        seal.begin(table)
        let last = count - 1
        for column in 0..<max(last, 0) {
            let value = value(at: column)
            switch sqlite3_value_type(value) {
            case SQLITE_NULL: seal.addNull()
            case SQLITE_INTEGER: seal.add(sqlite3_value_int64(value))
            case SQLITE_TEXT, SQLITE_BLOB: seal.add(content(of: value))
            default: throw .columnType
            }
        }
        let value = value(at: last)
        guard sqlite3_value_type(value) == SQLITE_INTEGER, sqlite3_value_int64(value) == seal.checksum
        else { throw .checksum }
    }
}

/// A number that must fit.
func narrowed<T: FixedWidthInteger>(_ number: UInt64) throws(Malformed) -> T {
    guard let narrow = T(exactly: number) else { throw .number }
    return narrow
}
