import Cache

/// Finds the files of the last build that are, or may be, other than when they were read.
///
/// What was found can be dealt with while another thread asks for the statuses of the others.
final class OutdatedFiles {
    private let scan: Scan
    private let reader: SourceReader
    /// Before it all files were looked at.
    private var next: FileNumber = 1
    /// Above all numbers.
    private let end: FileNumber
    /// Who began to ask before the files were known; nil once it is through, or has asked for something else.
    private var ahead: StatusesAhead?
    private var nextShare = 0

    /// Whether the next build can do the same with the file of paths as it is: all statuses were asked for ahead, or there
    /// are so few files that none has to be.
    private(set) var arePathsKnown: Bool

    /// From so many files on all processors ask for their statuses: before that to start a thread takes as long.
    static let fewestForAll = 512

    /// Files whose statuses a thread asks for at a time.
    private static let filesPerShare = 64

    init(_ scan: Scan, _ reader: SourceReader, _ ahead: StatusesAhead?) {
        self.scan = scan
        end = FileNumber(scan.files.count)
        self.reader = reader
        self.ahead = ahead
        arePathsKnown = ahead == nil && end <= OutdatedFiles.fewestForAll
    }

    /// Whether somebody else asks for the statuses of all that were not looked at yet.
    var areAskedFor: Bool { ahead?.isHelped ?? false }

    /// The next of them, by number, among those whose statuses are there by now.
    func findAnswered() -> [FileNumber] {
        while let ahead, nextShare < ahead.shareCount, ahead.isDone(share: nextShare) {
            let found = find(ahead)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// The next of them, by number; none once there are no more.
    func find() -> [FileNumber] {
        while let ahead {
            let found = find(ahead)
            if !found.isEmpty { return found }
        }
        return findInRest()
    }

    /// Those of the next share.
    private func find(_ ahead: StatusesAhead) -> [FileNumber] {
        guard nextShare < ahead.shareCount else {
            arePathsKnown = next == end
            self.ahead = nil
            return []
        }
        var found: [FileNumber] = []
        let isRight = ahead.take(share: nextShare) { path, fingerprint in
            guard next < end, scan.isPath(path, of: next) else { return false }
            if scan.isOutdated(next, fingerprint) { found.append(next) }
            next += 1
            return true
        }
        nextShare += 1
        if !isRight {
            ahead.cancel()
            self.ahead = nil
        }
        return found
    }

    /// All of those whose statuses nobody asked for ahead. Whoever asks now reads the list of files, so it is done before
    /// anybody changes that.
    private func findInRest() -> [FileNumber] {
        let rest = Share(scan: scan, reader: reader, numbers: next..<end)
        next = end
        guard rest.numbers.count >= OutdatedFiles.fewestForAll else { return rest.outdated }
        return WorkAhead.results(of: rest.split(), \.outdated).flatMap { $0 }
    }

    /// Some of the files. Nobody changes the list while they are looked at, so any thread may.
    private struct Share: @unchecked Sendable {
        let scan: Scan
        let reader: SourceReader
        var numbers: Range<FileNumber>

        /// The same in smaller ones for several threads.
        func split() -> [Share] {
            stride(from: numbers.lowerBound, to: numbers.upperBound, by: OutdatedFiles.filesPerShare).map { start in
                let end = min(start + FileNumber(OutdatedFiles.filesPerShare), numbers.upperBound)
                return Share(scan: scan, reader: reader, numbers: start..<end)
            }
        }

        var outdated: [FileNumber] {
            numbers.filter { number in
                guard scan.files[number].isAsked else { return false }
                return scan.isOutdated(
                    number, reader.fingerprint(scan.files.pathBytes(number), in: scan.project.folder))
            }
        }
    }
}
