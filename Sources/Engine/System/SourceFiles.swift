import Glibc

/// What reading sources asks of the system.
///
/// Tests answer in its place: files that change while they are read, and clocks and file systems that are coarser than
/// those of the machine that runs the tests.
protocol SourceFiles: Sendable {
    /// Nanoseconds since 1970 by the clock that stamps files.
    func time() -> Int64
    /// Status of what `path` names, following symbolic links; nil if there is nothing.
    func status(_ path: UnsafePointer<CChar>) throws(SystemError) -> FileStatus?
    /// Opens for reading, without waiting for anybody who is to write.
    func open(_ path: String) throws(SystemError) -> any SourceFile
}

/// A source that is open.
protocol SourceFile {
    /// As it is now.
    func status() throws(SystemError) -> FileStatus
    /// Its first `count` bytes; fewer only if it has no more.
    func read(count: Int) throws(SystemError) -> [UInt8]
}

/// The files of this machine.
struct SystemFiles: SourceFiles {
    func time() -> Int64 { Clock.fileTime() }

    func status(_ path: UnsafePointer<CChar>) throws(SystemError) -> FileStatus? { try FileSystem.status(path) }

    func open(_ path: String) throws(SystemError) -> any SourceFile {
        SystemFile(try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK))
    }
}

private final class SystemFile: SourceFile {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) { self.file = file }

    func status() throws(SystemError) -> FileStatus { try file.status() }

    func read(count: Int) throws(SystemError) -> [UInt8] { try file.read(count: count, at: 0) }
}
