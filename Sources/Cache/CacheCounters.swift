/// What was read from the cache and written to it. The table of files is counted apart: it alone grows with the project
/// in a build that changes nothing.
public struct CacheCounters: Equatable, Sendable {
    /// Rows read, without those of `file`.
    public var rowsRead = 0
    /// Rows put or removed, without those of `file`.
    public var rowsWritten = 0
    /// Bytes of the rows read: 8 for a number.
    public var bytesRead = 0
    /// Bytes of the rows put.
    public var bytesWritten = 0
    /// Rows of `file` read.
    public var fileRowsRead = 0
    /// Rows of `file` put or removed.
    public var fileRowsWritten = 0
    /// Bytes of the rows of `file` read.
    public var fileBytesRead = 0
    /// Bytes of the rows of `file` put.
    public var fileBytesWritten = 0

    /// Nothing yet.
    public init() {}

    mutating func countRead(_ table: CacheTable, bytes: Int) {
        if table == .file {
            fileRowsRead += 1
            fileBytesRead += bytes
        } else {
            rowsRead += 1
            bytesRead += bytes
        }
    }

    mutating func countWritten(_ table: CacheTable, rows: Int, bytes: Int) {
        if table == .file {
            fileRowsWritten += rows
            fileBytesWritten += bytes
        } else {
            rowsWritten += rows
            bytesWritten += bytes
        }
    }
}
