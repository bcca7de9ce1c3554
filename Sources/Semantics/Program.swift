import ZIR

/// The number of a declaration within one project's cache. Assigned by the engine, stable while the declaration lives.
public struct DeclIndex: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// The number itself; 0 is nobody.
    public var rawValue: UInt32
    /// The declaration numbered `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    /// No declaration.
    public static let none = DeclIndex(0)
    /// Orders by number.
    public static func < (a: DeclIndex, b: DeclIndex) -> Bool { a.rawValue < b.rawValue }
}

/// Why the analysis of a declaration stopped before its end.
public enum AnalysisStop: Error {
    /// The sources have an error; the diagnostic has a position in the declaration that was analysed.
    case failed(Diagnostic)
    /// A declaration that it asked about has failed or is blocked itself; nothing is to be reported here.
    case blocked(DeclIndex)
    /// The answer needs a declaration that must be analysed first: analyse that, then begin here again.
    case deferred(DeclIndex)
}

/// What analysis may know of other declarations: the only way to ask, and so the whole of dependency tracking.
///
/// The engine answers and records each question, with a hash of the answer, as an edge from the declaration that is
/// being analysed. A question whose answer is a failure throws `.blocked`; one that cannot be answered yet throws
/// `.deferred`. Analysis passes both on unchanged.
public protocol Program: AnyObject {
    /// Looks `name` up (`a` or `a.b.c`, without `@`) from the module of the declaration being analysed. Nil: no such
    /// declaration. `expected type 'X', found module` and the like are the caller's to report.
    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex?

    /// Type, mutability, and comptime value of a reference to `declaration`. Edge kinds `type` (a function, a `str`, a
    /// global: the value is its address) or `value` (all else).
    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface

    /// Looks `name` up, and says what it leads to if that is known and plain: `lookup` and `interface`, which nearly always
    /// go together, in one question.
    func reference(to name: UnsafeRawBufferPointer) throws(AnalysisStop) -> Reference?

    /// The content of `declaration`'s constant storage, which a folded `deref` reads. Edge kind `body`.
    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content

    /// What a message calls `declaration`: its name without the module.
    func name(of declaration: DeclIndex) -> String
}

/// A declaration that a name leads to.
public struct Reference: BitwiseCopyable {
    /// The declaration.
    public var declaration: DeclIndex
    /// What it is to others; where that is nil, who needs it asks.
    public var interface: PlainInterface?

    /// A reference.
    public init(declaration: DeclIndex, interface: PlainInterface? = nil) {
        self.declaration = declaration
        self.interface = interface
    }
}

extension Program {
    /// Leaves the second question to who needs it.
    public func reference(to name: UnsafeRawBufferPointer) throws(AnalysisStop) -> Reference? {
        try lookup(name).map { Reference(declaration: $0) }
    }
}

/// What a declaration is, seen from outside.
public struct Interface: Equatable, Sendable {
    /// What has an address of its own in the program, and what has not.
    public enum Category: UInt8, BitwiseCopyable, Sendable {
        /// A comptime value without storage: an integer, a type, a place in another declaration, ...
        case constant
        /// A function; its value is its code address.
        case function
        /// Constant storage: a `str`, what a `ref` points at, an array. Its value is a pointer to it; that of an array is
        /// its content, which is asked for when it is needed, and known by its place until then.
        case constantStorage
        /// A `global`. Its value is a pointer to it.
        case global
        /// An `import`: good only before a `.`.
        case module
        /// An `export`: asked for by nobody but the engine.
        case export
    }

    /// What kind of thing it is.
    public var category: Category
    /// The type of a reference to it.
    public var type: TypeIndex
    /// The comptime value of a reference to it; of what has an address it is a place at offset 0 of itself.
    public var value: Value

    /// An interface.
    public init(category: Category, type: TypeIndex, value: Value) {
        self.category = category
        self.type = type
        self.value = value
    }
}

/// The initial bytes of a declaration's storage and the places that they hold addresses of.
public struct Content: Equatable, Sendable {
    /// The bytes; fields that hold an address are zero.
    public var bytes: [UInt8]
    /// Zero bytes behind those. Only storage that is zero altogether has any, and then no `bytes`: it needs no room in
    /// the file.
    public var zeros: UInt64
    /// The words that hold an address: byte offset, place.
    public var addresses: [Address]
    /// The required alignment in bytes.
    public var alignment: UInt32

    /// A word of static data that holds an address.
    public struct Address: Equatable, Sendable {
        /// Byte offset of the 8-byte word.
        public var offset: UInt32
        /// What it points at.
        public var place: Place

        /// A word at `offset` that points at `place`.
        public init(offset: UInt32, place: Place) {
            self.offset = offset
            self.place = place
        }
    }

    /// Content.
    public init(bytes: [UInt8], zeros: UInt64 = 0, addresses: [Address] = [], alignment: UInt32 = 1) {
        self.bytes = bytes
        self.zeros = zeros
        self.addresses = addresses
        self.alignment = alignment
    }
}

extension Content {
    /// Bytes in memory.
    public var size: UInt64 { UInt64(bytes.count) + zeros }
}

/// An address that is known up to the number: `offset` bytes into the storage of a declaration, or into one of the
/// constants that a function body owns.
public struct Place: Hashable, BitwiseCopyable, Sendable {
    /// What it points into.
    public enum Base: Hashable, BitwiseCopyable, Sendable {
        /// The storage or code of a declaration.
        case declaration(DeclIndex)
        /// Constant `index` of the function body that is being analysed.
        case local(UInt32)
    }
    /// What it points into.
    public var base: Base
    /// Bytes from the start of it; may be one past the end.
    public var offset: Int64
    /// Which part of that storage it names, where that is no run of bytes: the `len` of an array or of a slice.
    public var field: Field

    /// Parts that are no run of bytes of the storage.
    public enum Field: UInt8, Hashable, BitwiseCopyable, Sendable {
        /// The bytes themselves.
        case none
        /// The length of the array at `offset`, a number that has no storage of its own.
        case arrayLength
    }

    /// A place.
    public init(base: Base, offset: Int64 = 0, field: Field = .none) {
        self.base = base
        self.offset = offset
        self.field = field
    }
}
