import ZIR

/// All types of one run, each once: two types are the same if their indices are.
///
/// The types with a name stand at the raw value of their `PrimitiveTag`; so the well-known ones are constants of
/// `TypeIndex`. A type refers only to types made before it, and none is nested deeper than `maximumDepth`, so walking
/// over one ends and needs little stack. Belongs to one thread.
public final class TypeTable {
    /// How deep types may be nested in each other.
    public static let maximumDepth: UInt8 = 200

    private let items = FlatTable<Type>()
    /// What kind of number each type is in code.
    private let scalars = FlatTable<ScalarFacts>()
    /// For each type the pointer types to it by their `variant`, `.missing` where nobody asked for one.
    private let pointers = FlatTable<TypeIndex>()
    private static let pointersOfOne = 8
    /// For each type how deep its types are nested; 0 for one that has only a name.
    private var depths: [UInt8] = []
    private var parameters: [TypeIndex] = []
    private var sentinels: [Sentinel] = []
    /// Of the types without a name.
    private var indices: [Type: TypeIndex] = [:]
    private var parameterLists: [[TypeIndex]: ParameterList] = [:]
    private var sentinelIndices: [Sentinel: SentinelIndex] = [:]

    /// The element that ends an array, with its type.
    struct Sentinel: Hashable {
        var type: TypeIndex
        var value: Value
    }

    /// A table of the types with a name.
    public init() {
        var rawValue: UInt8 = 0
        while let tag = PrimitiveTag(rawValue: rawValue) {
            _ = add(Self.type(of: tag), depth: 0)
            rawValue += 1
        }
    }

    private func add(_ type: Type, depth: UInt8) -> TypeIndex {
        let index = TypeIndex(UInt32(items.count))
        items.append(type)
        depths.append(depth)
        scalars.append(scalarFacts(of: type))
        pointers.append(repeating: .missing, count: Self.pointersOfOne)
        return index
    }

    /// Number of types. Every index below it is valid.
    public var count: Int { items.count }

    /// The type at `index`, taken apart.
    public subscript(index: TypeIndex) -> Type { items[Int(index.rawValue)] }

    /// The index of `type`; nil if it is nested too deep.
    public func index(of type: Type) -> TypeIndex? {
        if let known = Self.named(type) ?? indices[type] { return known }
        let depth = childDepth(of: type)
        guard depth < Self.maximumDepth else { return nil }
        let index = add(type, depth: depth + 1)
        indices[type] = index
        return index
    }

    /// The index of a pointer type, as `index(of:)`, but without a search.
    public func index(of pointer: PointerType) -> TypeIndex? {
        let place = Int(pointer.child.rawValue) * Self.pointersOfOne + pointer.variant
        if pointers[place] != .missing { return pointers[place] }
        guard let index = index(of: .pointer(pointer)) else { return nil }
        pointers[place] = index
        return index
    }

    /// What kind of number code holds values of the type at `index` as, worked out when the type was added.
    func scalarFacts(of index: TypeIndex) -> ScalarFacts { scalars[Int(index.rawValue)] }

    /// The list of `types`, which are the parameters of a function type.
    public func parameterList(_ types: [TypeIndex]) -> ParameterList {
        if let known = parameterLists[types] { return known }
        let list = ParameterList(first: UInt32(parameters.count), count: UInt32(types.count))
        parameters.append(contentsOf: types)
        parameterLists[types] = list
        return list
    }

    /// Type `place` of `list`.
    func parameter(_ place: Int, of list: ParameterList) -> TypeIndex { parameters[Int(list.first) + place] }

    /// The types in `list`.
    public func types(in list: ParameterList) -> ArraySlice<TypeIndex> {
        parameters[Int(list.first)..<Int(list.first + list.count)]
    }

