/// Puts the fields of a structure one after another into memory, in the byte order and width of a format.
///
/// The memory is handed to each call, because a struct cannot keep a span. It must have room for the structure.
struct FieldWriter {
    /// Layout of what is written.
    let format: ELFFormat
    /// Where the next field goes.
    private(set) var offset: Int

    /// Writes from `offset` on.
    init(_ format: ELFFormat, at offset: Int = 0) {
        self.format = format
        self.offset = offset
    }

    /// One field as wide as its type.
    mutating func put<Field: FixedWidthInteger & BitwiseCopyable>(_ value: Field, _ memory: inout MutableRawSpan) {
        let ordered = format.isLittleEndian ? value.littleEndian : value.bigEndian
        memory.storeBytes(of: ordered, toByteOffset: offset, as: Field.self)
        offset += MemoryLayout<Field>.size
    }

    /// A field as wide as the class: an address, an offset or a size. Class 32 keeps the low half.
    mutating func putWord(_ value: UInt64, _ memory: inout MutableRawSpan) {
        if format.is64Bit {
            put(value, &memory)
        } else {
            put(UInt32(truncatingIfNeeded: value), &memory)
        }
    }
}
