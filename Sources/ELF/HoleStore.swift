/// Free room in a section, between blocks.
public struct Hole: Hashable, Sendable {
    /// Bytes from the start of the section.
    public var offset: UInt64
    /// Bytes.
    public var size: UInt64

    /// A hole.
    public init(offset: UInt64, size: UInt64) {
        self.offset = offset
        self.size = size
    }

    /// The first byte after it. Sizes out of a damaged store wrap around and are found out by whoever checks.
    public var end: UInt64 { offset &+ size }
}

/// Where an image keeps its holes: in memory, or in a database so that an update touches those it needs alone.
///
/// No two holes of a section touch or overlap, and none ends where the section does; the image sees to that. The store
/// only finds them. What goes wrong in it is thrown as `.outside`.
public protocol HoleStore: AnyObject {
    /// The smallest hole of at least `size` bytes; among equals that of the lowest offset.
    func bestFit(_ section: SectionID, atLeast size: UInt64) throws(ImageError) -> Hole?
    /// The hole that begins at `offset`.
    func hole(_ section: SectionID, startingAt offset: UInt64) throws(ImageError) -> Hole?
    /// The hole whose first byte after it is at `offset`.
    func hole(_ section: SectionID, endingAt offset: UInt64) throws(ImageError) -> Hole?
    /// Adds a hole.
    func insert(_ hole: Hole, _ section: SectionID) throws(ImageError)
    /// Takes out a hole that one of the other calls gave.
    func remove(_ hole: Hole, _ section: SectionID) throws(ImageError)
}
