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

    /// Bytes of the file that it gets where it is made anew: a third more than its size if it can grow, at least a page.
    var roomAnew: UInt64 { Self.wholePages(size + (id.grows ? size / 3 : 0)) }

    /// `size` rounded up to whole pages, at least one.
    static func wholePages(_ size: UInt64) -> UInt64 {
        max(size, 1).rounded(upTo: SectionLayout.pageSize) ?? size
    }
}
