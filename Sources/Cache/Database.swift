import CSQLite

/// A connection to one SQLite database file; closes it at the end of its life.
///
/// Needs: one thread at a time uses it (SQLite's own mutexes are off). Nobody else in the process opens the same
/// file by other means: closing such a descriptor would drop the locks that this one holds.
struct Database: ~Copyable {
    /// SQLite's object.
    let connection: OpaquePointer

    /// Settings of the library, before its first use.
    private static let isConfigured: Void = zbuild_sqlite3_configure()

    /// Opens the file at `path`; makes it if it is missing and `creating` is true.
    init(path: String, creating: Bool) throws(SQLiteError) {
        _ = Database.isConfigured
        var connection: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &connection, creating ? flags | SQLITE_OPEN_CREATE : flags, nil)
        guard code == SQLITE_OK, let connection else {
            let error = SQLiteError(code, connection: connection, sql: path)
            sqlite3_close_v2(connection)
            throw error
        }
        self.connection = connection
    }

    // SQLite closes the file once the last statement is gone too, in whatever order they go.
    deinit { sqlite3_close_v2(connection) }

    /// Lets go of the locks on the file. The connection is neither used nor closed any more.
    func unlock() { zbuild_sqlite3_unlock(connection) }

    /// Whether the file may only be read.
    var isReadOnly: Bool { sqlite3_db_readonly(connection, "main") == 1 }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// Rows that the last statement inserted, changed or deleted.
    var changes: Int { Int(sqlite3_changes(connection)) }

    /// Turns one of SQLite's `SQLITE_DBCONFIG_` switches on or off.
    func configure(_ option: Int32, _ isOn: Bool) throws(SQLiteError) {
        let code = zbuild_sqlite3_db_config_flag(connection, option, isOn ? 1 : 0)
        guard code == SQLITE_OK else { throw SQLiteError(code, connection: nil, sql: "sqlite3_db_config(\(option))") }
    }

    /// Runs statements that give no rows, or whose rows are of no interest.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, connection: connection, sql: sql) }
    }

    /// The first column of the first row that a statement gives, as a number; 0 if it gives none.
    func number(_ sql: StaticString) throws(SQLiteError) -> Int64 {
        try number(sql, [])
    }

    /// The same of a statement with parameters.
    func number<let count: Int>(
        _ sql: StaticString, _ values: InlineArray<count, SQLValue>
    ) throws(SQLiteError) -> Int64 {
        var statement = Statement(sql)
        try statement.start(in: self, values)
        return try statement.step() ? sqlite3_column_int64(statement.handle, 0) : 0
    }

    /// The first column of the first row that a statement gives, as text; empty if it gives none.
    func text(_ sql: StaticString) throws(SQLiteError) -> String {
        var statement = Statement(sql)
        try statement.start(in: self, [])
        guard try statement.step(), let text = sqlite3_column_text(statement.handle, 0) else { return "" }
        return String(cString: text)
    }
}
