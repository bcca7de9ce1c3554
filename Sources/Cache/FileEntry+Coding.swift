// The packed form of a file record; schema/README.md has its layout.

/// Bits of a file record's second byte.
private enum FileFlag {
    static let isPresent: UInt8 = 1
    static let hasIdentity: UInt8 = 2
    static let arePositionsPending: UInt8 = 4
    static let isManifest: UInt8 = 8
    static let isReached: UInt8 = 16
    /// The time changed is not written, since it is the time modified.
    static let isChangedWhenModified: UInt8 = 32
    /// The device is not written, since it is that of the file before.
    static let isOnSameDevice: UInt8 = 64
    static let all: UInt8 = 127
}

/// Appends the records of a part's files, which ascend.
///
/// Times and inodes are words, not varints: every build reads those of all files, and to put a number together from seven
/// bits here and there takes longer than to hash the bytes that it saves.
struct FileWriter {
    /// That of the file before.
    private var device: UInt64 = 0

    mutating func append(_ entry: FileEntry, path: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        writer.append(UInt8(entry.number % FileNumber(filesPerPart)))
        writer.append(entry.flags | sameness(of: entry.identity))
        writer.append(varint: entry.package)
        writer.append(counted: path)
        writer.append(0)
        if let identity = entry.identity { append(identity, to: &writer) }
        writer.append(fixed: UInt64(bitPattern: entry.readTime))
    }

    /// What need not be written.
    private func sameness(of identity: FileIdentity?) -> UInt8 {
        guard let identity else { return 0 }
        return (identity.changed == identity.modified ? FileFlag.isChangedWhenModified : 0)
            | (identity.device == device ? FileFlag.isOnSameDevice : 0)
    }

    private mutating func append(_ identity: FileIdentity, to writer: inout ByteWriter) {
        writer.append(fixed: UInt64(bitPattern: identity.size))
        writer.append(fixed: UInt64(bitPattern: identity.modified))
        if identity.changed != identity.modified { writer.append(fixed: UInt64(bitPattern: identity.changed)) }
        writer.append(fixed: identity.inode)
        if identity.device != device { writer.append(fixed: identity.device) }
        device = identity.device
    }
}

/// Reads what `FileWriter` wrote.
struct FileReader {
    private let part: UInt32
    private let start: UnsafeRawBufferPointer
    private var reader: ByteReader
    /// That of the file before.
    private var device: UInt64 = 0
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
        let flags = try reader.flags(FileFlag.all)
        entry.flags = flags
        entry.package = try reader.varint32()
        let path = try reader.counted()
        guard try reader.byte() == 0 else { throw .kind }
        entry.pathStart = path.baseAddress.flatMap { first in start.baseAddress.map { first - $0 } } ?? 0
        entry.pathCount = path.count
        if flags & FileFlag.hasIdentity != 0 { entry.identity = try identity(flags) }
        entry.readTime = Int64(bitPattern: try reader.fixed())
        return entry
    }

    private mutating func identity(_ flags: UInt8) throws(Malformed) -> FileIdentity {
        let size = Int64(bitPattern: try reader.fixed())
        let modified = Int64(bitPattern: try reader.fixed())
        let isChanged = flags & FileFlag.isChangedWhenModified == 0
        let changed = isChanged ? Int64(bitPattern: try reader.fixed()) : modified
        let inode = try reader.fixed()
        if flags & FileFlag.isOnSameDevice == 0 { device = try reader.fixed() }
        return FileIdentity(size: size, modified: modified, changed: changed, inode: inode, device: device)
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
