import BLAKE3

/// Names an executable by what was written into it.
enum BuildID {
    /// The id of what `steps` make of the executable with the id `previous`, which is empty for a new one. Where the
    /// caller says what stands for the content, the bytes are not hashed.
    static func next(after previous: [UInt8], content: Digest?, _ steps: [PatchStep]) -> [UInt8] {
        var record = previous
        if let content {
            append(content, to: &record)
        } else {
            for step in steps { append(step, to: &record) }
        }
        return id(of: record)
    }

    /// The id of a new executable of which these parts are written, in this order: `next` gives the same for the steps
    /// that write them.
    static func of(_ parts: [WrittenPart]) -> [UInt8] {
        var record: [UInt8] = []
        for part in parts {
            append(part.offset, to: &record)
            append(part.hash, to: &record)
        }
        return id(of: record)
    }

    private static func id(of record: [UInt8]) -> [UInt8] {
        var id: [UInt8] = []
        append(Digest.hash(record), to: &id)
        return id
    }

    private static func append(_ step: PatchStep, to record: inout [UInt8]) {
        switch step {
        case .write(let offset, let bytes):
            append(offset, to: &record)
            append(Digest.hash(bytes), to: &record)
        case .copy(let source, let destination, let count):
            for number in [source, destination, count] { append(number, to: &record) }
        }
    }

    private static func append(_ digest: Digest, to record: inout [UInt8]) {
        append(digest.low, to: &record)
        append(digest.high, to: &record)
    }

    private static func append(_ number: UInt64, to record: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { record.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

/// What stands for a part of an executable in its build id.
struct WrittenPart: Sendable {
    /// Where it begins in the file.
    var offset: UInt64
    /// Of its bytes.
    var hash: Digest
}
