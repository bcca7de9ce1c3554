import ZIR

/// Writes types, values and places in a canonical form: the same ones give the same bytes, whatever the order in which
/// a `TypeTable` came to know them. So the bytes may be stored, compared and hashed.
///
/// A type is written by its structure, the types in it first; one that was written before is named by its number in
/// the order of completion. So a type that holds another many times costs no more than its parts.
struct SemanticWriter {
    /// What the first byte of a type means.
    enum TypeTag: UInt8 {
        case known, primitive, integer, pointer, array, function
    }
    /// What the first byte of a value means.
    enum ValueTag: UInt8 {
        case void, bool, integer, type, null, undefined, place, slice, reference, lengthPointer, array, pointee
    }
    /// What the first byte of a place means.
    enum PlaceTag: UInt8 {
        case declaration, local
    }

    var writer = ByteWriter()
    private let types: TypeTable
    private let identity: (DeclIndex) -> [UInt8]
    private var known = NumberedTypes()

    /// A writer that names declarations as `identity` says.
    init(types: TypeTable, identity: @escaping (DeclIndex) -> [UInt8]) {
        self.types = types
        self.identity = identity
    }

    mutating func type(_ index: TypeIndex) {
        if let number = known.number(of: index) {
            writer.byte(TypeTag.known.rawValue)
            return writer.number(number)
        }
        switch types[index] {
        case .primitive(let tag):
            writer.byte(TypeTag.primitive.rawValue)
            return writer.byte(tag.rawValue)
        case .integer(let shape):
            writer.byte(TypeTag.integer.rawValue)
            writer.byte(shape.isSigned ? 1 : 0)
            return writer.number(UInt64(shape.bits))
        case .pointer(let pointer): self.pointer(pointer)
        case .array(let array): self.array(array)
        case .function(let function): self.function(function)
        }
        known.append(index)
    }

    private mutating func pointer(_ pointer: PointerType) {
        writer.byte(TypeTag.pointer.rawValue)
        writer.byte(pointer.size.rawValue)
        writer.byte(pointer.isConst ? 1 : 0)
        type(pointer.child)
    }

    private mutating func array(_ array: ArrayType) {
        writer.byte(TypeTag.array.rawValue)
        writer.number(array.length)
        type(array.child)
        writer.byte(array.sentinel == .none ? 0 : 1)
        if array.sentinel != .none { value(types.value(of: array.sentinel)) }
    }

    private mutating func function(_ function: FunctionType) {
        writer.byte(TypeTag.function.rawValue)
        writer.byte(function.convention.rawValue)
        writer.byte(function.isVariadic ? 1 : 0)
        writer.number(UInt64(function.parameters.count))
        for parameter in types.types(in: function.parameters) { type(parameter) }
        type(function.result)
    }

    mutating func value(_ value: Value) {
        switch value {
        case .void: tag(.void)
        case .null: tag(.null)
        case .undefined: tag(.undefined)
        case .bool(let isTrue):
            tag(.bool)
            writer.byte(isTrue ? 1 : 0)
        case .integer(let number):
            tag(.integer)
            writer.string(number.minimalBytes)
        case .type(let index):
            tag(.type)
            type(index)
        case .place(let place):
            tag(.place)
            self.place(place)
        case .slice(let place, let length):
            tag(.slice)
            self.place(place)
            writer.number(length)
        case .reference(let declaration):
            tag(.reference)
            writer.string(identity(declaration))
        case .lengthPointer(let length):
            tag(.lengthPointer)
            writer.number(length)
        case .array(let elements):
            tag(.array)
            writer.number(UInt64(elements.count))
            for element in elements { self.value(element) }
        case .pointee(let pointee):
            tag(.pointee)
            self.value(pointee)
        }
    }

    mutating func place(_ place: Place) {
        switch place.base {
        case .declaration(let declaration):
            writer.byte(PlaceTag.declaration.rawValue)
            writer.string(identity(declaration))
        case .local(let index):
            writer.byte(PlaceTag.local.rawValue)
            writer.number(UInt64(index))
        }
        writer.word(UInt64(bitPattern: place.offset))
        writer.byte(place.field.rawValue)
    }

    private mutating func tag(_ tag: ValueTag) { writer.byte(tag.rawValue) }
}

/// The types that were written, numbered in the order of completion.
private struct NumberedTypes {
    /// The first one, which mostly is the only one: a list takes memory.
    private var first: TypeIndex?
    private var others: [TypeIndex] = []
    /// Of the others. Empty while there are few: then a search through the list is faster.
    private var numbers: [TypeIndex: Int] = [:]
    private static let searched = 16

    func number(of type: TypeIndex) -> UInt64? {
        if first == type { return 0 }
        let place = others.count < Self.searched ? others.firstIndex(of: type) : numbers[type]
        return place.map { UInt64($0) + 1 }
    }

    mutating func append(_ type: TypeIndex) {
        guard first != nil else { return first = type }
        others.append(type)
        if others.count == Self.searched {
            for (place, type) in others.enumerated() { numbers[type] = place }
        } else if others.count > Self.searched {
            numbers[type] = others.count - 1
        }
    }
}
