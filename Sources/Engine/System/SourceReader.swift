import Cache
import Glibc

/// Reads source files that a person may be editing.
enum SourceReader {
    enum Outcome {
        case content([UInt8], FileIdentity, time: Int64)
        /// It cannot be read, and why.
        case failure(String)
    }

    /// The largest file, in bytes.
    static let limit: Int64 = 1 << 32

    /// Reads with `read`, never through a mapping: an editor that truncates the file would kill the process. The
    /// status before and after must be the same, else it is read again; after three times it is taken as it is, with
    /// a time of reading that makes the next run read it again.
    static func read(_ path: String) -> Outcome {
        do throws(SystemError) {
            var last: Outcome = .failure("it changes while it is read")
            for _ in 0..<3 {
                let time = Clock.fileTime()
                let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
                let before = try file.status()
                guard !before.isDirectory else { return .failure("it is a directory") }
                guard before.isRegular else { return .failure("it is not a regular file") }
                guard before.identity.size < limit else { return .failure("it is 4 GiB long or longer") }
                let bytes = try file.read(count: Int(before.identity.size) + 1, at: 0)
                let isWhole = try file.status() == before && bytes.count == Int(before.identity.size)
                if isWhole { return .content(bytes, before.identity, time: time) }
                last = .content(bytes, before.identity, time: 0)
            }
            return last
        } catch {
            return .failure(SystemError.reason(error.code))
        }
    }
}
