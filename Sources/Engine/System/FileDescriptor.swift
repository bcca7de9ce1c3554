import CSystem
import Glibc

/// An open file, closed when it goes out of scope. All of zbuild's file I/O but SQLite's passes here, so that EINTR and
/// short transfers are dealt with once.
struct FileDescriptor: ~Copyable {
    let number: Int32
    let path: String

    private init(number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    /// Opens `path` with close-on-exec set.
    static func open(
        _ path: String, _ flags: Int32, mode: mode_t = 0o666, operation: String = "open"
    ) throws(SystemError) -> FileDescriptor {
        while true {
            let number = Glibc.open(path, flags | O_CLOEXEC, mode)
            if number >= 0 { return FileDescriptor(number: number, path: path) }
            if errno != EINTR { throw SystemError(operation, path) }
        }
    }

    /// Identity, kind and permissions of the open file.
    func status() throws(SystemError) -> FileStatus {
        var raw = stat()
        guard fstat(number, &raw) == 0 else { throw SystemError("examine", path) }
        return FileStatus(raw)
    }

    /// Fills `buffer` from `offset` on and returns how many bytes there were: fewer only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(
                number, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw SystemError("read", path)
            }
        }
        return done
    }

    /// Bytes of a huge page of x86-64.
    private static let hugePage = 2 << 20

    /// Has the kernel give a large buffer in huge pages, if it does so: giving 35 MB in small ones takes as long as all else
    /// of reading them.
    private static func useHugePages(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress, buffer.count >= 4 * hugePage else { return }
        let first = start.alignedUp(toMultipleOf: hugePage)
        let end = (start + buffer.count).alignedDown(toMultipleOf: hugePage)
        _ = madvise(first, end - first, MADV_HUGEPAGE)
    }

    /// Up to `count` bytes from `offset` on; fewer only at the end of the file.
    func read(count: Int, at offset: UInt64) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            FileDescriptor.useHugePages(UnsafeMutableRawBufferPointer(buffer))
            do throws(SystemError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                number, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw SystemError("write", path)
            }
        }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) { try write(bytes[...], at: offset) }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(SystemError) {
        var failure: SystemError?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemError) { try write(buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Cuts or extends the file to `size` bytes.
    func truncate(to size: UInt64) throws(SystemError) {
        while ftruncate(number, off_t(size)) != 0 {
            if errno != EINTR { throw SystemError("resize", path) }
        }
    }

    /// Reserves disk space for the file's first `size` bytes and leaves its size alone, so that writing there later
    /// cannot fail for want of room. False where the file system cannot do that.
    func reserve(_ size: UInt64) throws(SystemError) -> Bool {
        while zbuild_fallocate(number, 1, 0, Int(size)) != 0 {
            if errno == EOPNOTSUPP || errno == ENOSYS { return false }
            if errno != EINTR { throw SystemError("reserve space for", path) }
        }
        return true
    }

    /// Copies `count` bytes at `source` of `input` to `destination` here, within the kernel where it can.
    func copy(
        from input: borrowing FileDescriptor, at source: UInt64, to destination: UInt64, count: UInt64
    ) throws(SystemError) {
        var from = Int(source)
        var to = Int(destination)
        var left = Int(count)
        while left > 0 {
            let copied = zbuild_copy_file_range(input.number, &from, number, &to, UInt(left))
            if copied > 0 {
                left -= copied
            } else if copied == 0 {
                throw SystemError("read", input.path, code: EIO)
            } else if errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP {
                return try copyThroughMemory(from: input, at: UInt64(from), to: UInt64(to), count: left)
            } else if errno != EINTR {
                throw SystemError("copy", path)
            }
        }
    }

    private func copyThroughMemory(
        from input: borrowing FileDescriptor, at source: UInt64, to destination: UInt64, count: Int
    ) throws(SystemError) {
        var done = 0
        while done < count {
            let bytes = try input.read(count: min(count - done, 1 << 20), at: source + UInt64(done))
            guard !bytes.isEmpty else { throw SystemError("read", input.path, code: EIO) }
            try write(bytes, at: destination + UInt64(done))
            done += bytes.count
        }
    }

    /// Sets the permission bits.
    func setMode(_ mode: mode_t) throws(SystemError) {
        guard fchmod(number, mode) == 0 else { throw SystemError("set permissions of", path) }
    }
}
