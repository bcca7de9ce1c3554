/// The file records as they are in memory: the entries in one array, their paths in one buffer, each with a 0 behind it so
/// that the system can be asked about it where it stands.
///
/// A build that finds nothing changed looks at each file, so a file must cost little more than asking the system for its
/// status: there is no object and no string for each.
public final class FileList {
    /// By number; number 0 and gaps are entries with number 0. Memory of its own: the type of an array would be set up in
    /// each build.
    @usableFromInline var entries: UnsafeMutablePointer<FileEntry>
    /// Above all numbers.
    public private(set) var count: Int
    private var capacity: Int
    /// Where the paths stand: packed records, as they were read, and paths that were added.
    private var texts: ByteWriter

    /// Room for the record of a file whose path is not long. What is not used of it costs nothing, since the kernel gives
    /// memory only where somebody writes; a buffer that grows costs its pages twice.
    private static let bytesPerFile = 64

    /// A list for files whose numbers are below `limit`.
    public init(limit: FileNumber) {
        count = Int(max(limit, 1))
        capacity = count
        entries = .allocate(capacity: count)
        entries.initialize(repeating: FileEntry(), count: count)
        texts = ByteWriter(capacity: count * FileList.bytesPerFile)
    }

    deinit { entries.deallocate() }

    /// The entry of a number, where it stands: each build looks at a few fields of all of them.
    @inlinable
    public subscript(number: FileNumber) -> FileEntry {
        @inline(__always) unsafeAddress {
            precondition(number < count)
            return UnsafePointer(entries + Int(number))
        }
        @inline(__always) unsafeMutableAddress {
            precondition(number < count)
            return entries + Int(number)
        }
    }

    /// Adds an entry that is nobody's.
    private func grow() {
        if count == capacity {
            let larger = UnsafeMutablePointer<FileEntry>.allocate(capacity: 2 * capacity)
            larger.moveInitialize(from: entries, count: count)
            entries.deallocate()
            entries = larger
            capacity *= 2
        }
        (entries + count).initialize(to: FileEntry())
        count += 1
    }

    /// The path of a file, relative to the project folder.
    public func path(_ number: FileNumber) -> String { String(decoding: pathBytes(number), as: UTF8.self) }

    /// The path of a file where it stands, with a 0 behind it: valid until a file is added.
    public func pathBytes(_ number: FileNumber) -> UnsafeRawBufferPointer {
        let entry = self[number]
        let start = Int(entry.pathStart)
        return UnsafeRawBufferPointer(rebasing: texts.bytes[start..<start + Int(entry.pathCount)])
    }

    /// Puts a file into the list under a number that is nobody's: the next, or one within it.
    public func add(_ number: FileNumber, package: PackageNumber, path: String, isManifest: Bool) {
        if Int(number) == count { grow() }
        var entry = FileEntry()
        entry.number = number
        entry.package = package
        entry.isManifest = isManifest
        entry.pathStart = UInt32(texts.bytes.count)
        entry.pathCount = UInt32(path.utf8.count)
        var path = path
        path.withUTF8 { texts.append(UnsafeRawBufferPointer($0)) }
        texts.append(0)
        self[number] = entry
    }

    /// Takes over the files of a part. Gives how many they are.
    func add(part: UInt32, _ records: UnsafeRawBufferPointer) throws(Malformed) -> Int {
        let start = texts.bytes.count
        // Places of paths are numbers of 32 bits; half of them are left for paths that are added.
        guard start + records.count <= Int32.max else { throw .count }
        texts.append(records)
        let kept = UnsafeRawBufferPointer(rebasing: texts.bytes[start...])
        var reader = FileReader(part: part, kept)
        var added = 0
        while var entry = try reader.next() {
            guard entry.number > 0, entry.number < count else { throw .number }
            entry.pathStart += UInt32(start)
            self[entry.number] = entry
            added += 1
        }
        return added
    }
}
