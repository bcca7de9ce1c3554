// The packed form of a page's text records; schema/README.md has its layout.

/// Bits of a text record's first byte. A record that is as new has none of them.
private enum TextFlag {
    static let follows: UInt8 = 1
    static let isUsed: UInt8 = 2
    static let isPresent: UInt8 = 4
    static let isBroken: UInt8 = 8
    static let all: UInt8 = 15
}

extension TextPage {
    /// Appends the records of a page of `file`.
    static func encode(
        _ records: UnsafeBufferPointer<TextRecord>, of file: FileNumber, into writer: inout ByteWriter
    ) {
        writer.append(varint: file)
        guard let first = records.baseAddress else { return }
        // By address: elements would be copied, and references to their names counted.
        for place in records.indices {
            let record = first + place
            writer.append(atMost: TextRecord.mostBytes(record)) { TextRecord.encode(record, into: &$0) }
        }
    }

    /// The page that these bytes are.
    init(number: PageNumber, decoding bytes: UnsafeRawBufferPointer) throws(Malformed) {
        self.init(number: number, file: 0)
        file = try records.withUnsafeMutableBufferPointer { (records) throws(Malformed) in
            try TextPage.decode(bytes, into: records)
        }
    }

    /// Reads the records of a page into 64 new ones. Gives the file that they are of.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, into records: UnsafeMutableBufferPointer<TextRecord>
    ) throws(Malformed) -> FileNumber {
        var reader = ByteReader(bytes)
        let file = try reader.varint32()
        for place in 0..<declarationsPerPage { try records[place].decode(from: &reader) }
        try reader.finish()
        return file
    }
}

extension TextRecord {
    /// Bytes of a record at most: flags, opcode, name, two digests, five numbers.
    @inline(__always)
    fileprivate static func mostBytes(_ record: UnsafePointer<TextRecord>) -> Int {
        2 + ByteCursor.mostOfNumber + record.pointee.name.count + 32 + 5 * ByteCursor.mostOfNumber
    }

    @inline(__always)
    fileprivate static func encode(_ record: UnsafePointer<TextRecord>, into cursor: inout ByteCursor) {
        guard record.pointee.isUsed || record.pointee != TextRecord() else { return cursor.append(0) }
        var flags = TextFlag.follows
        if record.pointee.isUsed { flags |= TextFlag.isUsed }
        if record.pointee.isPresent { flags |= TextFlag.isPresent }
        if record.pointee.isBroken { flags |= TextFlag.isBroken }
        cursor.append(flags)
        cursor.append(record.pointee.opcode)
        cursor.append(record.pointee.name)
        cursor.append(record.pointee.contentHash)
        cursor.append(record.pointee.structureHash)
        cursor.append(zigzag: Int64(record.pointee.line))
        cursor.append(varint: record.pointee.column)
        cursor.append(zigzag: record.pointee.offset)
        cursor.append(varint: record.pointee.length)
        cursor.append(varint: record.pointee.slot)
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
        name = DeclName(try reader.counted())
        contentHash = try reader.digest()
        structureHash = try reader.digest()
        line = try reader.zigzag32()
        column = try reader.varint32()
        offset = try reader.zigzag()
        length = try reader.varint32()
        slot = try reader.varint32()
    }
}
