// Blocks: the room of declarations in `.text`, `.rodata`, `.data` and `.bss`, with slack to grow in.

extension Image {
    /// A larger alignment than this would make blocks larger than their slack and their size need.
    private static let largestRoundedAlignment: UInt64 = 64

    /// Room for `size` bytes at an address that is a multiple of `alignment`, a power of two.
    public mutating func allocate(
        _ section: SectionID, size: UInt64, alignment: UInt64 = 1
    ) throws(ImageError) -> Block {
        let room = try roomFor(section, size, alignment)
        let offset = try takeRoom(section, room, alignment: alignment)
        return Block(section: section, offset: offset, room: room)
    }

    /// Makes the content of `block`, of which `used` bytes were in use, `size` bytes long. The caller writes it after.
    ///
    /// Within the block's room; else into the hole that follows it; else, if it is the last of its section, beyond the
    /// section's end; else in another place. A block with more than twice the room that it would get gives some back.
    public mutating func resize(
        _ block: Block, used: UInt64, to size: UInt64, alignment: UInt64 = 1
    ) throws(ImageError) -> ResizedBlock {
        try check(block)
        let wanted = try roomFor(block.section, size, alignment)
        guard block.address % alignment == 0 else { return try move(block, used: used, to: size, alignment) }
        if size <= block.room {
            return ResizedBlock(block: try shrink(block, used: used, to: size, wanted), outcome: .inPlace)
        }
        if let grown = try growInPlace(block, to: size, wanted) {
            return ResizedBlock(block: grown, outcome: .grewInPlace)
        }
        return try move(block, used: used, to: size, alignment)
    }

    /// Gives up a block of which `used` bytes were in use; they are overwritten.
    public mutating func free(_ block: Block, used: UInt64) throws(ImageError) {
        try check(block)
        try clear(block.section, block.offset..<(block.offset + min(used, block.room)))
        try giveBack(block.section, block.offset..<(block.offset + block.room))
    }

    private mutating func move(
        _ block: Block, used: UInt64, to size: UInt64, _ alignment: UInt64
    ) throws(ImageError) -> ResizedBlock {
        let moved = try allocate(block.section, size: size, alignment: alignment)
        try free(block, used: used)
        return ResizedBlock(block: moved, outcome: .moved(from: block.address, to: moved.address))
    }

    private mutating func shrink(
        _ block: Block, used: UInt64, to size: UInt64, _ wanted: UInt64
    ) throws(ImageError) -> Block {
        let used = min(used, block.room)
        if size < used { try clear(block.section, (block.offset + size)..<(block.offset + used)) }
        guard block.room > 2 * wanted else { return block }
        try giveBack(block.section, (block.offset + wanted)..<(block.offset + block.room))
        return Block(section: block.section, offset: block.offset, room: wanted)
    }

    /// Nil if what follows the block is another one.
    private mutating func growInPlace(
        _ block: Block, to size: UInt64, _ wanted: UInt64
    ) throws(ImageError) -> Block? {
        let end = block.offset + block.room
        var grown = block
        if let hole = try holeAfter(block.section, end) {
            guard hole.size >= size - block.room else { return nil }
            let taken = min(hole.size, wanted - block.room)
            try takeStart(of: hole, block.section, taken)
            grown.room += taken
        } else if end == sections[block.section.index].state.size {
            try grow(block.section, to: block.offset + wanted)
            grown.room = wanted
        } else {
            return nil
        }
        return grown
    }

    /// A third more than the size, so that a change that adds a little moves nothing; at least one unit, so that each
    /// block has an address of its own.
    private func roomFor(
        _ section: SectionID, _ size: UInt64, _ alignment: UInt64
    ) throws(ImageError) -> UInt64 {
        guard section.holdsBlocks else { throw .noBlocks(section) }
        guard alignment.nonzeroBitCount == 1, alignment <= 1 << 31 else { throw .invalidAlignment(alignment) }
        let layout = sections[section.index].layout
        let unit = max(layout.unit, min(alignment, Self.largestRoundedAlignment))
        guard size <= layout.limit, let room = max(size + size / 3, 1).rounded(upTo: unit) else {
            throw .sectionFull(section, needed: size)
        }
        return room
    }

    /// Blocks come out of a database as well.
    private func check(_ block: Block) throws(ImageError) {
        guard block.section.holdsBlocks else { throw .noBlocks(block.section) }
        let size = sections[block.section.index].state.size
        let unit = sections[block.section.index].layout.unit
        let isInside = block.offset < size && block.room <= size - block.offset
        guard isInside, block.room > 0, block.offset % unit == 0, block.room % unit == 0 else {
            throw .outOfBounds(block.section, offset: block.offset, count: block.room)
        }
    }
}
