import Cache
import Glibc
import Semantics

/// Asks on another thread for the statuses of a build's files, while this one finds the project and opens the cache.
///
/// Whose statuses, says a file beside the cache that the last build wrote: the paths of its files. That is a guess. Who
/// takes a status compares the path with what the cache says, and asks himself where they differ; nothing else depends on
/// the file, so it has no checksum, and whoever removes it loses nothing but time.
///
/// It shares the work as `WorkAhead` does, of which each kind is a type that is set up at run time: that would be a part of
/// every build that could be felt.
final class StatusesAhead: @unchecked Sendable {
    /// The paths, each with a 0 behind it, by number of their files from 1 on; an empty one where nothing is to be asked.
    private let paths: [UInt8]
    private let folder: String
    private let reader: SourceReader
    /// Which bytes of the paths are looked at together, and how many files are before them.
    private let shares = FlatTable<(bytes: Range<Int>, first: Int)>()
    /// By file; those of a share are written by the thread that began it, and read by others once it is done.
    private let fingerprints = FlatTable<FileFingerprint>()

    private enum State {
        case waiting, begun, done
    }

    // What follows is guarded by `monitor`.
    /// Of each share.
    private let states = FlatTable<State>()
    /// Before it no share waits.
    private var firstWaiting = 0
    /// The share that the thread waits for that takes them.
    private var awaited: Int?
    /// Signals that it is done.
    private let monitor = Monitor()

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
        self.folder = folder
        self.reader = reader
        divide()
        for _ in 0..<min(shareCount, Helpers.shared.count) where !Helpers.shared.run({ self.help() }) { break }
    }

    /// Divides the files into shares.
    private func divide() {
        var (start, first) = (0, 0)
        while start < paths.count {
            var end = min(start + StatusesAhead.bytesPerShare, paths.count)
            while paths[end - 1] != 0 { end += 1 }
            shares.append((start..<end, first))
            first += StatusesAhead.countPaths(paths, in: start..<end)
            start = end
        }
        fingerprints.append(repeating: .none, count: first)
        states.append(repeating: .waiting, count: shareCount)
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

    /// How many shares the files were divided into.
    var shareCount: Int { shares.count }

    /// Gives path and fingerprint of each file of a share until `body` says false; whether it never did. While another
    /// thread asks for them, this one asks for others.
    func take(share: Int, _ body: (_ path: UnsafeRawBufferPointer, _ fingerprint: FileFingerprint) -> Bool) -> Bool {
        while let next = monitor.locked({ beginToGet(share) }) { ask(next) }
        var file = shares[share].first
        return StatusesAhead.forEachPath(paths, in: shares[share].bytes) { path in
            file += 1
            return body(path, fingerprints[file - 1])
        }
    }

    /// Has nobody ask for what nobody has asked for yet.
    func cancel() { monitor.locked { firstWaiting = shareCount } }

    /// The share that the thread that wants `share` asks for next, which is begun; nil once that one is done.
    private func beginToGet(_ share: Int) -> Int? {
        if states[share] == .waiting {
            states[share] = .begun
            return share
        }
        while states[share] != .done {
            if let next = beginNext() { return next }
            awaited = share
            monitor.wait()
        }
        return nil
    }

    /// The next share that waits, which is begun; nil if there is none.
    private func beginNext() -> Int? {
        while firstWaiting < shareCount {
            firstWaiting += 1
            guard states[firstWaiting - 1] == .waiting else { continue }
            states[firstWaiting - 1] = .begun
            return firstWaiting - 1
        }
        return nil
    }

    /// Asks for what nobody has begun to ask for.
    private func help() {
        while let next = monitor.locked(beginNext) { ask(next) }
    }

    /// Asks for the statuses of a share.
    private func ask(_ share: Int) {
        var file = shares[share].first
        StatusesAhead.forEachPath(paths, in: shares[share].bytes) { path in
            if !path.isEmpty { fingerprints[file] = reader.fingerprint(path, in: folder) }
            file += 1
            return true
        }
        monitor.locked {
            states[share] = .done
            if awaited == share { monitor.signal() }
        }
    }

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
