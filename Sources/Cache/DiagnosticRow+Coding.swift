// The packed form of an error; schema/README.md has its layout.

extension DiagnosticRow {
    func encode(into writer: inout ByteWriter) {
        writer.append(varint: line)
        writer.append(varint: column)
        writer.append(message)
        writer.append(varint: UInt64(notes.count))
        for note in notes { note.encode(into: &writer) }
    }

    /// What the next bytes say of an error in that place.
    init(
        file: FileNumber, declaration: DeclNumber, isFromParsing: Bool, from reader: inout ByteReader
    ) throws(Malformed) {
        self.init(
            file: file, declaration: declaration, isFromParsing: isFromParsing, line: try reader.varint32(),
            column: try reader.varint32(), message: try reader.text(), notes: try reader.list(NoteRow.init(from:)))
    }
}

extension NoteRow {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.append(varint: declaration)
        writer.append(varint: line)
        writer.append(varint: column)
        writer.append(message)
    }

    fileprivate init(from reader: inout ByteReader) throws(Malformed) {
        self.init(
            declaration: try reader.varint32(), line: try reader.varint32(), column: try reader.varint32(),
            message: try reader.text())
    }
}
