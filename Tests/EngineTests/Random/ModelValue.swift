// What the declarations of the model are and hold.

/// A type.
indirect enum ModelType: Hashable, Sendable {
    /// A type that has only a name.
    case named(String)
    case function(parameters: [ModelType], result: ModelType, isNaked: Bool)
    /// `*T`, `*const T`.
    case pointer(ModelType, isConst: Bool)
    /// `[N:0]u8`, what a string of N bytes is.
    case string(Int)

    static let comptimeInt = named("comptime_int")
    static let usize = named("usize")
    static let u8 = named("u8")
    static let bool = named("bool")
    static let void = named("void")
    static let noreturn = named("noreturn")
    static let type = named("type")

    /// Width of an integer type; all are unsigned.
    var bits: Int? {
        switch self {
        case .named("usize"), .named("u64"): 64
        case .named("u8"): 8
        default: nil
        }
    }

    var isInteger: Bool { bits != nil || self == .comptimeInt }

    /// Whether values of it are addresses.
    var isAddress: Bool {
        switch self {
        case .function, .pointer: true
        case .named, .string: false
        }
    }

    /// Whether values of it may exist at run time.
    var isAvailableAtRunTime: Bool {
        switch self {
        case .function, .string: true
        case .named: !isComptimeOnly
        case .pointer(let child, _): !child.isComptimeOnly
        }
    }

    private var isComptimeOnly: Bool {
        switch self {
        case .named(let name): ["type", "comptime_int", "noreturn"].contains(name)
        case .pointer(let child, _): child.isComptimeOnly
        case .function, .string: false
        }
    }

    /// Whether a register can hold a value of it.
    var isScalar: Bool { isAvailableAtRunTime && (bits != nil || self == .bool || isAddress) }
}

/// A value that is known in analysis, or of which only run time knows what it is.
enum ModelValue: Hashable, Sendable {
    case void
    case integer(Int)
    case bool(Bool)
    case type(ModelType)
    /// The address of a declaration, so many bytes into it.
    case place(ModelName, offset: Int)
    /// The address of a string that the body owns.
    case ownString(String)
    /// A pointer to the length of a string.
    case lengthPointer(Int)
    /// The number of the address is that of `place`, if it is one.
    case runTime(place: ModelName?)

    static let runTime = runTime(place: nil)

    var isRunTime: Bool { if case .runTime = self { true } else { false } }
}

struct ModelTyped: Hashable {
    var value: ModelValue
    var type: ModelType

    init(_ value: ModelValue, _ type: ModelType) {
        self.value = value
        self.type = type
    }
}

/// Path of the file, and qualified name: who a declaration is to the compiler. Packages may have one name.
typealias ModelName = String

/// What others see of a declaration.
struct ModelInterface: Hashable {
    enum Category: Hashable {
        case constant
        case function
        case string
        case global
        /// The file that an `import` names, and what tells it from all others: the package may be called otherwise one day.
        case module(Int, identity: String)
        case export
    }
    var category: Category
    var typed: ModelTyped

    /// Whether what it refers to has bytes of its own, or asks something of the linker.
    var hasBody: Bool {
        switch category {
        case .function, .string, .global, .export: true
        case .constant, .module: false
        }
    }
}

/// What stands in a string or a global.
enum ModelContent: Hashable {
    case string(String)
    /// `isZeros`: it needs no bytes in the file.
    case value(ModelTyped, isZeros: Bool)
}

// Questions and their answers.

/// What an analysis asks about.
struct ModelQuestion: Hashable {
    enum Kind: Hashable {
        /// Whether a name is there, asked for what is not: of all else more is asked.
        case exists
        /// Type and value.
        case interface
        /// What stands in it.
        case content
        /// What an address leads to without having been named.
        case address
        /// Which file an `import` names.
        case file
    }
    var kind: Kind
    var name: ModelName
}

enum ModelAnswer: Hashable {
    /// It has an error, or something has that it needs.
    case failure
    case missing
    case found
    case interface(ModelInterface)
    case content(ModelContent)
    case module(String)
    case noModule(String)
}

struct ModelAnswered: Hashable {
    var question: ModelQuestion
    var answer: ModelAnswer
}

/// What one analysis came to: that of what a declaration is, or that of its body.
struct ModelResult {
    enum State {
        case done
        case failed
        /// Something that it asked about has failed.
        case blocked
    }
    var state = State.done
    var interface: ModelInterface?
    var content: ModelContent?
    /// What was asked, in this order.
    var questions: [ModelAnswered] = []
}
