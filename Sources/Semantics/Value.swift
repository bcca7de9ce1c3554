/// Index of a type in a `TypeTable`: equal types have equal indices within one run of zbuild.
public struct TypeIndex: Hashable, BitwiseCopyable, Sendable {
    /// The index itself.
    public var rawValue: UInt32
    /// The type at `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// A comptime-known value; its type stands beside it.
public enum Value: Hashable, Sendable {
    /// The only value of `void`.
    case void
    /// A bool.
    case bool(Bool)
    /// An integer, also one of type `comptime_int`.
    case integer(Integer)
    /// A type.
    case type(TypeIndex)
    /// `null`.
    case null
    /// Unspecified content of any type.
    case undefined
    /// A pointer into storage, or a function.
    case place(Place)
    /// A slice: the place of its first element, and its length.
    case slice(Place, length: UInt64)
    /// What `declref` makes of a declaration that has no storage: a pointer to its value.
    case reference(DeclIndex)
    /// A pointer to a `usize` that has no storage: the length of an array.
    case lengthPointer(UInt64)
    /// The elements of an array, without the sentinel. An array in constant storage is a `place` instead, that of its
    /// content.
    case array([Value])
    /// A pointer to a value that exists in analysis only, so that it has no storage.
    indirect case pointee(Value)
}
