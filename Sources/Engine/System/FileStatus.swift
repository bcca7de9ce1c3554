import Cache
import Glibc

/// What `stat` says of a file, as far as zbuild asks.
struct FileStatus: Equatable {
    var identity: FileIdentity
    var mode: mode_t
    var links: UInt64

    init(_ raw: stat) {
        identity = FileIdentity(
            size: Int64(raw.st_size), modified: FileStatus.nanoseconds(raw.st_mtim),
            changed: FileStatus.nanoseconds(raw.st_ctim), inode: UInt64(raw.st_ino), device: UInt64(raw.st_dev))
        mode = raw.st_mode
        links = UInt64(raw.st_nlink)
    }

    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    var isSymbolicLink: Bool { mode & S_IFMT == S_IFLNK }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? Int64.max : seconds &+ Int64(time.tv_nsec)
    }
}

/// System calls on paths.
enum FileSystem {
    /// Status of what `path` names, following symbolic links; nil if there is nothing.
    static func status(_ path: UnsafePointer<CChar>) throws(SystemError) -> FileStatus? {
        var raw = stat()
        if stat(path, &raw) == 0 { return FileStatus(raw) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SystemError("examine", String(cString: path))
    }

    /// Status of `path` itself, a symbolic link included; nil if there is nothing.
    static func linkStatus(_ path: String) throws(SystemError) -> FileStatus? {
        var raw = stat()
        if lstat(path, &raw) == 0 { return FileStatus(raw) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SystemError("examine", path)
    }

    /// Makes `path` and the folders above it that are missing.
    static func createDirectories(_ path: String) throws(SystemError) {
        if mkdir(path, 0o777) == 0 { return }
        switch errno {
        case EEXIST:
            guard try status(path)?.isDirectory == true else {
                throw SystemError("create folder", path, code: ENOTDIR)
            }
        case ENOENT:
            let parent = parentFolder(of: path)
            guard parent != path else { throw SystemError("create folder", path, code: ENOENT) }
            try createDirectories(parent)
            guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw SystemError("create folder", path) }
        default:
            throw SystemError("create folder", path)
        }
    }

    /// Puts `source` in the place of `destination`, atomically.
    static func rename(_ source: String, _ destination: String) throws(SystemError) {
        guard Glibc.rename(source, destination) == 0 else { throw SystemError("replace", destination) }
    }

    /// Removes a file; whether there was one.
    @discardableResult
    static func removeFile(_ path: String) throws(SystemError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw SystemError("remove", path)
    }

    /// Removes a folder if nothing is in it; whether it is gone.
    @discardableResult
    static func removeEmptyFolder(_ path: String) throws(SystemError) -> Bool {
        if rmdir(path) == 0 || errno == ENOENT { return true }
        if errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR { return false }
        throw SystemError("remove", path)
    }

    /// All of a small file of the kernel's or of the project's, as text.
    static func text(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> String {
        let file = try FileDescriptor.open(path, O_RDONLY, operation: "read")
        return String(decoding: try file.read(count: limit, at: 0), as: UTF8.self)
    }

    /// The part of `path` before its last `/`; "." if there is none.
    static func parentFolder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What stands behind the last slash of `path`.
    static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }
}
