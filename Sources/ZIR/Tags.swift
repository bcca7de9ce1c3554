// The bare words of the language, a set for each place where one may stand. `spelling` is the word in the text; in
// messages such as "tag 'X' not a member of 'Y'" the set is named by `setName`.

/// A set of bare words.
public protocol TagSet: RawRepresentable, CaseIterable, BitwiseCopyable, Sendable where RawValue == UInt8 {
    /// What messages call the set.
    static var setName: String { get }
    /// The words in the text, those of all cases in their order: the names of the cases. Written out, since asking the
    /// runtime for the name of a case takes as long as parsing ten functions.
    static var words: String { get }
}

extension TagSet {
    /// The word in the text.
    public var spelling: String { String(Self.words.split(separator: " ")[Int(rawValue)]) }
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
    /// Its words.
    public static var words: String {
        """
        u8 i8 u16 i16 u32 i32 u64 i64 usize isize c_short c_ushort c_int c_uint c_long c_ulong \
        c_longlong c_ulonglong c_longdouble c_void f16 f32 f64 f128 bool void noreturn type anyerror \
        comptime_int comptime_float true false null undefined void_value
        """
    }
}

/// A calling convention, as `fntype` names it.
public enum CallingConvention: UInt8, TagSet {
    case Unspecified, C, Cold, Naked, Async, Interrupt, Signal, Stdcall, Fastcall, Vectorcall, Thiscall, APCS, AAPCS,
        AAPCSVFP

    /// What messages call the set.
    public static var setName: String { "CallingConvention" }
    /// Its words.
    public static var words: String {
        """
        Unspecified C Cold Naked Async Interrupt Signal Stdcall Fastcall Vectorcall Thiscall APCS AAPCS \
        AAPCSVFP
        """
    }
}

/// The operator of `cmp`.
public enum CompareOperator: UInt8, TagSet {
    case lt, lte, eq, gte, gt, neq

    /// What messages call the set.
    public static var setName: String { "CompareOperator" }
    /// Its words.
    public static var words: String { "lt lte eq gte gt neq" }
}

/// The linkage of an `export`.
public enum Linkage: UInt8, TagSet {
    case Strong, Weak, Internal, LinkOnce

    /// What messages call the set.
    public static var setName: String { "GlobalLinkage" }
    /// Its words.
    public static var words: String { "Strong Weak Internal LinkOnce" }
}

/// The modifier of a `call`.
public enum CallModifier: UInt8, TagSet {
    case auto, compile_time, never_inline, always_inline

    /// What messages call the set.
    public static var setName: String { "CallModifier" }
    /// Its words.
    public static var words: String { "auto compile_time never_inline always_inline" }
}

/// The size of a pointer type, as `ptr_type` names it.
public enum PointerSize: UInt8, TagSet {
    case One, Many, Slice, C

    /// What messages call the set.
    public static var setName: String { "PointerSize" }
    /// Its words.
    public static var words: String { "One Many Slice C" }
}

/// The layout of a struct type.
public enum StructLayout: UInt8, TagSet {
    case auto, extern, packed

    /// What messages call the set.
    public static var setName: String { "StructLayout" }
    /// Its words.
    public static var words: String { "auto extern packed" }
}

/// The ordering of an atomic instruction.
public enum AtomicOrder: UInt8, TagSet {
    case Unordered, Monotonic, Acquire, Release, AcqRel, SeqCst

    /// What messages call the set.
    public static var setName: String { "AtomicOrder" }
    /// Its words.
    public static var words: String { "Unordered Monotonic Acquire Release AcqRel SeqCst" }
}

/// What an `atomic_rmw` does with the old value and its operand.
public enum AtomicOperation: UInt8, TagSet {
    case Xchg, Add, Sub, And, Nand, Or, Xor, Max, Min

    /// What messages call the set.
    public static var setName: String { "AtomicOperation" }
    /// Its words.
    public static var words: String { "Xchg Add Sub And Nand Or Xor Max Min" }
}
