import ZIR

/// A type, taken apart. The types in it are indices into the `TypeTable` that it comes from, so it has no heap of its own.
public enum Type: Hashable, BitwiseCopyable, Sendable {
    /// `uN`, `iN`.
    case integer(IntegerShape)
    /// A type that has only a name: `usize`, `c_int`, `bool`, `f32`, ... The tags `null` and `undefined` are the types
    /// of those values.
    case primitive(PrimitiveTag)
    /// A pointer or slice.
    case pointer(PointerType)
    /// `[N]T`, `[N:S]T`.
    case array(ArrayType)
    /// A function.
    case function(FunctionType)
}

/// A pointer or slice type.
public struct PointerType: Hashable, BitwiseCopyable, Sendable {
    /// How many elements it points at.
    public enum Size: UInt8, BitwiseCopyable, Sendable {
        /// `*T`: one.
        case one
        /// `[*]T`: an unknown number.
        case many
        /// `[]T`: as many as its length says.
        case slice
        /// `[*c]T`: C does not say.
        case c
    }
    /// How many elements it points at.
    public var size: Size
    /// Whether they may not be written through it.
    public var isConst: Bool
    /// The type of one element.
    public var child: TypeIndex

    /// A pointer type.
    public init(size: Size, isConst: Bool, child: TypeIndex) {
        self.size = size
        self.isConst = isConst
        self.child = child
    }
}

/// An array type.
public struct ArrayType: Hashable, BitwiseCopyable, Sendable {
    /// Number of elements, without the sentinel.
    public var length: UInt64
    /// The type of one element.
    public var child: TypeIndex
    /// The element behind the last, if the type says so.
    public var sentinel: SentinelIndex

    /// An array type.
    public init(length: UInt64, child: TypeIndex, sentinel: SentinelIndex = .none) {
        self.length = length
        self.child = child
        self.sentinel = sentinel
    }

    /// Number of elements in memory.
    public var storedLength: UInt64 { sentinel == .none ? length : length &+ 1 }
}

/// Index of a sentinel in a `TypeTable`.
public struct SentinelIndex: Hashable, BitwiseCopyable, Sendable {
    /// The index itself.
    public var rawValue: UInt32
    /// The sentinel at `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// No sentinel.
    public static let none = SentinelIndex(.max)
}

/// A function type.
public struct FunctionType: Hashable, BitwiseCopyable, Sendable {
    /// The types of its parameters.
    public var parameters: ParameterList
    /// The type of its result.
    public var result: TypeIndex
    /// How it is called.
    public var convention: CallingConvention
    /// Whether more arguments than parameters may be passed.
    public var isVariadic: Bool

    /// A function type.
    public init(
        parameters: ParameterList, result: TypeIndex, convention: CallingConvention = .Unspecified,
        isVariadic: Bool = false
    ) {
        self.parameters = parameters
        self.result = result
        self.convention = convention
        self.isVariadic = isVariadic
    }
}

/// A list of types in a `TypeTable`: equal lists are equal values.
public struct ParameterList: Hashable, BitwiseCopyable, Sendable {
    /// Index of the first.
    var first: UInt32
    /// Number of types.
    public var count: UInt32
}
