// The packed form of a redo record, behind its generation; schema/README.md has its layout.

private enum RedoKind {
    static let patch: UInt8 = 0
    static let install: UInt8 = 1
}

private enum StepKind {
    static let write: UInt8 = 0
    static let copy: UInt8 = 1
}

extension RedoRow {
    /// Appends the record.
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .patch(let before, let newSize, let steps):
            writer.append(RedoKind.patch)
            before.encode(into: &writer)
            writer.append(varint: newSize)
            writer.append(varint: UInt64(steps.count))
            for step in steps { step.encode(into: &writer) }
        case .install(let path, let inode, let device):
            writer.append(RedoKind.install)
            writer.append(path)
            writer.append(varint: inode)
            writer.append(varint: device)
        }
    }

    /// The record that is all that is left of the bytes.
    init(from reader: inout ByteReader) throws(Malformed) {
        switch try reader.byte() {
        case RedoKind.patch:
            self = .patch(
                before: try FileIdentity(from: &reader), newSize: try reader.varint(),
                steps: try reader.list(RedoStep.init(from:)))
        case RedoKind.install:
            self = .install(path: try reader.text(), inode: try reader.varint(), device: try reader.varint())
        default: throw .kind
        }
        try reader.finish()
    }
}

extension RedoStep {
    fileprivate func encode(into writer: inout ByteWriter) {
        switch self {
        case .write(let offset, let bytes):
            writer.append(StepKind.write)
            writer.append(varint: offset)
            writer.append(counted: bytes)
        case .copy(let source, let destination, let count):
            writer.append(StepKind.copy)
            writer.append(varint: source)
            writer.append(varint: destination)
            writer.append(varint: count)
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(Malformed) {
        switch try reader.byte() {
        case StepKind.write: self = .write(offset: try reader.varint(), bytes: try reader.countedBytes())
        case StepKind.copy:
            self = .copy(
                source: try reader.varint(), destination: try reader.varint(), count: try reader.varint())
        default: throw .kind
        }
    }
}
