/// An integer of any size: the value of a comptime-known number.
///
/// Nearly all numbers of a program fit in 64 bits and stay inline; an operation whose result does not promotes it. The
/// representation is canonical, so equal numbers are equal values. Nothing here limits the size: whoever lets a program
/// make numbers compares `bitWidth` with `Integer.maximumBits`.
public struct Integer: Hashable, Sendable {
    /// The most bits that the magnitude of a number of the language may have.
    public static let maximumBits = 65_536
    /// No number of `maximumBits` bits has more decimal digits than this.
    private static let maximumDigits = 19_729

    private enum Storage: Hashable, Sendable {
        case small(Int64)
        /// Never a number that fits in an `Int64`. Behind a pointer, so that a small number stays small.
        indirect case large(LargeInteger)
    }
    private var storage: Storage

    /// The integer `value`.
    public init(_ value: Int64) { storage = .small(value) }

    /// The integer `value`.
    public init(_ value: UInt64) {
        storage = Int64(exactly: value).map(Storage.small) ?? .large(LargeInteger(Magnitude(value)))
    }

    /// The number that `digits` spell: decimal, with a `-` in front where negative. Nil if they spell none, or one of
    /// more than `maximumBits` bits.
    public init?(decimal digits: ArraySlice<UInt8>) {
        guard digits.count <= Self.maximumDigits + 1 else { return nil }
        let isNegative = digits.first == UInt8(ascii: "-")
        guard let magnitude = Magnitude(decimal: isNegative ? digits.dropFirst() : digits) else { return nil }
        self.init(LargeInteger(magnitude, isNegative: isNegative))
        guard bitWidth <= Self.maximumBits else { return nil }
    }

    init(_ value: LargeInteger) {
        storage = value.int64.map(Storage.small) ?? .large(value)
    }

    /// The number as a large one, whichever way it is kept.
    var large: LargeInteger {
        switch storage {
        case .small(let value): LargeInteger(value)
        case .large(let value): value
        }
    }

    /// Whether it is below zero.
    public var isNegative: Bool {
        switch storage {
        case .small(let value): value < 0
        case .large(let value): value.isNegative
        }
    }

    /// The bits of its magnitude: 0 for 0, 8 for 255 and -255.
    public var bitWidth: Int {
        switch storage {
        case .small(let value): 64 - value.magnitude.leadingZeroBitCount
        case .large(let value): value.magnitude.bitWidth
        }
    }

    /// The low 64 bits of its two's complement.
    public var lowBits: UInt64 {
        switch storage {
        case .small(let value): UInt64(bitPattern: value)
        case .large(let value): value.lowBits
        }
    }

    /// The number, if 64 signed bits hold it.
    public var int64: Int64? {
        if case .small(let value) = storage { value } else { nil }
    }

    /// The number, if 64 unsigned bits hold it.
    public var uint64: UInt64? {
        fits(IntegerShape(isSigned: false, bits: 64)) ? lowBits : nil
    }
}

extension Integer: Comparable {
    /// Orders by number.
    public static func < (a: Integer, b: Integer) -> Bool {
        if case .small(let x) = a.storage, case .small(let y) = b.storage { return x < y }
        return a.large < b.large
    }
}

extension Integer {
    /// Whether `shape` can hold it.
    public func fits(_ shape: IntegerShape) -> Bool {
        switch storage {
        case .small(let value): return shape.contains(value)
        case .large(let value):
            if !value.isNegative { return value.magnitude.bitWidth + (shape.isSigned ? 1 : 0) <= Int(shape.bits) }
            return shape.isSigned && (value.magnitude - Magnitude(1)).bitWidth + 1 <= Int(shape.bits)
        }
    }

    /// The number that the low bits of its two's complement stand for in `shape`.
    public func wrapped(to shape: IntegerShape) -> Integer {
        if fits(shape) { return self }
        let low = large.lowBits(Int(shape.bits))
        let isUpperHalf = shape.isSigned && shape.bits > 0 && low.bitWidth == Int(shape.bits)
        guard isUpperHalf else { return Integer(LargeInteger(low)) }
        return Integer(LargeInteger((Magnitude(1) << Int(shape.bits)) - low, isNegative: true))
    }
}

extension Integer: CustomStringConvertible {
    /// Decimal digits, with a `-` in front where negative.
    public var description: String {
        switch storage {
        case .small(let value): value.description
        case .large(let value): (value.isNegative ? "-" : "") + value.magnitude.decimal
        }
    }
}

extension Integer {
    /// The fewest little-endian bytes of its two's complement; none for 0.
    var minimalBytes: [UInt8] {
        if case .small(0) = storage { return [] }
        var bytes: [UInt8] = []
        // Some byte more than the magnitude has holds the sign.
        let byteCount = bitWidth / 8 + 1
        let digits = large.lowBits(byteCount * 8).digits
        for place in 0..<byteCount {
            let digit = place / 8 < digits.count ? digits[place / 8] : 0
            bytes.append(UInt8(truncatingIfNeeded: digit >> UInt64(place % 8 * 8)))
        }
        let sign: UInt8 = isNegative ? 0xff : 0
        while bytes.count > 1, bytes[bytes.count - 1] == sign, bytes[bytes.count - 2] >> 7 == sign >> 7 {
            bytes.removeLast()
        }
        return bytes
    }

    /// The number whose two's complement is `bytes`, little-endian.
    init(littleEndian bytes: ArraySlice<UInt8>, isSigned: Bool) {
        var digits: [UInt64] = []
        for (index, byte) in bytes.enumerated() {
            if index % 8 == 0 { digits.append(0) }
            digits[digits.count - 1] |= UInt64(byte) << UInt64(index % 8 * 8)
        }
        let low = Magnitude(digits: digits)
        let isNegative = isSigned && (bytes.last ?? 0) >> 7 == 1
        let magnitude = isNegative ? (Magnitude(1) << (bytes.count * 8)) - low : low
        self.init(LargeInteger(magnitude, isNegative: isNegative))
    }
}

/// Sign and width of an integer type.
public struct IntegerShape: Hashable, BitwiseCopyable, Sendable {
    /// Whether it has negative values.
    public var isSigned: Bool
    /// Its width.
    public var bits: UInt16

    /// A shape.
    public init(isSigned: Bool, bits: UInt16) {
        self.isSigned = isSigned
        self.bits = bits
    }

    /// Whether it holds every value of `other`.
    public func holds(_ other: IntegerShape) -> Bool {
        if other.bits == 0 || self == other { return true }
        if isSigned == other.isSigned { return bits >= other.bits }
        return isSigned && bits > other.bits
    }
}

extension Int64 {
    /// The bits up to its highest one; it is not negative.
    fileprivate var significantBits: Int { 64 - leadingZeroBitCount }
}

extension IntegerShape {
    /// Whether `value` is one of its integers.
    @inline(__always)
    func contains(_ value: Int64) -> Bool {
        if value < 0 { return isSigned && (~value).significantBits + 1 <= Int(bits) }
        return value.significantBits + (isSigned && value != 0 ? 1 : 0) <= Int(bits)
    }
}
