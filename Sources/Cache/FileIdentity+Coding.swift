// The packed form of an identity; schema/README.md has its layout.

extension FileIdentity {
    func encode(into writer: inout ByteWriter) {
        writer.append(zigzag: size)
        writer.append(zigzag: modified)
        writer.append(zigzag: changed)
        writer.append(varint: inode)
        writer.append(varint: device)
    }

    init(from reader: inout ByteReader) throws(Malformed) {
        self.init(
            size: try reader.zigzag(), modified: try reader.zigzag(), changed: try reader.zigzag(),
            inode: try reader.varint(), device: try reader.varint())
    }
}
