/// Why the image could not do what it was asked.
public enum ImageError: Error {
    /// The section would outgrow the room that it has in memory.
    case sectionFull(SectionID, needed: UInt64)
    /// No power of two, or more than any address in the executable.
    case invalidAlignment(UInt64)
    /// Bytes that the section does not have.
    case outOfBounds(SectionID, offset: UInt64, count: UInt64)
    /// Blocks do not belong in this section.
    case noBlocks(SectionID)
    /// The name has a NUL in it, so that it would end early.
    case nulInName
    /// The state or the file contradicts itself: it is not what an image has written.
    case damaged(Damage)
    /// What the hole store or the reader of the file reported.
    case outside(any Error)

    /// What contradicts itself.
    public enum Damage: Sendable, Equatable {
        /// The list of sections: one is missing, comes twice, overlaps another, or has an impossible place or size.
        case section(SectionID)
        /// The file's size.
        case fileSize
        /// The number of the first global symbol.
        case firstGlobal
        /// The address of the first instruction.
        case entry
        /// The build id.
        case buildID
        /// A hole that is outside of its section or that the block beside it overlaps.
        case hole(SectionID, Hole)
        /// A symbol that is not what its index says.
        case symbol(SymbolIndex)
        /// A string without an end.
        case string(SectionID, offset: UInt64)
        /// The headers in the file are not those of the state.
        case headers
        /// The reader gave another number of bytes than it was asked for.
        case reading
    }
}
