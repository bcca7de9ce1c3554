import ZIR

/// Reads what `SemanticWriter` wrote, out of bytes that may be anything: what it returns is well formed, and a value
/// is one of its type.
struct SemanticReader {
    private typealias TypeTag = SemanticWriter.TypeTag
    private typealias ValueTag = SemanticWriter.ValueTag

    var reader: ByteReader
    private let types: TypeTable
    private let declaration: (ArraySlice<UInt8>) -> DeclIndex?
    private var known: [TypeIndex] = []

    /// A reader of `bytes` that finds a declaration by the bytes that name it.
    init(_ bytes: ArraySlice<UInt8>, types: TypeTable, declaration: @escaping (ArraySlice<UInt8>) -> DeclIndex?) {
        reader = ByteReader(bytes)
        self.types = types
        self.declaration = declaration
    }

    mutating func type() throws(MalformedBytes) -> TypeIndex { try type(depth: 0) }

    private mutating func type(depth: UInt8) throws(MalformedBytes) -> TypeIndex {
        guard depth <= TypeTable.maximumDepth else { throw MalformedBytes() }
        let tag: TypeTag = try reader.tag()
        let type: Type
        switch tag {
        case .known: return try knownType()
        case .primitive: return try primitive()
        case .integer:
            let isSigned = try reader.flag()
            guard let bits = UInt16(exactly: try reader.number()) else { throw MalformedBytes() }
            return try index(of: .integer(IntegerShape(isSigned: isSigned, bits: bits)))
        case .pointer:
            let size: PointerType.Size = try reader.tag()
            let isConst = try reader.flag()
            type = .pointer(PointerType(size: size, isConst: isConst, child: try self.type(depth: depth + 1)))
        case .array: type = .array(try array(depth: depth))
        case .function: type = .function(try function(depth: depth))
        }
        let index = try index(of: type)
        known.append(index)
        return index
    }

    private mutating func knownType() throws(MalformedBytes) -> TypeIndex {
        let number = try reader.number()
        guard number < UInt64(known.count) else { throw MalformedBytes() }
        return known[Int(number)]
    }

    private mutating func primitive() throws(MalformedBytes) -> TypeIndex {
        let tag: PrimitiveTag = try reader.tag()
        guard case .primitive = types[TypeIndex(tag)] else { throw MalformedBytes() }
        switch tag {
        case .true, .false, .void_value: throw MalformedBytes()
        default: return TypeIndex(tag)
        }
    }

    private mutating func array(depth: UInt8) throws(MalformedBytes) -> ArrayType {
        let length = try reader.number()
        let child = try type(depth: depth + 1)
        guard try reader.flag() else { return ArrayType(length: length, child: child) }
        let sentinel = try value(of: child, depth: depth + 1)
        return ArrayType(length: length, child: child, sentinel: types.sentinel(sentinel, type: child))
    }

    private mutating func function(depth: UInt8) throws(MalformedBytes) -> FunctionType {
        let convention: CallingConvention = try reader.tag()
        let isVariadic = try reader.flag()
        var parameters: [TypeIndex] = []
        // Every type takes a byte or more, so a false count runs into the end before it takes memory.
        for _ in 0..<(try reader.number()) { parameters.append(try type(depth: depth + 1)) }
        let result = try type(depth: depth + 1)
        return FunctionType(
            parameters: types.parameterList(parameters), result: result, convention: convention,
            isVariadic: isVariadic)
    }

    private func index(of type: Type) throws(MalformedBytes) -> TypeIndex {
        guard let index = types.index(of: type) else { throw MalformedBytes() }
        return index
    }

    /// A value of `type`, which itself stands `depth` types deep.
    mutating func value(of type: TypeIndex, depth: UInt8 = 0) throws(MalformedBytes) -> Value {
        let value = try anyValue(depth: depth)
        guard types.isValue(value, of: type) else { throw MalformedBytes() }
        return value
    }

