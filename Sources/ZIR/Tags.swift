// The bare words of the language, a set for each place where one may stand. `spelling` is the word in the text; in
// messages such as "tag 'X' not a member of 'Y'" the set is named by `setName`.

/// A set of bare words.
public protocol TagSet: RawRepresentable, CaseIterable, Sendable where RawValue == UInt8 {
    /// What messages call the set.
    static var setName: String { get }
    /// The word in the text.
    var spelling: String { get }
}

extension TagSet {
    /// A case's own name, which most words are spelled like.
    public var spelling: String { "\(self)" }
}

/// The operand of `primitive`.
public enum PrimitiveTag: UInt8, TagSet {
    case u8, i8, u16, i16, u32, i32, u64, i64, usize, isize
    case c_short, c_ushort, c_int, c_uint, c_long, c_ulong, c_longlong, c_ulonglong, c_longdouble
    case c_void, f16, f32, f64, f128
    case bool, void, noreturn, type, anyerror, comptime_int, comptime_float
    case `true`, `false`, null, undefined, void_value

    /// What messages call the set.
    public static var setName: String { "Primitive" }
}

/// A calling convention, as `fntype` names it.
public enum CallingConvention: UInt8, TagSet {
    case Unspecified, C, Cold, Naked, Async, Interrupt, Signal, Stdcall, Fastcall, Vectorcall, Thiscall, APCS, AAPCS,
        AAPCSVFP

    /// What messages call the set.
    public static var setName: String { "CallingConvention" }
}

/// The operator of `cmp`.
public enum CompareOperator: UInt8, TagSet {
    case lt, lte, eq, gte, gt, neq

    /// What messages call the set.
    public static var setName: String { "CompareOperator" }
}

/// The linkage of an `export`.
public enum Linkage: UInt8, TagSet {
    case Strong, Weak, Internal, LinkOnce

    /// What messages call the set.
    public static var setName: String { "GlobalLinkage" }
}

/// The modifier of a `call`.
public enum CallModifier: UInt8, TagSet {
    case auto, compile_time, never_inline, always_inline

    /// What messages call the set.
    public static var setName: String { "CallModifier" }
}

/// The size of a pointer type, as `ptr_type` names it.
public enum PointerSize: UInt8, TagSet {
    case One, Many, Slice, C

    /// What messages call the set.
    public static var setName: String { "PointerSize" }
}

/// The layout of a struct type.
public enum StructLayout: UInt8, TagSet {
    case auto, extern, packed

    /// What messages call the set.
    public static var setName: String { "StructLayout" }
}

/// The ordering of an atomic instruction.
public enum AtomicOrder: UInt8, TagSet {
    case Unordered, Monotonic, Acquire, Release, AcqRel, SeqCst

    /// What messages call the set.
    public static var setName: String { "AtomicOrder" }
}

/// What an `atomic_rmw` does with the old value and its operand.
public enum AtomicOperation: UInt8, TagSet {
    case Xchg, Add, Sub, And, Nand, Or, Xor, Max, Min

    /// What messages call the set.
    public static var setName: String { "AtomicOperation" }
}
