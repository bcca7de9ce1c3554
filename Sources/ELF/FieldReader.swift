/// Reads the fields of a structure one after another out of bytes that nobody has checked.
///
/// Running past the end is an error, never a crash.
struct FieldReader {
    /// Layout of what is read.
    let format: ELFFormat
    private let bytes: ArraySlice<UInt8>
    private var next: Int

    /// Reads `bytes` from the first.
    init(_ format: ELFFormat, _ bytes: ArraySlice<UInt8>) {
        self.format = format
        self.bytes = bytes
        self.next = bytes.startIndex
    }

    /// One field as wide as its type.
    mutating func take<Field: FixedWidthInteger & UnsignedInteger>(_: Field.Type) throws(ELFReaderError) -> Field {
        let width = MemoryLayout<Field>.size
        guard bytes.endIndex - next >= width else { throw .truncated }
        var value: Field = 0
        for position in 0..<width {
            let shift = 8 * (format.isLittleEndian ? position : width - 1 - position)
            value |= Field(truncatingIfNeeded: bytes[next + position]) << Field(truncatingIfNeeded: shift)
        }
        next += width
        return value
    }

    /// A field as wide as the class: an address, an offset or a size.
    mutating func takeWord() throws(ELFReaderError) -> UInt64 {
        format.is64Bit ? try take(UInt64.self) : UInt64(try take(UInt32.self))
    }
}
