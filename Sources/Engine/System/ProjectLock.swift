import Glibc

/// The lock that keeps two zbuilds from one project: a POSIX record lock on `.zbuild/lock`, which the kernel releases
/// when its owner dies. Nothing is written into the file.
struct ProjectLock: ~Copyable {
    private let file: FileDescriptor
    /// Whether another had it first.
    let hasWaited: Bool

    /// Waits for the lock on `path`. `waiting` is called once with the owner's process number if it is taken.
    ///
    /// The file may have been removed while we waited; then the lock is on a file that nobody else will find, so the
    /// inode of the descriptor must be that of the path.
    static func acquire(_ path: String, waiting: (Int32) -> Void) throws(SystemError) -> ProjectLock {
        var hasWaited = false
        while true {
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, operation: "lock")
            if try !lock(file, F_SETLK) {
                hasWaited = true
                if let owner = owner(file) { waiting(owner) }
                guard try lock(file, F_SETLKW) else { continue }
            }
            if let now = try FileSystem.status(path), now.identity.inode == (try file.status()).identity.inode {
                return ProjectLock(file: file, hasWaited: hasWaited)
            }
        }
    }

    /// Lets the next one in.
    consuming func release() {}

    private static func lock(_ file: borrowing FileDescriptor, _ command: Int32) throws(SystemError) -> Bool {
        var request = wholeFile()
        while fcntl(file.number, command, &request) != 0 {
            if errno == EACCES || errno == EAGAIN { return false }
            if errno != EINTR { throw SystemError("lock", file.path) }
        }
        return true
    }

    private static func owner(_ file: borrowing FileDescriptor) -> Int32? {
        var request = wholeFile()
        guard fcntl(file.number, F_GETLK, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        return request.l_pid
    }

    private static func wholeFile() -> flock {
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        return request
    }
}
