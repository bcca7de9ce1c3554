/// Where a part of the executable is in the file, and how much of it is in use.
public struct SectionState: Hashable, Sendable {
    /// The part.
    public var id: SectionID
    /// Where it begins in the file.
    public var fileOffset: UInt64
    /// Bytes of the file that it owns; none for `.bss`.
    public var fileRoom: UInt64
    /// Bytes in use from its start, holes included.
    public var size: UInt64

    /// A part.
    public init(id: SectionID, fileOffset: UInt64, fileRoom: UInt64, size: UInt64) {
        self.id = id
        self.fileOffset = fileOffset
        self.fileRoom = fileRoom
        self.size = size
    }
}
