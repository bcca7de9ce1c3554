import ZIR

/// Size and alignment of a type in memory.
public struct Layout: Hashable, BitwiseCopyable, Sendable {
    /// Bytes.
    public var size: UInt64
    /// Alignment in bytes, a power of two.
    public var alignment: UInt32
}

// The target's facts, x86-64 with the System V ABI, and what follows from them.
extension TypeTable {
    /// No object may have more bytes.
    public static let maximumObjectBytes: UInt64 = 1 << 31

    /// Sign and width of an integer type; nil for any other, `comptime_int` too.
    public func integerShape(of index: TypeIndex) -> IntegerShape? { scalarFacts(of: index).integer }

    private func integerShape(of type: Type) -> IntegerShape? {
        switch type {
        case .integer(let shape): shape
        case .primitive(let tag): Self.namedInteger(tag)
        default: nil
        }
    }

    private static func namedInteger(_ tag: PrimitiveTag) -> IntegerShape? {
        switch tag {
        case .usize, .c_ulong, .c_ulonglong: IntegerShape(isSigned: false, bits: 64)
        case .isize, .c_long, .c_longlong: IntegerShape(isSigned: true, bits: 64)
        case .c_uint: IntegerShape(isSigned: false, bits: 32)
        case .c_int: IntegerShape(isSigned: true, bits: 32)
        case .c_ushort: IntegerShape(isSigned: false, bits: 16)
        case .c_short: IntegerShape(isSigned: true, bits: 16)
        default: nil
        }
    }

    /// Size and alignment; nil for a type without a form in memory, or beyond `maximumObjectBytes`.
    public func layout(of index: TypeIndex) -> Layout? {
        switch self[index] {
        case .integer, .primitive: scalarLayout(of: index)
        case .pointer(let pointer): Layout(size: pointer.size == .slice ? 16 : 8, alignment: 8)
        case .function: Layout(size: 8, alignment: 8)
        case .array(let array): layout(of: array)
        }
    }

    private func layout(of array: ArrayType) -> Layout? {
        guard let element = layout(of: array.child) else { return nil }
        // With a sentinel, the largest length has no successor.
        guard element.size == 0 || array.length <= Self.maximumObjectBytes else { return nil }
        let (size, overflow) = element.size.multipliedReportingOverflow(by: array.storedLength)
        guard !overflow, size <= Self.maximumObjectBytes else { return nil }
        return Layout(size: size, alignment: element.alignment)
    }

    private func scalarLayout(of index: TypeIndex) -> Layout? {
        if let shape = integerShape(of: index) { return Self.layout(of: shape) }
        guard case .primitive(let tag) = self[index] else { return nil }
        return switch tag {
        case .void: Layout(size: 0, alignment: 1)
        case .bool: Layout(size: 1, alignment: 1)
        case .f16, .anyerror: Layout(size: 2, alignment: 2)
        case .f32: Layout(size: 4, alignment: 4)
        case .f64: Layout(size: 8, alignment: 8)
        case .f128, .c_longdouble: Layout(size: 16, alignment: 16)
        default: nil
        }
    }

    /// 0, 1, 2, 4, 8 or 16 bytes, and beyond 128 bits a multiple of 16.
    private static func layout(of shape: IntegerShape) -> Layout {
        switch shape.bits {
        case 0: Layout(size: 0, alignment: 1)
        case ...8: Layout(size: 1, alignment: 1)
        case ...16: Layout(size: 2, alignment: 2)
        case ...32: Layout(size: 4, alignment: 4)
        case ...64: Layout(size: 8, alignment: 8)
        default: Layout(size: (UInt64(shape.bits) + 127) / 128 * 16, alignment: 16)
        }
    }

    /// Whether a value of the type may exist at run time: neither comptime-only nor too wide.
    public func isAvailableAtRunTime(_ index: TypeIndex) -> Bool {
        if let shape = integerShape(of: index) { return shape.bits <= 64 }
        switch self[index] {
        case .integer, .function: return true
        case .primitive: return index == .void || scalarLayout(of: index) != nil
        case .array(let array): return !isComptimeOnly(array.child) && isAvailableAtRunTime(array.child)
        case .pointer(let pointer): return !isComptimeOnly(pointer.child)
        }
    }

    /// Whether values of the type exist in analysis only, as do pointers to them and arrays of them.
    private func isComptimeOnly(_ index: TypeIndex) -> Bool {
        var index = index
        while true {
            switch self[index] {
            case .integer, .function: return false
            case .pointer(let pointer): index = pointer.child
            case .array(let array): index = array.child
            case .primitive(let tag):
                return switch tag {
                case .type, .comptime_int, .comptime_float, .null, .undefined, .noreturn: true
                default: false
                }
            }
        }
    }

    /// The shape of a value of the type in `IRFunction`, `.void` where it has no bytes; nil where that has none for it.
    public func irType(of index: TypeIndex) -> IRType? { scalarFacts(of: index).irType }

    /// What kind of number values of `type` are in code; the types in it are in the table.
    func scalarFacts(of type: Type) -> ScalarFacts {
        let shape = integerShape(of: type)
        return ScalarFacts(integer: shape, irType: shape.map(irType) ?? irType(of: type))
    }

    private func irType(of shape: IntegerShape) -> IRType? {
        shape.bits <= 64 ? IRType(bits: UInt8(shape.bits), isSigned: shape.isSigned) : nil
    }

    private func irType(of type: Type) -> IRType? {
        switch type {
        case .primitive(.void): return .void
        case .primitive(.bool): return .bool
        case .function: return .pointer
        case .pointer(let pointer): return pointer.size == .slice || isComptimeOnly(pointer.child) ? nil : .pointer
        case .array, .integer, .primitive: return nil
        }
    }
}

/// What kind of number values of a type are in code.
struct ScalarFacts: BitwiseCopyable {
    /// As `TypeTable.integerShape` says.
    var integer: IntegerShape?
    /// As `TypeTable.irType` says.
    var irType: IRType?
}
