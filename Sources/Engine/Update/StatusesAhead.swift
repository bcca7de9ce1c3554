import Cache
import Glibc
import Synchronization

/// Asks on another thread for the statuses of a build's files, while this one finds the project and opens the cache.
///
/// Whose statuses, says a file beside the cache that the last build wrote: the paths of its files. That is a guess. Who
/// takes a status compares the path with what the cache says, and asks himself where they differ; nothing else depends on
/// the file, so it has no checksum, and whoever removes it loses nothing but time.
///
/// Threads count up which share of the paths is next, and nobody ever waits for another. Nothing here allocates on another
/// thread than the one that begins: the C library would make a heap for that first, in the time of 25 statuses.
final class StatusesAhead: @unchecked Sendable {
    /// Paths that are looked at together.
    private struct Share: ~Copyable {
        /// Where they stand.
        let bytes: Range<Int>
        /// How many there are before them.
        let first: Int
        /// Whether their fingerprints are there.
        let isDone = Atomic(false)
    }

    /// The paths, each with a 0 behind it, by number of their files from 1 on; an empty one where nothing is to be asked.
    private let paths: [UInt8]
    private let folder: String
    private let reader: SourceReader
    private let shares: UnsafeMutableBufferPointer<Share>
    /// One for each path.
    private let fingerprints: UnsafeMutableBufferPointer<FileFingerprint>
    /// The shares before it are somebody's.
    private let nextShare = Atomic(0)

    /// Bytes of the paths whose statuses a thread asks for at a time, 5 to 10 of them. It is few, since whoever wants those
    /// of a share that another thread is at asks for them himself.
    private static let bytesPerShare = 128

    /// For so many files another thread helps: to start one takes as long as to ask for 20.
    private static let filesPerHelper = 256

    /// The largest file of paths, in bytes.
    private static let limit = 1 << 26

    /// Whether another thread asks, too.
    private(set) var isHelped = false

    /// Begins to ask for what the last build of this variant asked for; nil if that is not known, or little.
    static func begin(_ options: BuildOptions) -> StatusesAhead? {
        let path = Project.absolute(Project.pathsPath(options.mode), in: options.folder)
        guard let paths = try? read(path), paths.last == 0 else { return nil }
        let statuses = StatusesAhead(paths, in: options.folder, SourceReader(files: options.sources))
        let helperCount = max(statuses.fingerprints.count / filesPerHelper, 1)
        for _ in 0..<min(helperCount, Helpers.shared.count) where Helpers.shared.run(statuses.askForRest) {
            statuses.isHelped = true
        }
        return statuses
    }

    private static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.isRegular, status.identity.size <= limit else { return nil }
        return try file.read(count: Int(status.identity.size), at: 0)
    }

    private init(_ paths: [UInt8], in folder: String, _ reader: SourceReader) {
        self.paths = paths
        self.folder = folder
        self.reader = reader
        let mostShares = paths.count / StatusesAhead.bytesPerShare + 1
        let shares = UnsafeMutableBufferPointer<Share>.allocate(capacity: mostShares)
        var (shareCount, pathCount, start) = (0, 0, 0)
        while start < paths.count {
            var end = min(start + StatusesAhead.bytesPerShare, paths.count)
            while paths[end - 1] != 0 { end += 1 }
            shares.initializeElement(at: shareCount, to: Share(bytes: start..<end, first: pathCount))
            shareCount += 1
            pathCount += StatusesAhead.countPaths(paths, in: start..<end)
            start = end
        }
        self.shares = shares.extracting(..<shareCount)
        fingerprints = .allocate(capacity: pathCount)
        fingerprints.initialize(repeating: .none)
    }

    /// How many paths there are in `bytes`. No thread begins before that is known, so they are counted in a loop of which
    /// the compiler makes one over 16 bytes at a time: few enough for a sum that is a byte, too.
    private static func countPaths(_ paths: [UInt8], in bytes: Range<Int>) -> Int {
        paths.withUnsafeBufferPointer { paths in
            guard let paths = paths.baseAddress else { return 0 }
            var (count, place) = (0, bytes.lowerBound)
            while place < bytes.upperBound {
                let end = min(place &+ 128, bytes.upperBound)
                var some: UInt8 = 0
                while place < end {
                    some &+= paths[place] == 0 ? 1 : 0
                    place &+= 1
                }
                count += Int(some)
            }
            return count
        }
    }

    deinit {
        fingerprints.deallocate()
        shares.deinitialize().deallocate()
    }

    /// How many shares the files were divided into.
    var shareCount: Int { shares.count }

    /// Whether all fingerprints of a share are there.
    func isDone(share: Int) -> Bool { shares[share].isDone.load(ordering: .acquiring) }

    /// Gives path and fingerprint of each file of a share until `body` says false; whether it never did. While another
    /// thread is at the share, this one asks for what is left.
    func take(share: Int, _ body: (_ path: UnsafeRawBufferPointer, _ fingerprint: FileFingerprint) -> Bool) -> Bool {
        while !isDone(share: share) {
            guard askForNext() else {
                return forEachPath(of: share) { _, path in body(path, fingerprint(of: path)) }
            }
        }
        return forEachPath(of: share) { index, path in body(path, fingerprints[index]) }
    }

    /// Has nobody ask for what nobody has asked for yet.
    func cancel() { nextShare.store(shares.count, ordering: .relaxed) }

    @Sendable private func askForRest() { while askForNext() {} }

    /// Asks for the statuses of the next share; false if there is none.
    private func askForNext() -> Bool {
        let share = nextShare.wrappingAdd(1, ordering: .relaxed).oldValue
        guard share < shares.count else { return false }
        _ = forEachPath(of: share) { index, path in
            fingerprints[index] = fingerprint(of: path)
            return true
        }
        shares[share].isDone.store(true, ordering: .releasing)
        return true
    }

    private func fingerprint(of path: UnsafeRawBufferPointer) -> FileFingerprint {
        path.isEmpty ? .none : reader.fingerprint(path, in: folder)
    }

    /// Calls `body` with number and bytes of each path of a share, behind which there is a 0, until it says false; whether
    /// it never did.
    private func forEachPath(of share: Int, _ body: (Int, UnsafeRawBufferPointer) -> Bool) -> Bool {
        paths.withUnsafeBytes { paths in
            var index = shares[share].first
            var rest = UnsafeRawBufferPointer(rebasing: paths[shares[share].bytes])
            while let start = rest.baseAddress, let end = memchr(start, 0, rest.count) {
                let count = UnsafeRawPointer(end) - start
                guard body(index, UnsafeRawBufferPointer(start: start, count: count)) else { return false }
                index += 1
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
