// The packed form of a cause record; schema/README.md has its layout.

/// Bits of a cause record's first byte.
private enum CauseFlag {
    static let hasParent: UInt8 = 1
    static let hasPlacement: UInt8 = 2
    static let all: UInt8 = 3
}

extension CauseRow {
    func encode(into writer: inout ByteWriter) {
        writer.append(
            (parent != nil ? CauseFlag.hasParent : 0) | (placement != nil ? CauseFlag.hasPlacement : 0))
        if let parent { writer.append(varint: parent) }
        writer.append(varint: declaration)
        writer.append(name)
        writer.append(path)
        writer.append(varint: line)
        writer.append(varint: column)
        writer.append(kind)
        writer.append(outcome)
        writer.append(change)
        placement?.encode(into: &writer)
    }

    /// The cause that the next bytes are.
    init(from reader: inout ByteReader) throws(Malformed) {
        self.init()
        let flags = try reader.flags(CauseFlag.all)
        if flags & CauseFlag.hasParent != 0 { parent = try reader.varint32() }
        declaration = try reader.varint32()
        name = try reader.text()
        path = try reader.text()
        line = try reader.varint32()
        column = try reader.varint32()
        kind = try reader.byte()
        outcome = try reader.byte()
        change = try reader.text()
        if flags & CauseFlag.hasPlacement != 0 { placement = try PlacementRow(from: &reader) }
    }
}

extension PlacementRow {
    fileprivate func encode(into writer: inout ByteWriter) {
        for number in [oldSize, newSize, oldAddress, newAddress, oldRoom] { writer.append(varint: number) }
    }

    fileprivate init(from reader: inout ByteReader) throws(Malformed) {
        self.init(
            oldSize: try reader.varint(), newSize: try reader.varint(), oldAddress: try reader.varint(),
            newAddress: try reader.varint(), oldRoom: try reader.varint())
    }
}
