// A hole has two records: one that is found by its place, and one by its size.

extension CacheStore {
    /// All holes, by section and offset.
    public func holes() throws(CacheError) -> [HoleRow] { try records(.hole, HoleRow.init(number:bytes:)) }

    /// The smallest hole of a section with room for `size` bytes; of several, the one with the lowest offset.
    public func bestHole(in section: UInt8, size: UInt64) throws(CacheError) -> HoleRow? {
        let least = HoleRow(section: section, offset: 0, size: size)
        guard !least.isLarge else {
            let large = try records(.holeBySize, in: HoleRow.keysBySize(from: least), HoleRow.init(numberBySize:bytes:))
            return large.filter { $0.size >= size }.min { ($0.size, $0.offset) < ($1.size, $1.offset) }
        }
        let found = try firstRecord(
            .holeBySize, in: HoleRow.keysBySize(from: least), HoleRow.init(numberBySize:bytes:))
        guard let found, found.isLarge else { return found }
        return try bestHole(in: section, size: HoleRow.largeSize)
    }

    /// The hole of a section that begins at `offset`.
    public func hole(in section: UInt8, startingAt offset: UInt64) throws(CacheError) -> HoleRow? {
        let found = try record(
            .hole, HoleRow(section: section, offset: offset, size: 0).number, HoleRow.init(number:bytes:))
        return found?.offset == offset ? found : nil
    }

    /// The hole of a section whose last byte is before `offset`. Holes do not overlap: only the nearest one below can be.
    public func hole(in section: UInt8, endingAt offset: UInt64) throws(CacheError) -> HoleRow? {
        guard offset > 0 else { return nil }
        let first = HoleRow(section: section, offset: 0, size: 0).number
        let last = HoleRow(section: section, offset: offset - 1, size: 0).number
        let found = try lastRecord(
            .hole, in: RecordKind.hole.key(first)...RecordKind.hole.key(last), HoleRow.init(number:bytes:))
        guard let found, found.offset < offset, found.size == offset - found.offset else { return nil }
        return found
    }

    /// Bytes of all holes in sections that have bytes in the file.
    public func freeRoom() throws(CacheError) -> UInt64 {
        let kept = try record(.freeRoom, UInt64(0)) { (_, bytes) throws(Malformed) in
            var reader = ByteReader(bytes)
            let room = try reader.varint()
            try reader.finish()
            return room
        }
        return UInt64(clamping: Int64(clamping: kept ?? 0).addingClamped(freeRoomChange))
    }

    /// Whether it is other than when the transaction began.
    public var isFreeRoomOther: Bool { freeRoomChange != 0 }

    /// Keeps what changed of the free room.
    func saveFreeRoom() throws(CacheError) {
        guard freeRoomChange != 0 else { return }
        let room = try freeRoom()
        try putRecord(.freeRoom, UInt64(0)) { $0.append(varint: room) }
        freeRoomChange = 0
    }

    /// Puts a hole in place of one that begins where it does.
    public func putHole(_ row: HoleRow) throws(CacheError) {
        try removeHole(in: row.section, startingAt: row.offset)
        try putRecord(.hole, row.number) { row.encode(into: &$0) }
        try putRecord(.holeBySize, row.numberBySize) { row.encode(into: &$0) }
        changeFreeRoom(by: row, 1)
    }

    /// Removes the hole that begins at `offset`.
    public func removeHole(in section: UInt8, startingAt offset: UInt64) throws(CacheError) {
        guard let row = try hole(in: section, startingAt: offset) else { return }
        try removeRecord(.hole, row.number)
        try removeRecord(.holeBySize, row.numberBySize)
        changeFreeRoom(by: row, -1)
    }

    /// Section 7 is `.bss`, which has no bytes in the file. Nobody has so many bytes that the sum overflows.
    private func changeFreeRoom(by row: HoleRow, _ sign: Int64) {
        if row.section != 7 { freeRoomChange = freeRoomChange.addingClamped(sign * Int64(clamping: row.size)) }
    }

    /// Removes all holes.
    public func removeAllHoles() throws(CacheError) {
        for row in try holes() { try removeHole(in: row.section, startingAt: row.offset) }
    }

    /// Whether each hole can be found by its size, and nothing else.
    func areHolesFoundBySize() throws(CacheError) -> Bool {
        let bySize = try records(.holeBySize, HoleRow.init(numberBySize:bytes:))
        return try bySize.sorted { ($0.section, $0.offset) < ($1.section, $1.offset) } == holes()
    }
}

extension Int64 {
    /// The sum, or the end of the numbers that it would be beyond.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}

extension HoleRow {
    /// Sections, offsets and sizes in numbers of records. What does not fit has the largest number that does; no honest
    /// offset is of those, and of sizes that are, the record says more.
    private static let numberBits = (section: 48 as UInt64, size: 30 as UInt64)
    private static let lastOffset: UInt64 = 1 << numberBits.section - 1
    private static let lastOffsetBySize: UInt64 = 1 << numberBits.size - 1
    fileprivate static let largeSize: UInt64 = 1 << (numberBits.section - numberBits.size) - 1

    /// Whether its size does not fit into the number of its record.
    fileprivate var isLarge: Bool { size >= HoleRow.largeSize }

    /// The number of the record that is found by place: the section and the offset.
    fileprivate var number: UInt64 {
        UInt64(section) << HoleRow.numberBits.section | min(offset, HoleRow.lastOffset)
    }

    /// The number of the record that is found by size: the section, the size and the offset.
    fileprivate var numberBySize: UInt64 {
        UInt64(section) << HoleRow.numberBits.section | min(size, HoleRow.largeSize) << HoleRow.numberBits.size
            | min(offset, HoleRow.lastOffsetBySize)
    }

    /// Keys of all holes of the section that are not smaller, and maybe of some large ones that are.
    fileprivate static func keysBySize(from least: HoleRow) -> ClosedRange<Int64> {
        let last = HoleRow(section: least.section, offset: .max, size: .max)
        return RecordKind.holeBySize.key(least.numberBySize)...RecordKind.holeBySize.key(last.numberBySize)
    }

    fileprivate init(number: UInt64, bytes: UnsafeRawBufferPointer) throws(Malformed) {
        try self.init(in: number, decoding: bytes)
        guard self.number == number else { throw .number }
    }

    fileprivate init(numberBySize number: UInt64, bytes: UnsafeRawBufferPointer) throws(Malformed) {
        try self.init(in: number, decoding: bytes)
        guard numberBySize == number else { throw .number }
    }

    // Holes of 2^63 bytes are nobody's.
    private init(in number: UInt64, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        self.init(
            section: try narrowed(number >> HoleRow.numberBits.section), offset: try reader.varint(),
            size: try reader.varint())
        try reader.finish()
        guard offset <= UInt64(Int64.max), size <= UInt64(Int64.max) - offset else { throw .number }
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.append(varint: offset)
        writer.append(varint: size)
    }
}
