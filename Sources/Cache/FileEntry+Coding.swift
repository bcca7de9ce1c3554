// The packed form of `file.records`; schema/README.md has its layout.

/// Bits of a file record's second byte.
private enum FileFlag {
    static let isPresent: UInt8 = 1
    static let hasIdentity: UInt8 = 2
    static let arePositionsPending: UInt8 = 4
    static let isManifest: UInt8 = 8
    static let isReached: UInt8 = 16
    static let all: UInt8 = 31
}

/// Appends the records of a part's files, which ascend. Files that were made together have times and inodes near each
/// other: these are written as their distance to those of the file before.
struct FileWriter {
    private var before = FileIdentity(size: 0, modified: 0, changed: 0, inode: 0, device: 0)

    mutating func append(_ entry: FileEntry, path: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        writer.append(UInt8(entry.number % FileNumber(filesPerPart)))
        writer.append(entry.flags)
        writer.append(varint: entry.package)
        writer.append(counted: path)
        writer.append(0)
        if let identity = entry.identity {
            append(identity, to: &writer)
            before = identity
        }
        writer.append(zigzag: entry.readTime &- before.changed)
    }

    /// The differences may wrap.
    private func append(_ identity: FileIdentity, to writer: inout ByteWriter) {
        writer.append(zigzag: identity.size)
        writer.append(zigzag: identity.modified &- before.changed)
        writer.append(zigzag: identity.changed &- identity.modified)
        writer.append(zigzag: Int64(bitPattern: identity.inode &- before.inode))
        writer.append(zigzag: Int64(bitPattern: identity.device &- before.device))
    }
}

/// Reads what `FileWriter` wrote.
struct FileReader {
    private let part: UInt32
    private let start: UnsafeRawBufferPointer
    private var reader: ByteReader
    private var before = FileIdentity(size: 0, modified: 0, changed: 0, inode: 0, device: 0)
    private var least: UInt8 = 0

    init(part: UInt32, _ records: UnsafeRawBufferPointer) {
        self.part = part
        start = records
        reader = ByteReader(records)
    }

    /// The next file, its path within the records; nil at their end.
    mutating func next() throws(Malformed) -> FileEntry? {
        guard !reader.isAtEnd else { return nil }
        let place = try reader.byte()
        guard place >= least, place < filesPerPart, part <= FileNumber.max / FileNumber(filesPerPart) else {
            throw .order
        }
        least = place + 1
        var entry = FileEntry()
        entry.number = part * FileNumber(filesPerPart) + FileNumber(place)
        let flags = try reader.byte()
        guard flags & ~FileFlag.all == 0 else { throw .flags }
        entry.flags = flags
        entry.package = try reader.varint32()
        let path = try reader.counted()
        guard try reader.byte() == 0 else { throw .kind }
        entry.pathStart = path.baseAddress.flatMap { first in start.baseAddress.map { first - $0 } } ?? 0
        entry.pathCount = path.count
        if flags & FileFlag.hasIdentity != 0 {
            before = try identity()
            entry.identity = before
        }
        entry.readTime = try reader.zigzag() &+ before.changed
        return entry
    }

    private mutating func identity() throws(Malformed) -> FileIdentity {
        let size = try reader.zigzag()
        let modified = try reader.zigzag() &+ before.changed
        return FileIdentity(
            size: size, modified: modified, changed: try reader.zigzag() &+ modified,
            inode: UInt64(bitPattern: try reader.zigzag()) &+ before.inode,
            device: UInt64(bitPattern: try reader.zigzag()) &+ before.device)
    }
}

extension FileEntry {
    fileprivate var flags: UInt8 {
        get {
            (isPresent ? FileFlag.isPresent : 0) | (identity != nil ? FileFlag.hasIdentity : 0)
                | (arePositionsPending ? FileFlag.arePositionsPending : 0) | (isManifest ? FileFlag.isManifest : 0)
                | (isReached ? FileFlag.isReached : 0)
        }
        set {
            isPresent = newValue & FileFlag.isPresent != 0
            arePositionsPending = newValue & FileFlag.arePositionsPending != 0
            isManifest = newValue & FileFlag.isManifest != 0
            isReached = newValue & FileFlag.isReached != 0
        }
    }
}
