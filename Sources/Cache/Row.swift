import CSQLite

/// The record that a statement stands at: key, content and checksum.
///
/// Valid until the statement moves. The types of the columns are checked: a table of a damaged file can hold anything.
struct Row {
    private let handle: OpaquePointer?

    init(_ statement: borrowing Statement) { handle = statement.handle }

    /// The number and the content, if the checksum is theirs.
    @inline(__always)
    func verified(
        as table: CacheTable, with seal: inout Seal
    ) throws(Malformed) -> (number: UInt64, content: UnsafeRawBufferPointer) {
        let key = try key()
        let value = value(at: 1)
        guard sqlite3_value_type(value) == SQLITE_BLOB else { throw .columnType }
        // The pointer is asked for before the length, as SQLite wants it.
        let start = sqlite3_value_blob(value)
        let content = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
        seal.begin(table)
        seal.add(key)
        seal.add(content)
        guard try integer(at: 2) == seal.checksum else { throw .checksum }
        return (RecordKind.number(of: key), content)
    }

    /// The key.
    func key() throws(Malformed) -> Int64 { try integer(at: 0) }

    private func integer(at column: Int32) throws(Malformed) -> Int64 {
        let value = value(at: column)
        guard sqlite3_value_type(value) == SQLITE_INTEGER else { throw .columnType }
        return sqlite3_value_int64(value)
    }

    /// What stands in a column. Asking the value is cheaper than asking the statement, which looks at each question
    /// whether it stands at a row; and safe while one thread uses the connection.
    private func value(at column: Int32) -> OpaquePointer? { sqlite3_column_value(handle, column) }
}

/// A number that must fit.
func narrowed<T: FixedWidthInteger>(_ number: UInt64) throws(Malformed) -> T {
    guard let narrow = T(exactly: number) else { throw .number }
    return narrow
}
