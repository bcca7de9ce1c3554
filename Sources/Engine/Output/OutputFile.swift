import CSystem
import Cache
import Glibc

/// The executable as it is on disk, open for reading, and for writing if it may be patched in place.
final class OutputFile: Sendable {
    private let file: FileDescriptor
    /// As it was when it was opened.
    let status: FileStatus
    /// Whether its bytes may be overwritten where they are.
    let isPatchable: Bool

    private init(_ file: consuming FileDescriptor, mayBePatched: Bool) throws(SystemError) {
        let status = try file.status()
        isPatchable =
            mayBePatched && status.isRegular && status.links == 1 && OutputFile.overwritesInPlace(file)
            && !OutputFile.isUsedByOthers(file)
        self.status = status
        self.file = file
    }

    /// Opens the executable at `path`. It may be patched in place only if it is a regular file of one name, on a local
    /// file system that overwrites in place, writable, not running, on a kernel that refuses writing to a running
    /// program, and if nobody has it open or mapped: debuggers, and programs that load it by themselves.
    static func open(_ path: String) throws(SystemError) -> OutputFile {
        let isLink = try FileSystem.linkStatus(path)?.isSymbolicLink ?? false
        if !isLink, Kernel.refusesWritingToPrograms {
            do throws(SystemError) {
                return try OutputFile(try FileDescriptor.open(path, O_RDWR), mayBePatched: true)
            } catch {
                guard [ETXTBSY, EACCES, EPERM, EROFS].contains(error.code) else { throw error }
            }
        }
        return try OutputFile(try FileDescriptor.open(path, O_RDONLY), mayBePatched: false)
    }

    /// `count` bytes at `offset`; fewer only at the end of the file.
    func read(count: Int, at offset: UInt64) throws(SystemError) -> [UInt8] {
        try file.read(count: count, at: offset)
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
        try file.write(bytes, at: offset)
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(SystemError) {
        try file.write(bytes, at: offset)
    }

    /// Whether there is room now for the file's first `size` bytes, whatever happens to the disk.
    func reserve(_ size: UInt64) throws(SystemError) -> Bool { try file.reserve(size) }

    func truncate(to size: UInt64) throws(SystemError) { try file.truncate(to: size) }

    /// Carries `steps` out, and gives the file's identity after them.
    func apply(_ steps: [RedoStep]) throws(SystemError) {
        for step in steps {
            switch step {
            case .write(let offset, let bytes):
                try file.write(bytes, at: offset)
            case .copy(let source, let destination, let count):
                try file.copy(from: file, at: source, to: destination, count: count)
            }
        }
    }

    func currentIdentity() throws(SystemError) -> FileIdentity { try file.status().identity }

    /// Makes a copy of the file at `path`, which must not exist.
    func copy(to path: String) throws(SystemError) -> OutputFile {
        let copy = try OutputFile.create(path, mode: status.mode & 0o7777)
        try copy.file.copy(from: file, at: 0, to: 0, count: UInt64(clamping: status.identity.size))
        return copy
    }

    /// Makes a new file at `path`, in the place of a leftover.
    static func create(_ path: String, mode: mode_t?) throws(SystemError) -> OutputFile {
        try FileSystem.removeFile(path)
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o777, operation: "create")
        if let mode { try file.setMode(mode) }
        return try OutputFile(file, mayBePatched: false)
    }

    /// Where the file system does not tell, nobody is believed to have it.
    private static func isUsedByOthers(_ file: borrowing FileDescriptor) -> Bool {
        zbuild_is_used_by_others(file.number) != 0
    }

    /// ext2 to ext4, xfs and tmpfs (`statfs(2)`); a copy-on-write or network file system is not known to.
    private static func overwritesInPlace(_ file: borrowing FileDescriptor) -> Bool {
        [0xef53, 0x5846_5342, 0x0102_1994].contains(zbuild_file_system_type(file.number))
    }
}

/// What this kernel promises and tells.
enum Kernel {
    /// Linux refuses to open a running program for writing (ETXTBSY), except for versions 6.11 and 6.12.
    static let refusesWritingToPrograms: Bool = {
        var names = utsname()
        guard uname(&names) == 0 else { return false }
        let release = withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return !release.hasPrefix("6.11.") && !release.hasPrefix("6.12.")
    }()

    /// Changes with each start of the machine.
    static func bootID() throws(SystemError) -> String {
        let text = try FileSystem.text("/proc/sys/kernel/random/boot_id", limit: 64)
        return String(text.prefix { $0 != "\n" })
    }

    /// The most memory that this process had at a time, in bytes; 0 if unknown. (`getrusage` would count what its parent had.)
    static func peakMemory() -> Int {
        guard let text = try? FileSystem.text("/proc/self/status", limit: 1 << 14) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(separator: " ").compactMap { Int($0) }.first
        return (kibibytes ?? 0) * 1024
    }
}