    /// The sentinel `value` of an element type.
    public func sentinel(_ value: Value, type: TypeIndex) -> SentinelIndex {
        let sentinel = Sentinel(type: type, value: value)
        if let known = sentinelIndices[sentinel] { return known }
        let index = SentinelIndex(UInt32(sentinels.count))
        sentinels.append(sentinel)
        sentinelIndices[sentinel] = index
        return index
    }

    /// The value of a sentinel, which is not `.none`.
    public func value(of sentinel: SentinelIndex) -> Value { sentinels[Int(sentinel.rawValue)].value }

    private func childDepth(of type: Type) -> UInt8 {
        switch type {
        case .integer, .primitive: 0
        case .pointer(let pointer): depth(of: pointer.child)
        case .array(let array): max(depth(of: array.child), depth(of: array.sentinel))
        case .function(let function):
            types(in: function.parameters).reduce(depth(of: function.result)) { max($0, depth(of: $1)) }
        }
    }

    private func depth(of index: TypeIndex) -> UInt8 { depths[Int(index.rawValue)] }

    private func depth(of sentinel: SentinelIndex) -> UInt8 {
        guard sentinel != .none, case .type(let type) = value(of: sentinel) else { return 0 }
        return depth(of: type)
    }

    /// The index of a type with a name.
    private static func named(_ type: Type) -> TypeIndex? {
        switch type {
        case .primitive(let tag): TypeIndex(tag)
        case .integer(IntegerShape(isSigned: false, bits: 8)): .u8
        case .integer(IntegerShape(isSigned: true, bits: 8)): TypeIndex(.i8)
        case .integer(IntegerShape(isSigned: false, bits: 16)): TypeIndex(.u16)
        case .integer(IntegerShape(isSigned: true, bits: 16)): TypeIndex(.i16)
        case .integer(IntegerShape(isSigned: false, bits: 32)): TypeIndex(.u32)
        case .integer(IntegerShape(isSigned: true, bits: 32)): TypeIndex(.i32)
        case .integer(IntegerShape(isSigned: false, bits: 64)): TypeIndex(.u64)
        case .integer(IntegerShape(isSigned: true, bits: 64)): TypeIndex(.i64)
        default: nil
        }
    }

    private static func type(of tag: PrimitiveTag) -> Type {
        switch tag {
        case .u8: .integer(IntegerShape(isSigned: false, bits: 8))
        case .i8: .integer(IntegerShape(isSigned: true, bits: 8))
        case .u16: .integer(IntegerShape(isSigned: false, bits: 16))
        case .i16: .integer(IntegerShape(isSigned: true, bits: 16))
        case .u32: .integer(IntegerShape(isSigned: false, bits: 32))
        case .i32: .integer(IntegerShape(isSigned: true, bits: 32))
        case .u64: .integer(IntegerShape(isSigned: false, bits: 64))
        case .i64: .integer(IntegerShape(isSigned: true, bits: 64))
        default: .primitive(tag)
        }
    }
}

extension PointerType {
    /// Tells the pointer types to one type from each other.
    fileprivate var variant: Int { Int(size.rawValue) << 1 | (isConst ? 1 : 0) }
}

extension TypeIndex {
    /// No type.
    fileprivate static let missing = TypeIndex(.max)

    /// The type that `tag` names; of `null` and `undefined` the type of that value.
    public init(_ tag: PrimitiveTag) { self.init(UInt32(tag.rawValue)) }

    /// `u8`
    public static let u8 = TypeIndex(.u8)
    /// `usize`
    public static let usize = TypeIndex(.usize)
    /// `bool`
    public static let bool = TypeIndex(.bool)
    /// `void`
    public static let void = TypeIndex(.void)
    /// `noreturn`
    public static let noreturn = TypeIndex(.noreturn)
    /// `type`
    public static let type = TypeIndex(.type)
    /// `comptime_int`
    public static let comptimeInt = TypeIndex(.comptime_int)
    /// The type of `null`.
    public static let null = TypeIndex(.null)
    /// The type of `undefined`.
    public static let undefined = TypeIndex(.undefined)
}