    private mutating func anyValue(depth: UInt8) throws(MalformedBytes) -> Value {
        let tag: ValueTag = try reader.tag()
        guard depth <= TypeTable.maximumDepth else { throw MalformedBytes() }
        switch tag {
        case .void: return .void
        case .null: return .null
        case .undefined: return .undefined
        case .bool: return .bool(try reader.flag())
        case .integer: return .integer(try integer())
        case .type: return .type(try type(depth: depth))
        case .place: return .place(try place())
        case .slice: return .slice(try place(), length: try reader.number())
        case .reference: return .reference(try identity())
        case .lengthPointer: return .lengthPointer(try reader.number())
        case .array: return .array(try elements(depth: depth + 1))
        case .pointee: return .pointee(try anyValue(depth: depth + 1))
        }
    }

    private mutating func elements(depth: UInt8) throws(MalformedBytes) -> [Value] {
        var elements: [Value] = []
        // As with parameters, a false count runs into the end.
        for _ in 0..<(try reader.number()) { elements.append(try anyValue(depth: depth)) }
        return elements
    }

    private mutating func integer() throws(MalformedBytes) -> Integer {
        let bytes = try reader.string()
        guard bytes.count <= Integer.maximumBits / 8 + 1 else { throw MalformedBytes() }
        let number = Integer(littleEndian: bytes, isSigned: true)
        guard number.bitWidth <= Integer.maximumBits else { throw MalformedBytes() }
        return number
    }

    mutating func place() throws(MalformedBytes) -> Place {
        let tag: SemanticWriter.PlaceTag = try reader.tag()
        let base: Place.Base
        switch tag {
        case .declaration: base = .declaration(try identity())
        case .local:
            guard let index = UInt32(exactly: try reader.number()) else { throw MalformedBytes() }
            base = .local(index)
        }
        let offset = Int64(bitPattern: try reader.word())
        return Place(base: base, offset: offset, field: try reader.tag())
    }

    private mutating func identity() throws(MalformedBytes) -> DeclIndex {
        guard let index = declaration(try reader.string()) else { throw MalformedBytes() }
        return index
    }
}

extension TypeTable {
    /// Whether `value` is one of `type`.
    func isValue(_ value: Value, of type: TypeIndex) -> Bool {
        switch value {
        case .undefined: true
        case .void: type == .void
        case .bool: type == .bool
        case .null: type == .null
        case .type: type == .type
        case .integer(let number):
            isInteger(type, holding: number)
        case .place: isAddress(type) || array(type) != nil
        case .slice: pointer(type)?.size == .slice
        case .reference, .lengthPointer: pointer(type).map { $0.size != .slice } ?? false
        case .array(let elements): areElements(elements, of: type)
        case .pointee(let value): pointer(type).map { $0.size == .one && isValue(value, of: $0.child) } ?? false
        }
    }

    private func areElements(_ elements: [Value], of type: TypeIndex) -> Bool {
        guard let array = array(type), UInt64(elements.count) == array.length else { return false }
        return elements.allSatisfy { isValue($0, of: array.child) }
    }

    /// Whether the type has the value `number`. An address may be one too.
    private func isInteger(_ type: TypeIndex, holding number: Integer) -> Bool {
        if type == .comptimeInt { return true }
        if isAddress(type) { return number.uint64 != nil }
        return integerShape(of: type).map(number.fits) ?? false
    }

    /// The parts of a pointer or slice type; nil for any other.
    func pointer(_ index: TypeIndex) -> PointerType? {
        if case .pointer(let pointer) = self[index] { pointer } else { nil }
    }

    /// The parts of a function type; nil for any other.
    func function(_ index: TypeIndex) -> FunctionType? {
        if case .function(let function) = self[index] { function } else { nil }
    }

    /// Whether a value of the type is one address: a pointer or a function.
    func isAddress(_ index: TypeIndex) -> Bool {
        switch self[index] {
        case .function: true
        case .pointer(let pointer): pointer.size != .slice
        default: false
        }
    }
}
