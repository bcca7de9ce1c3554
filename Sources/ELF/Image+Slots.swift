// The offset table and the table of positions: one entry of each for every slot.

extension Image {
    /// A slot that nobody has; it and its position are zero.
    public mutating func allocateSlot() throws(ImageError) -> SlotIndex {
        let unit = SectionID.slots.unit
        let offset = try takeRoom(.slots, unit)
        try matchPositions()
        return SlotIndex(UInt32(truncatingIfNeeded: offset / unit))
    }

    /// Gives up a slot; it and its position become zero.
    public mutating func freeSlot(_ slot: SlotIndex) throws(ImageError) {
        guard slot.rawValue >= SlotIndex.reservedCount else {
            throw .outOfBounds(.slots, offset: slot.offset, count: SectionID.slots.unit)
        }
        let range = slot.offset..<(slot.offset + SectionID.slots.unit)
        try clear(.slots, range)
        try clear(.positions, slot.positionOffset..<(slot.positionOffset + SectionID.positions.unit))
        try giveBack(.slots, range)
        try matchPositions()
    }

    /// Puts an address into a slot.
    public mutating func setSlot(_ slot: SlotIndex, _ address: UInt64) throws(ImageError) {
        try storeNumber(.slots, at: slot.offset, address)
    }

    /// The address in a slot; read from the file if need be.
    public func slot(_ slot: SlotIndex) throws(ImageError) -> UInt64 {
        let bytes = try bytes(.slots, at: slot.offset, count: SectionID.slots.unit)
        var reader = FieldReader(target.format, bytes[...])
        return (try? reader.take(UInt64.self)) ?? 0
    }

    /// Says where the declaration that has `slot` stands in the sources.
    public mutating func setPosition(_ slot: SlotIndex, _ position: SlotPosition) throws(ImageError) {
        try storeNumber(.positions, at: slot.positionOffset, pair(position.path, position.name))
        try setPositionLine(slot, line: position.line, column: position.column)
    }

    /// Says in which line and column the declaration that has `slot` begins, both one-based.
    public mutating func setPositionLine(_ slot: SlotIndex, line: UInt32, column: UInt32) throws(ImageError) {
        try storeNumber(.positions, at: slot.positionOffset + 8, pair(line, column))
    }

    /// Two numbers of which the first comes first in the file.
    private func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
        target.format.isLittleEndian
            ? UInt64(first) | UInt64(second) << 32 : UInt64(first) << 32 | UInt64(second)
    }

    /// Where the declaration that has `slot` stands in the sources; read from the file if need be.
    public func position(_ slot: SlotIndex) throws(ImageError) -> SlotPosition {
        let bytes = try bytes(.positions, at: slot.positionOffset, count: SectionID.positions.unit)
        var reader = FieldReader(target.format, bytes[...])
        let numbers = (0..<4).map { _ in (try? reader.take(UInt32.self)) ?? 0 }
        return SlotPosition(path: numbers[0], name: numbers[1], line: numbers[2], column: numbers[3])
    }

    /// There are as many positions as slots.
    private mutating func matchPositions() throws(ImageError) {
        let size = sections[SectionID.slots.index].state.size * 2
        if size > sections[SectionID.positions.index].state.size {
            try grow(.positions, to: size)
        } else {
            sections[SectionID.positions.index].state.size = size
        }
    }
}
