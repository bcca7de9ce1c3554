import ZIR

/// The analysis of one declaration, or of one body: everything that it has found out so far.
///
/// Instructions are taken in the order of the text, by the loop in `Analysis+Bodies.swift`; each leaves its value in
/// `results`. An operand refers only to instructions before its own, so one pass is enough. The first error ends it.
///
/// An object, since a struct of this size is copied before most calls of a function that does not change it; and taken up
/// again for the next declaration, so that a small one costs no memory of its own.
final class Analysis {
    let types: TypeTable
    let options: AnalysisOptions
    private(set) var syntax = Analysis.nothing
    private(set) var declaration = DeclIndex.none
    private var program: (any Program)?

    /// The type of the function whose body this is; nil in a declaration, where everything must be comptime-known.
    var function: FunctionType? { didSet { mayEmit = function.map { $0.convention != .Naked } ?? false } }
    /// Whether there may be instructions that have results: in the body of a function that is not Naked.
    private(set) var mayEmit = false
    /// The instruction at work.
    private(set) var current = CurrentInst(Analysis.noInst)
    /// Its number.
    private(set) var currentIndex = InstIndex.root
    /// Its operands, in `syntax`.
    private(set) var row = Analysis.nothing.operands(of: Analysis.noInst)
    /// For each instruction its value, `.missing` until it is analysed.
    let results = FlatTable<TypedValue>()
    /// The bodies that are open, the innermost last.
    let frames = FlatTable<BodyFrame>()
    /// The comptime-known values that take more room than a `KnownValue` has.
    let storedValues = FlatTable<Value>()
    /// Constants of the body, by the number that a local `Place` has during the analysis.
    var constants: [BodyConstant] = []
    /// Those of them that copy the value of a declaration without storage.
    var copies: [DeclIndex: Place] = [:]
    /// Bytes of those that code refers to.
    var storedBytes: UInt64 = 0
    /// Bytes of all contents that were made out of values.
    var contentBytes: UInt64 = 0
    /// What else is kept of the body.
    var work = BodyWork()
    /// The code so far.
    var code = CodeBuilder()
    /// Where the operand stands that the last question to `program` was about.
    var questionPosition = Position.start

    /// What is parsed before the beginning and behind the end.
    private static let nothing = Syntax()
    private static let noInst = Inst(opcode: .int, position: .start, operands: .empty, name: .empty)

    /// An analysis of nothing so far.
    init(types: TypeTable, options: AnalysisOptions) {
        self.types = types
        self.options = options
    }

    /// Begins with `declaration`, whose parsed form is `syntax`; `program` answers its questions.
    func begin(_ syntax: Syntax, of declaration: DeclIndex, in program: any Program) {
        self.syntax = syntax
        self.program = program
        self.declaration = declaration
        questionPosition = .start
        results.append(repeating: .missing, count: syntax.instCount)
    }

    /// Forgets the declaration.
    func end() {
        syntax = Analysis.nothing
        setCurrent(Analysis.noInst, .root)
        program = nil
        function = nil
        results.removeAll()
        frames.removeAll()
        // What most analyses leave empty is not made anew.
        if storedValues.count > 0 { storedValues.removeAll() }
        if !constants.isEmpty { constants = [] }
        if !copies.isEmpty { copies = [:] }
        (storedBytes, contentBytes) = (0, 0)
        work.empty()
        code.empty()
    }

    /// Goes on to `inst` of `syntax`, whose number is `index`.
    @inline(__always)
    func setCurrent(_ inst: Inst, _ index: InstIndex) {
        current = CurrentInst(inst)
        currentIndex = index
        row = syntax.operands(of: inst)
    }

    /// Has what follows stand at the declaration itself, with the operands of the instruction at work.
    func leaveInstruction() { currentIndex = .root }

    /// Who answers questions about other declarations, from `begin` to `end`.
    func asked() throws(AnalysisStop) -> any Program {
        guard let program else { throw .blocked(.none) }
        return program
    }
}

/// What the analysis keeps of the instruction at work besides its operands.
struct CurrentInst: BitwiseCopyable {
    let opcode: Opcode
    let position: Position

    init(_ inst: Inst) { (opcode, position) = (inst.opcode, inst.position) }
}

/// A value with its type: comptime-known, or the result of code.
struct TypedValue: BitwiseCopyable {
    enum Content: BitwiseCopyable {
        case known(KnownValue)
        case runTime(IRRef)
    }
    // In this order it has 16 bytes, two registers.
    var content: Content
    var type: TypeIndex

    init(type: TypeIndex, content: Content) {
        self.content = content
        self.type = type
    }

    static func known(_ value: KnownValue, _ type: TypeIndex) -> TypedValue {
        TypedValue(type: type, content: .known(value))
    }

    static func runTime(_ value: IRRef, _ type: TypeIndex) -> TypedValue {
        TypedValue(type: type, content: .runTime(value))
    }

    static let void = known(.void, .void)

    /// Stands for the value of an instruction that has not been analysed.
    static let missing = known(.undefined, TypeIndex(.max))

    static func bool(_ isTrue: Bool) -> TypedValue { known(.bool(isTrue), .bool) }

    static func type(_ index: TypeIndex) -> TypedValue { known(.type(index), .type) }

    /// The comptime-known value, if it is one.
    var known: KnownValue? {
        if case .known(let value) = content { value } else { nil }
    }

    /// Whether its instruction has not been analysed.
    var isMissing: Bool { type == TypedValue.missing.type }

    /// Whether it is comptime-known to be unspecified.
    var isUndefined: Bool {
        if case .known(.undefined) = content { true } else { false }
    }
}

/// Storage that a body owns. It gets a place in the code's storage when code first needs its address: a string that is
/// only read in analysis leaves no bytes.
struct BodyConstant {
    var content: Content
    /// Its index in `IRFunction.storage`.
    var slot: UInt32?
}

// Errors.
extension Analysis {
    /// An error at `position`.
    func failure(_ position: Position, _ message: String) -> AnalysisStop {
        .failed(Diagnostic(position, message))
    }

    /// An error about the whole instruction at work.
    func failure(_ message: String) -> AnalysisStop { failure(current.position, message) }

    /// Something that the language has and zbuild has not.
    func notBuilt(_ position: Position, _ what: String) -> AnalysisStop {
        failure(position, "\(what) not built yet")
    }

    func name(of type: TypeIndex) -> String { types.name(of: type) }

    /// `bytes` of the source, as messages quote them.
    func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A name or string of the source, as messages quote it.
    func text(_ range: SyntaxRange) -> String { text(syntax.bytes(range)) }
}
