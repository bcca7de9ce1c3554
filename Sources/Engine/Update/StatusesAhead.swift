import Cache
import Glibc

/// Asks on another thread for the statuses of a build's files, while this one finds the project and opens the cache.
///
/// Whose statuses, says a file beside the cache that the last build wrote: the paths of its files. That is a guess. Who
/// takes a status compares the path with what the cache says, and asks himself where they differ; nothing else depends on
/// the file, so it has no checksum, and whoever removes it loses nothing but time.
final class StatusesAhead: Sendable {
    /// The paths, each with a 0 behind it, by number of their files from 1 on; an empty one where nothing is to be asked.
    private let paths: [UInt8]
    private let work: WorkAhead<Range<Int>, [FileFingerprint]>
    /// Which bytes of the paths are looked at together.
    private let shares: [Range<Int>]

    /// Bytes of the paths whose statuses a thread asks for at a time: 20 to 40 of them. It is few, since whoever is through
    /// first waits for the other's last.
    private static let bytesPerShare = 512

    /// The largest file of paths, in bytes.
    private static let limit = 1 << 26

    /// Begins to ask for what the last build of this variant asked for; nil if that is not known, or little.
    static func begin(_ options: BuildOptions) -> StatusesAhead? {
        let path = Project.absolute(Project.pathsPath(options.mode), in: options.folder)
        guard let paths = try? read(path), paths.last == 0 else { return nil }
        return StatusesAhead(paths, in: options.folder, SourceReader(files: options.sources))
    }

    private static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.isRegular, status.identity.size <= limit else { return nil }
        return try file.read(count: Int(status.identity.size), at: 0)
    }

    private init(_ paths: [UInt8], in folder: String, _ reader: SourceReader) {
        self.paths = paths
        let work = WorkAhead(fewest: 1) { (bytes: Range<Int>) in
            var fingerprints: [FileFingerprint] = []
            fingerprints.reserveCapacity(bytes.count / 8)
            StatusesAhead.forEachPath(paths, in: bytes) { path in
                fingerprints.append(path.isEmpty ? .none : reader.fingerprint(path, in: folder))
                return true
            }
            return fingerprints
        }
        self.work = work
        shares = StatusesAhead.shares(of: paths)
        // Tickets are numbers of shares.
        _ = work.add(shares)
    }

    /// Which bytes of the paths are looked at together.
    private static func shares(of paths: [UInt8]) -> [Range<Int>] {
        var shares: [Range<Int>] = []
        var start = 0
        while start < paths.count {
            var end = min(start + bytesPerShare, paths.count)
            while paths[end - 1] != 0 { end += 1 }
            shares.append(start..<end)
            start = end
        }
        return shares
    }

    /// How many shares the files were divided into.
    var shareCount: Int { shares.count }

    /// Gives path and fingerprint of each file of a share, which is taken once, until `body` says false; whether it never did.
    /// While another thread asks for them, this one asks for others.
    func take(share: Int, _ body: (_ path: UnsafeRawBufferPointer, _ fingerprint: FileFingerprint) -> Bool) -> Bool {
        let fingerprints = work.take(share)
        var next = 0
        return StatusesAhead.forEachPath(paths, in: shares[share]) { path in
            next += 1
            return body(path, fingerprints[next - 1])
        }
    }

    /// Has nobody ask for what nobody has asked for yet.
    func cancel() { work.cancel() }

    /// Calls `body` with each path, which has a 0 behind it, until it says false; whether it never did. The last byte of
    /// the range is a 0.
    @discardableResult private static func forEachPath(
        _ paths: [UInt8], in bytes: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        paths.withUnsafeBytes { paths in
            var rest = UnsafeRawBufferPointer(rebasing: paths[bytes])
            while let start = rest.baseAddress, let end = memchr(start, 0, rest.count) {
                let count = UnsafeRawPointer(end) - start
                guard body(UnsafeRawBufferPointer(start: start, count: count)) else { return false }
                rest = UnsafeRawBufferPointer(start: start + count + 1, count: rest.count - count - 1)
            }
            return true
        }
    }

    // MARK: - For the next build

    /// Writes the paths of the build's files for the next build. Whether that works is nobody's business.
    static func write(_ files: FileTable, to path: String) {
        // Not over what is there: it may be a link to something else.
        guard (try? FileSystem.removeFile(path)) != nil, files.count > OutdatedFiles.fewestForAll else { return }
        var paths: [UInt8] = []
        var count = 0
        for number in 1..<FileNumber(files.count) {
            if files[number].isAsked {
                paths += files.pathBytes(number)
                count += 1
            }
            paths.append(0)
        }
        guard count >= OutdatedFiles.fewestForAll else { return }
        guard let file = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL) else { return }
        try? file.write(paths, at: 0)
    }
}

extension FileEntry {
    /// Whether a build asks for the file's status.
    var isAsked: Bool { number != 0 && isReached }
}
