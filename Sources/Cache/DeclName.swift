/// The name of a declaration in its module. Most are short, and such a one stands in place and needs no memory of its own:
/// a build from nothing makes one for each declaration, and a page that is read has 64 of them.
public struct DeclName: RandomAccessCollection, Equatable, Sendable {
    /// Up to 14 bytes, the first lowest, zero behind the end, and how many there are.
    @usableFromInline
    struct Short: BitwiseCopyable, Sendable {
        @usableFromInline let first: UInt64
        @usableFromInline let second: UInt32
        @usableFromInline let third: UInt16
        @usableFromInline let count: UInt8

        @inlinable @inline(__always)
        init(first: UInt64, rest: UInt64, count: Int) {
            self.first = first.littleEndian
            second = UInt32(truncatingIfNeeded: rest).littleEndian
            third = UInt16(truncatingIfNeeded: rest &>> 32).littleEndian
            self.count = UInt8(truncatingIfNeeded: count)
        }

        /// What `init` is told.
        @inlinable @inline(__always)
        var words: (first: UInt64, rest: UInt64) {
            let (second, third) = (UInt32(littleEndian: second), UInt16(littleEndian: third))
            return (UInt64(littleEndian: first), UInt64(second) | UInt64(third) &<< 32)
        }
    }

    @usableFromInline
    enum Storage: Sendable {
        case short(Short)
        case long([UInt8])
    }

    /// A name has one form only: it is short if it can be.
    @usableFromInline let storage: Storage

    /// Bytes of the longest short name.
    @inlinable static var mostOfShort: Int { 14 }

    /// The empty name.
    @inlinable public init() { storage = .short(Short(first: 0, rest: 0, count: 0)) }

    /// The name that these bytes are.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= DeclName.mostOfShort, let start = bytes.baseAddress else {
            storage = bytes.isEmpty ? DeclName().storage : .long(Array(bytes))
            return
        }
        let inFirst = Swift.min(bytes.count, 8)
        storage = .short(
            Short(
                first: DeclName.word(start, inFirst), rest: DeclName.word(start + inFirst, bytes.count - inFirst),
                count: bytes.count))
    }

    /// `count` bytes, at most 8, as a number, the first lowest.
    @inlinable @inline(__always)
    static func word(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count == 8 { return UInt64(littleEndian: start.loadUnaligned(as: UInt64.self)) }
        // Of two that overlap, or of three, each byte is where it belongs.
        if count >= 4 {
            let last = start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            return UInt64(UInt32(littleEndian: start.loadUnaligned(as: UInt32.self)))
                | UInt64(UInt32(littleEndian: last)) &<< UInt64(8 * (count - 4))
        }
        guard count > 0 else { return 0 }
        let middle = UInt64(start.load(fromByteOffset: count / 2, as: UInt8.self)) &<< UInt64(8 * (count / 2))
        let last = UInt64(start.load(fromByteOffset: count - 1, as: UInt8.self)) &<< UInt64(8 * (count - 1))
        return UInt64(start.load(as: UInt8.self)) | middle | last
    }

    /// The name that these bytes are.
    public init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { DeclName($0) } }

    /// The first index.
    @inlinable public var startIndex: Int { 0 }
    /// The index behind the last.
    @inlinable public var endIndex: Int {
        switch storage {
        case .short(let short): Int(short.count)
        case .long(let bytes): bytes.count
        }
    }

    /// The byte at `index`.
    public subscript(index: Int) -> UInt8 { withUnsafeBytes { $0[index] } }

    /// Whether both have the same bytes.
    @inlinable @inline(__always)
    public static func == (a: DeclName, b: DeclName) -> Bool {
        switch (a.storage, b.storage) {
        case (.short(let a), .short(let b)):
            a.first == b.first && a.second == b.second && a.third == b.third && a.count == b.count
        case (.long(let a), .long(let b)): a == b
        default: false
        }
    }

    /// The bytes of a short name as two numbers, the first byte lowest; nil of a long one.
    @inlinable @inline(__always)
    public var words: (first: UInt64, rest: UInt64)? {
        if case .short(let short) = storage { short.words } else { nil }
    }

    /// Whether one of the bytes is a `.`.
    public var hasDot: Bool {
        guard let words else { return contains(UInt8(ascii: ".")) }
        let (ones, dots): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x2e2e_2e2e_2e2e_2e2e)
        // The highest bit of a byte that is zero, and maybe of some above it, is set in what comes of it.
        let (first, rest) = (words.first ^ dots, words.rest ^ dots)
        return ((first &- ones) & ~first | (rest &- ones) & ~rest) & ones &<< 7 != 0
    }

    /// Lends the bytes.
    @inlinable @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch storage {
        case .short(let short):
            return try Swift.withUnsafeBytes(of: short) { (bytes) throws(Failure) in
                try body(UnsafeRawBufferPointer(start: bytes.baseAddress, count: Int(short.count)))
            }
        case .long(let bytes):
            return try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
                try body(UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
