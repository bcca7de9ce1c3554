import CSQLite

/// A value for a parameter of a statement.
enum SQLValue {
    /// `NULL`.
    case null
    /// `INTEGER`.
    case integer(Int64)
    /// `TEXT`.
    case text(String)
    /// `TEXT` that need not be valid UTF-8.
    case rawText([UInt8])
    /// `BLOB`.
    case blob([UInt8])
    /// `BLOB` that stays where it is until the statement has run.
    case borrowed(UnsafeRawBufferPointer)

    /// An integer of any type; of `UInt64` the bit pattern.
    static func number(_ value: some BinaryInteger) -> SQLValue { .integer(Int64(truncatingIfNeeded: value)) }

    /// 0 or 1.
    static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

/// One SQL statement: compiled when it first runs, kept for the life of its owner, which must not outlive the use of
/// its connection.
///
///     try statement.start(in: database, values)
///     defer { statement.reset() }
///     while try statement.step() { ... }
struct Statement: ~Copyable {
    /// The text, `?` for a parameter.
    private let sql: StaticString
    /// SQLite's object; nil before the first use.
    private(set) var handle: OpaquePointer?

    init(_ sql: StaticString) { self.sql = sql }

    deinit { sqlite3_finalize(handle) }

    /// Makes it ready to run with these values for its parameters, in order, and behind them a checksum if there is one.
    mutating func start<let count: Int>(
        in database: borrowing Database, _ values: InlineArray<count, SQLValue>, _ checksum: Int64? = nil
    ) throws(SQLiteError) {
        if handle == nil { try prepare(in: database) }
        for place in 0..<count { try bind(values[place], at: Int32(place + 1)) }
        if let checksum { try bind(.integer(checksum), at: Int32(count + 1)) }
    }

    /// The same where it is not known before how many values there are.
    mutating func start(in database: borrowing Database, list values: [SQLValue]) throws(SQLiteError) {
        if handle == nil { try prepare(in: database) }
        for place in values.indices { try bind(values[place], at: Int32(place + 1)) }
    }

    /// The same for a first and a last key.
    mutating func start(in database: borrowing Database, _ keys: ClosedRange<Int64>) throws(SQLiteError) {
        if handle == nil { try prepare(in: database) }
        try bind(.integer(keys.lowerBound), at: 1)
        try bind(.integer(keys.upperBound), at: 2)
    }

    /// The same for a record. The content stays where it is until the statement has run.
    mutating func start(
        in database: borrowing Database, _ key: Int64, _ content: UnsafeRawBufferPointer, _ checksum: Int64
    ) throws(SQLiteError) {
        if handle == nil { try prepare(in: database) }
        try bind(.integer(key), at: 1)
        try bind(.borrowed(content), at: 2)
        try bind(.integer(checksum), at: 3)
    }

    private mutating func prepare(in database: borrowing Database) throws(SQLiteError) {
        let code = sql.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(
                    database.connection, $0.baseAddress, Int32($0.count), UInt32(SQLITE_PREPARE_PERSISTENT), &handle,
                    nil)
            }
        }
        guard code == SQLITE_OK else { throw error(code, database.connection) }
    }

    /// Goes to the next row; false if there is none.
    mutating func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code, sqlite3_db_handle(handle))
        }
    }

    /// Ends the run and lets go of the values.
    mutating func reset() {
        // Nil if it could not be compiled; `sqlite3_clear_bindings` would follow that.
        guard let handle else { return }
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(SQLiteError) {
        // Tells SQLite to copy. It is a macro that casts -1 to a function pointer, which Swift does not import.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
        let code =
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let number): sqlite3_bind_int64(handle, index, number)
            case .text(let text): bind(text, at: index, copied)
            case .rawText(let bytes):
                bytes.withUnsafeBytes { bind($0.assumingMemoryBound(to: CChar.self), at: index, copied) }
            case .blob(let bytes): bytes.withUnsafeBytes { bind($0, at: index, copied) }
            case .borrowed(let bytes): bind(bytes, at: index, nil)
            }
        guard code == SQLITE_OK else { throw error(code, sqlite3_db_handle(handle)) }
    }

    private func bind(_ text: String, at index: Int32, _ destructor: sqlite3_destructor_type?) -> Int32 {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { bind($0, at: index, destructor) }
        }
    }

    private func bind(
        _ text: UnsafeBufferPointer<CChar>, at index: Int32, _ destructor: sqlite3_destructor_type?
    ) -> Int32 {
        // No address at all would bind NULL.
        guard let start = text.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, nil) }
        return sqlite3_bind_text64(handle, index, start, UInt64(text.count), destructor, UInt8(SQLITE_UTF8))
    }

    private func bind(
        _ bytes: UnsafeRawBufferPointer, at index: Int32, _ destructor: sqlite3_destructor_type?
    ) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        return sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), destructor)
    }

    private func error(_ code: Int32, _ connection: OpaquePointer?) -> SQLiteError {
        SQLiteError(code, connection: connection, sql: sql.description)
    }
}
