/// What was read from the cache and written to it. File records are counted apart: it alone grows with the project
/// in a build that changes nothing.
public struct CacheCounters: Equatable, Sendable {
    /// Rows read, without file records.
    public var rowsRead = 0
    /// Rows put or removed, without file records.
    public var rowsWritten = 0
    /// Bytes of the rows read: 8 for a number.
    public var bytesRead = 0
    /// Bytes of the rows put.
    public var bytesWritten = 0
    /// File records read.
    public var fileRowsRead = 0
    /// File records put or removed.
    public var fileRowsWritten = 0
    /// Bytes of file records read.
    public var fileBytesRead = 0
    /// Bytes of file records put.
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
