/// Room in a section that one declaration owns.
public struct Block: Hashable, Sendable {
    /// The section.
    public var section: SectionID
    /// Bytes from the start of the section.
    public var offset: UInt64
    /// Bytes that it owns; what it uses may be less.
    public var room: UInt64

    /// A block.
    public init(section: SectionID, offset: UInt64, room: UInt64) {
        self.section = section
        self.offset = offset
        self.room = room
    }

    /// Address of its first byte.
    public var address: UInt64 { section.address &+ offset }
}

/// What became of a block whose content changed its size. The caller writes the content in each case.
public struct ResizedBlock: Equatable, Sendable {
    /// How room was found.
    public enum Outcome: Equatable, Sendable {
        /// The block had room.
        case inPlace
        /// The block took of the free room that follows it.
        case grewInPlace
        /// The block is another one; these are the addresses.
        case moved(from: UInt64, to: UInt64)
    }

    /// The block from now on.
    public var block: Block
    /// How room was found.
    public var outcome: Outcome
}
