import Cache

/// Reads source files that a person may be editing.
struct SourceReader {
    let files: any SourceFiles

    enum Outcome {
        case content([UInt8], FileIdentity, time: Int64)
        /// It cannot be read, and why.
        case failure(String)
    }

    /// The largest file, in bytes.
    static let limit: Int64 = 1 << 32
    /// How often a file may change while it is read before it is taken as it was.
    private static let attempts = 3

    /// Reads with `read`, never through a mapping: an editor that truncates the file would kill the process. The
    /// status before and after must be the same, else it is read again; after three times it is taken as it was when it
    /// was opened, with a time of reading that makes the next run read it again.
    func read(_ path: String) -> Outcome {
        do throws(SystemError) {
            var last: Outcome = .failure("it changes while it is read")
            for _ in 0..<SourceReader.attempts {
                let time = files.time()
                let file = try files.open(path)
                let before = try file.status()
                guard !before.isDirectory else { return .failure("it is a directory") }
                guard before.isRegular else { return .failure("it is not a regular file") }
                guard before.identity.size < SourceReader.limit else { return .failure("it is 4 GiB long or longer") }
                let size = Int(before.identity.size)
                let bytes = try file.read(count: size + 1)
                let isWhole = try file.status() == before && bytes.count == size
                if isWhole { return .content(bytes, before.identity, time: time) }
                last = .content(Array(bytes.prefix(size)), before.identity, time: 0)
            }
            return last
        } catch {
            return .failure(SystemError.reason(error.code))
        }
    }

    /// What tells the file from a changed one; that of none also if it cannot be found out.
    private func fingerprint(_ path: UnsafePointer<CChar>) -> FileFingerprint {
        do throws(SystemError) { return FileFingerprint(try files.status(path)?.identity) } catch { return .none }
    }

    /// The same of a path, with a 0 behind it, that is absolute or relative to `folder`.
    func fingerprint(_ path: UnsafeRawBufferPointer, in folder: String) -> FileFingerprint {
        guard let start = path.baseAddress?.assumingMemoryBound(to: CChar.self) else { return .none }
        if folder == "." || path.first == UInt8(ascii: "/") { return fingerprint(start) }
        return fingerprint(Project.absolute(String(cString: start), in: folder))
    }
}
