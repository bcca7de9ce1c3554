// The packed form of a pending record; schema/README.md has its layout.

/// Bits of a pending record's first byte.
private enum PendingFlag {
    static let arePositionsChanged: UInt8 = 1
}

extension PendingRow {
    func encode(into writer: inout ByteWriter) {
        writer.append(arePositionsChanged ? PendingFlag.arePositionsChanged : 0)
        writer.append(section)
        writer.append(varint: alignment)
        writer.append(counted: bytes)
        encodeRelocations(relocations, near: declaration, into: &writer)
    }

    /// What these bytes say of what waits for `declaration`.
    init(declaration: DeclNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        let flags = try reader.flags(PendingFlag.arePositionsChanged)
        self.init(
            declaration: declaration, section: try reader.byte(), alignment: try reader.varint32(),
            bytes: try reader.countedBytes(), relocations: try decodeRelocations(near: declaration, from: &reader),
            arePositionsChanged: flags & PendingFlag.arePositionsChanged != 0)
        try reader.finish()
    }
}
