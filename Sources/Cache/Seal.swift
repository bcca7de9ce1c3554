import BLAKE3

/// Computes the checksum of a row: the first 8 bytes of the BLAKE3 of the table's name and the row's columns.
///
/// SQLite has no checksums of its own, and a flipped bit in a value passes its `integrity_check`. The table's name and
/// the key are in it, so that a sound row in the wrong place is noticed too. Each value is preceded by its type, and
/// bytes by their number, so that no two rows have the same input.
///
/// The input is gathered first and hashed in one go, which is faster than feeding it piece by piece. One is reused for
/// all rows.
struct Seal: ~Copyable {
    private var input = ByteWriter()
    /// Bytes of the values, as the report counts them: 8 for an integer.
    private(set) var byteCount = 0

    /// Forgets the last row and begins one of this table.
    mutating func begin(_ table: CacheTable) {
        input.removeAll()
        byteCount = 0
        input.append(table.rawValue)
    }

    /// Adds a `NULL`.
    mutating func addNull() { input.append(0) }

    /// Adds an `INTEGER`.
    mutating func add(_ value: Int64) {
        input.append(1)
        input.append(zigzag: value)
        byteCount += 8
    }

    /// Adds a `TEXT` or a `BLOB`: a column has but one of these types.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        addHead(ofBytes: bytes.count)
        input.append(bytes)
        byteCount += bytes.count
    }

    /// Adds what stands before the `count` bytes of a `TEXT` or `BLOB`.
    mutating func addHead(ofBytes count: Int) {
        input.append(2)
        input.append(varint: UInt64(count))
    }

    /// Adds a value that is to be bound.
    mutating func add(_ value: SQLValue) {
        switch value {
        case .null: addNull()
        case .integer(let number): add(number)
        case .text(var text): text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
        case .rawText(let bytes), .blob(let bytes): bytes.withUnsafeBytes { add($0) }
        case .borrowed(let bytes): add(bytes)
        }
    }

    /// What was added since `begin`, as it is hashed.
    var bytes: UnsafeRawBufferPointer { input.bytes }

    /// The checksum of what was added since `begin`.
    var checksum: Int64 { Seal.checksum(Digest.hash(input.bytes)) }

    /// The checksum that is of a digest.
    static func checksum(_ digest: Digest) -> Int64 { Int64(bitPattern: digest.low) }
}
