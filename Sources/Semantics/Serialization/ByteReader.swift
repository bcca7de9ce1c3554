/// Bytes that are no serialised form of what was expected.
public struct MalformedBytes: Error, Equatable {
    /// An error that says no more: such bytes are discarded, not mended.
    public init() {}
}

/// Reads what `ByteWriter` wrote, out of bytes that may be anything.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var cursor: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        cursor = bytes.startIndex
    }

    var isAtEnd: Bool { cursor == bytes.endIndex }

    mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard cursor < bytes.endIndex else { throw MalformedBytes() }
        defer { cursor += 1 }
        return bytes[cursor]
    }

    /// A number in the one form that `ByteWriter` gives it.
    mutating func number() throws(MalformedBytes) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let next = try byte()
            if shift == 63, next > 1 { throw MalformedBytes() }
            value |= UInt64(next & 0x7f) << shift
            if next & 0x80 == 0 {
                if next == 0, shift > 0 { throw MalformedBytes() }
                return value
            }
        }
        throw MalformedBytes()
    }

    mutating func word() throws(MalformedBytes) -> UInt64 {
        var value: UInt64 = 0
        for byte in try take(8).reversed() { value = value << 8 | UInt64(byte) }
        return value
    }

    mutating func string() throws(MalformedBytes) -> ArraySlice<UInt8> { try take(number()) }

    /// A case of an enum by its raw value.
    mutating func tag<Tag: RawRepresentable<UInt8>>() throws(MalformedBytes) -> Tag {
        guard let tag = Tag(rawValue: try byte()) else { throw MalformedBytes() }
        return tag
    }

    mutating func flag() throws(MalformedBytes) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw MalformedBytes()
        }
    }

    private mutating func take(_ count: UInt64) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - cursor) else { throw MalformedBytes() }
        let end = cursor + Int(count)
        defer { cursor = end }
        return bytes[cursor..<end]
    }
}
