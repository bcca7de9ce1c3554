// The packed form of `text.records`; schema/README.md has its layout.

/// Bits of a text record's first byte. A record that is as new has none of them.
private enum TextFlag {
    static let follows: UInt8 = 1
    static let isUsed: UInt8 = 2
    static let isPresent: UInt8 = 4
    static let isBroken: UInt8 = 8
    static let all: UInt8 = 15
}

extension TextPage {
    /// Appends the records of a page.
    static func encode(_ records: UnsafeBufferPointer<TextRecord>, into writer: inout ByteWriter) {
        let unused = TextRecord()
        // By place: a loop over elements would copy each, and count references to its name.
        for place in records.indices {
            if !records[place].isUsed && records[place] == unused {
                writer.append(0)
            } else {
                records[place].encode(into: &writer)
            }
        }
    }

    /// The page whose records these bytes are.
    init(number: PageNumber, file: FileNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        self.init(number: number, file: file)
        for place in 0..<declarationsPerPage { try records[place].decode(from: &reader) }
        try reader.finish()
    }
}

extension TextRecord {
    fileprivate func encode(into writer: inout ByteWriter) {
        var flags = TextFlag.follows
        if isUsed { flags |= TextFlag.isUsed }
        if isPresent { flags |= TextFlag.isPresent }
        if isBroken { flags |= TextFlag.isBroken }
        writer.append(flags)
        writer.append(opcode)
        writer.append(counted: name)
        writer.append(contentHash)
        writer.append(structureHash)
        writer.append(zigzag: Int64(line))
        writer.append(varint: column)
        writer.append(zigzag: offset)
        writer.append(varint: length)
        writer.append(varint: slot)
    }

    /// Reads the next record into a new one.
    fileprivate mutating func decode(from reader: inout ByteReader) throws(Malformed) {
        let flags = try reader.byte()
        if flags == 0 { return }
        guard flags & TextFlag.follows != 0, flags & ~TextFlag.all == 0 else { throw .flags }
        isUsed = flags & TextFlag.isUsed != 0
        isPresent = flags & TextFlag.isPresent != 0
        isBroken = flags & TextFlag.isBroken != 0
        opcode = try reader.byte()
        name = try reader.countedBytes()
        contentHash = try reader.digest()
        structureHash = try reader.digest()
        line = try reader.zigzag32()
        column = try reader.varint32()
        offset = try reader.zigzag()
        length = try reader.varint32()
        slot = try reader.varint32()
    }
}
