import BLAKE3

/// Parses the text of one declaration into `Syntax`; `parseSource` does so with all of a file.
///
/// It needs the span of one declaration as the scanner cut it, and guarantees: it reads nothing else; it stops at the
/// first error, so one broken declaration costs one error; `Syntax` of a valid declaration has every operand in the
/// form that the table of `Opcode` asks for, defaults that were written out are `.absent`, and every `%name` is resolved. It
/// does not recurse.
///
/// A parser may be used for one declaration after the other, and then reuses its buffers.
public struct Parser: ~Copyable {
    /// How deep bodies may be nested.
    public static let maximumDepth = 256

    var lexer: Lexer
    /// The text of the declaration, or of all that are parsed at once, with the padding that the lexer wants.
    private var source = ScratchBuffer<UInt8>()
    var syntax = SyntaxBuilder()
    /// Where the parsed forms go.
    var memory = SyntaxMemory()
    var scope = LocalScope()
    /// Of the instruction at work.
    var state = OperandState()
    /// Bodies that are open, the innermost last.
    var openBodies = ScratchBuffer<OpenBody>()
    /// Instructions of these that are complete, those of the innermost last.
    var completeInsts = ScratchBuffer<InstIndex>()
    let table = OpcodeTable.shared
    /// Of the declaration, in `syntax.bytes`.
    private var nameRange = SyntaxRange.empty
    private var failure: Diagnostic?
    var hasher = StructureHasher()

    /// Thrown where `failure` says why.
    struct Stop: Error {}

    /// A parser with empty buffers.
    public init() { lexer = Self.lexer(over: UnsafeRawBufferPointer(start: nil, count: 0), in: &source) }

    /// Parses one declaration with a parser of its own.
    public static func parse(_ span: UnsafeRawBufferPointer) -> ParseResult {
        var parser = Parser()
        return parser.parse(span)
    }

    /// Parses one declaration with a parser of its own.
    public static func parse(_ text: [UInt8]) -> ParseResult { text.withUnsafeBytes { parse($0) } }

    /// Parses the declaration whose text is `span`.
    public mutating func parse(_ span: UnsafeRawBufferPointer) -> ParseResult {
        open(span)
        reset()
        do throws(Stop) {
            try parseDeclaration()
            try expectEnd()
        } catch {
            // `failure` says what is wrong.
        }
        return takeResult(span)
    }

    /// Goes to the start of `text`.
    mutating func open(_ text: UnsafeRawBufferPointer) {
        lexer = Self.lexer(over: text, in: &source)
        hasher.reset()
    }

    /// Forgets the declaration before.
    mutating func reset() {
        scope.reset()
        failure = nil
        nameRange = .empty
        syntax.reset()
        openBodies.truncate(to: 0)
        completeInsts.truncate(to: 0)
    }

    /// A lexer over `copy`, which becomes that of `span` with padding: a loop there need not ask for the end.
    private static func lexer(over span: UnsafeRawBufferPointer, in copy: inout ScratchBuffer<UInt8>) -> Lexer {
        copy.truncate(to: 0)
        copy.reserve(span.count + Lexer.padding)
        copy.append(contentsOf: span.assumingMemoryBound(to: UInt8.self))
        for _ in 0..<Lexer.padding { copy.append(0) }
        return Lexer(padded: copy.elements, count: span.count)
    }

    private mutating func takeResult(_ span: UnsafeRawBufferPointer) -> ParseResult {
        if failure == nil { return makeResult(hash: hasher.digest) }
        syntax.keepBytes()
        return makeResult(hash: Digest.hash(span))
    }

    mutating func makeResult(hash: Digest) -> ParseResult {
        ParseResult(
            syntax: Syntax(syntax, in: &memory), diagnostics: failure.map { [$0] } ?? [], structureHash: hash,
            nameRange: nameRange)
    }

    /// `"@" name "=" inst`.
    mutating func parseDeclaration() throws(Stop) {
        guard lexer.consume(Byte.at) else { throw fail(.start, Messages.expectedDeclaration) }
        let name = try takeName()
        nameRange = addBytes(name)
        if name.bytes.contains(Byte.dot) { throw fail(.start, "'.' in the name of a declaration: '@\(text(name))'") }
        if !lexer.consumeEquals() { throw failHere("expected '='") }
        try parseInstructions(binding: nameRange)
    }

    /// Nothing may stand behind the declaration.
    private mutating func expectEnd() throws(Stop) {
        lexer.skipTrivia()
        if !lexer.isAtEnd { throw failHere(Messages.expectedDeclaration) }
        if let position = lexer.nulInComment { throw fail(position, Messages.invalidByte(0)) }
    }
}

// Errors and small tokens.
extension Parser {
    /// Notes an error at `position`.
    @inline(never)
    mutating func fail(_ position: Position, _ message: String) -> Stop {
        failure = Diagnostic(position, message)
        return Stop()
    }

    /// Notes an error at the next byte. If that is a byte which may stand nowhere, that is the error.
    @inline(never)
    mutating func failHere(_ message: String) -> Stop {
        let byte = lexer.peek
        let isInvalid = !lexer.isAtEnd && byte.isControl
        return fail(lexer.position, isInvalid ? Messages.invalidByte(byte) : message)
    }

    /// Takes the name behind a `@` or `%`.
    @inline(__always)
    mutating func takeName() throws(Stop) -> Name {
        let name = lexer.takeName()
        if !name.isPlain { try check(name, from: name.start - 1) }
        return name
    }

    /// Looks whether `name`, which belongs to what begins at `start`, has only characters.
    @inline(never)
    mutating func check(_ name: Name, from start: UnsafePointer<UInt8>) throws(Stop) {
        if name.count == 0 { throw failHere("expected name") }
        if !isUTF8(name.bytes) { throw fail(lexer.position(of: start), "name is not valid UTF-8") }
    }

    /// Copies a name of the text into the syntax.
    @inline(__always)
    mutating func addBytes(_ name: Name) -> SyntaxRange {
        let first = syntax.bytes.count
        syntax.bytes.append(name)
        return SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: name.count))
    }

    /// A name of the text for a message.
    func text(_ name: Name) -> String { String(decoding: name.bytes, as: UTF8.self) }

    /// Most texts are ASCII, and then it need not be set up what decodes others.
    func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
}
