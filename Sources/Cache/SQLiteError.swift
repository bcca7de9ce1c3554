import CSQLite
import Glibc

/// What SQLite could not do: its code, its words, and the SQL that it was doing.
public struct SQLiteError: Error, Equatable, Sendable {
    /// SQLite's extended result code.
    public let code: Int32
    /// SQLite's text for it.
    public let message: String
    /// The statement, or the path where a file could not be opened.
    public let sql: String
    /// The system's error number behind it, 0 if there is none.
    public let systemError: Int32

    /// The connection's last error, which `code` was returned for.
    init(_ code: Int32, connection: OpaquePointer?, sql: String) {
        self.sql = sql
        if let connection {
            self.code = sqlite3_extended_errcode(connection)
            self.message = String(cString: sqlite3_errmsg(connection))
            self.systemError = sqlite3_system_errno(connection)
        } else {
            self.code = code
            self.message = String(cString: sqlite3_errstr(code))
            self.systemError = 0
        }
    }

    /// The system's error number that says it: the one behind it, or that of a full disk; nil if there is none.
    public var systemCode: Int32? {
        if primaryCode == SQLITE_FULL { return ENOSPC }
        return systemError == 0 ? nil : systemError
    }

    /// The code without what extends it: `SQLITE_IOERR` for `SQLITE_IOERR_READ`.
    public var primaryCode: Int32 { code & 0xFF }
}
