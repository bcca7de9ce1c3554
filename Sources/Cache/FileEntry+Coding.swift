// The packed form of a file record; schema/README.md has its layout.

/// Bits of a file record's second byte.
private enum FileFlag {
    static let isPresent: UInt8 = 1
    static let isRacy: UInt8 = 2
    static let arePositionsPending: UInt8 = 4
    static let isManifest: UInt8 = 8
    static let isReached: UInt8 = 16
    static let all: UInt8 = 31
}

extension FileEntry {
    /// Appends the record of a file; those of a part ascend.
    ///
    /// The fingerprint is a word, as nearly all varints of it would have ten bytes.
    func encode(path: UnsafeRawBufferPointer, into writer: inout ByteWriter) {
        writer.append(UInt8(number % FileNumber(filesPerPart)))
        writer.append(flags)
        writer.append(varint: package)
        writer.append(counted: path)
        writer.append(0)
        writer.append(fixed: fingerprint.bits)
    }

    private var flags: UInt8 {
        (isPresent ? FileFlag.isPresent : 0) | (isRacy ? FileFlag.isRacy : 0)
            | (arePositionsPending ? FileFlag.arePositionsPending : 0) | (isManifest ? FileFlag.isManifest : 0)
            | (isReached ? FileFlag.isReached : 0)
    }
}

/// Reads the records of a part.
struct FileReader {
    private let part: UInt32
    private let start: UnsafeRawBufferPointer
    private var reader: ByteReader
    private var least = 0

    init(part: UInt32, _ records: UnsafeRawBufferPointer) {
        self.part = part
        start = records
        reader = ByteReader(records)
    }

    /// The next file, its path within the records; nil at their end.
    mutating func next() throws(Malformed) -> FileEntry? {
        guard !reader.isAtEnd else { return nil }
        let place = Int(try reader.byte())
        guard place >= least, place < filesPerPart, part <= FileNumber.max / FileNumber(filesPerPart) else {
            throw .order
        }
        least = place + 1
        let flags = try reader.flags(FileFlag.all)
        let package = try reader.varint32()
        let path = try reader.counted()
        guard try reader.byte() == 0 else { throw .kind }
        let fingerprint = FileFingerprint(bits: try reader.fixed())
        var entry = FileEntry(fingerprint: fingerprint, isRacy: flags & FileFlag.isRacy != 0)
        entry.number = part * FileNumber(filesPerPart) + FileNumber(place)
        entry.package = package
        entry.isPresent = flags & FileFlag.isPresent != 0
        entry.arePositionsPending = flags & FileFlag.arePositionsPending != 0
        entry.isManifest = flags & FileFlag.isManifest != 0
        entry.isReached = flags & FileFlag.isReached != 0
        let pathStart = path.baseAddress.flatMap { first in start.baseAddress.map { first - $0 } } ?? 0
        guard let pathStart = UInt32(exactly: pathStart), let pathCount = UInt32(exactly: path.count) else {
            throw .count
        }
        entry.pathStart = pathStart
        entry.pathCount = pathCount
        return entry
    }
}
