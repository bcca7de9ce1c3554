import BLAKE3

/// The declarations of a text and their parsed forms, one for each.
public struct ParsedSource: Sendable {
    /// What the scanner finds.
    public var scan = ScanResult()
    /// What the parser makes of the declarations, in the same order.
    public var parsed: [ParseResult] = []

    /// Nothing found.
    public init() {}
}

// A whole text at once.
extension Parser {
    /// Finds and parses the declarations in one of the `pieces` of a file, as `Scanner.scan` and `parse` would.
    ///
    /// A declaration that parses ends where the scanner finds its end: its brackets match, and within it no `@name =`
    /// can stand. So the parser alone goes over the text as far as there is nothing in it but such declarations; from
    /// the first one on that is broken, or that other text stands before, the scanner is asked.
    public mutating func parseSource(_ bytes: UnsafeRawBufferPointer, _ piece: Range<Int>) -> ParsedSource {
        guard bytes.count < Int(UInt32.max) else {
            var source = ParsedSource()
            source.scan = Scanner.scan(bytes, piece)
            return source
        }
        memory = SyntaxMemory(expected: piece.count * Self.bytesPerByte, largestBlock: Self.largestBlock)
        defer { memory = SyntaxMemory() }
        var run = SourceRun(piece)
        run.reserve(piece.count / Self.bytesOfDeclaration)
        open(UnsafeRawBufferPointer(rebasing: bytes[piece]))
        if piece.lowerBound == 0 { lexer.skipByteOrderMark() }
        while parseNext(&run) {}
        run.hash(bytes, hasher)
        if !run.isAtEnd { parseRest(of: bytes, &run) }
        return run.source
    }

    /// For how many bytes of text room for a declaration is made beforehand; most are longer.
    private static var bytesOfDeclaration: Int { 256 }

    /// Bytes of memory that parsed forms of a file share at most: those of some fifty functions.
    private static var largestBlock: Int { 32 << 10 }

    /// Bytes of parsed forms that come of a byte of text.
    private static var bytesPerByte: Int { 2 }

    /// Takes the declaration that stands next. False: there is none, or the scanner must look.
    private mutating func parseNext(_ run: inout SourceRun) -> Bool {
        lexer.skipTrivia()
        if lexer.nulInComment != nil { return false }
        run.advance(to: lexer)
        lexer.startHere()
        if lexer.isAtEnd {
            run.isAtEnd = true
            return false
        }
        reset()
        let structure = hasher.count
        guard (try? parseDeclaration()) != nil, lexer.nulInComment == nil else { return false }
        run.add(makeResult(hash: Digest()), structure..<hasher.count, end: lexer)
        run.advance(to: lexer)
        lexer.startHere()
        return true
    }

    /// Has the scanner find what stands behind the declarations that were parsed.
    private mutating func parseRest(of bytes: UnsafeRawBufferPointer, _ run: inout SourceRun) {
        let rest = Scanner.scan(bytes, run.offset..<run.piece.upperBound, at: run.position)
        run.source.scan.declarations += rest.declarations
        run.source.scan.diagnostics += rest.diagnostics
        run.source.scan.lineCount = rest.lineCount
        for span in rest.declarations {
            run.source.parsed.append(parse(UnsafeRawBufferPointer(rebasing: bytes[span.range])))
        }
    }
}

/// How far the parser has come in a text, and what it found.
private struct SourceRun {
    let piece: Range<Int>
    var source = ParsedSource()
    /// Serialised parsed forms, to be hashed together.
    var structures: [Range<Int>] = []
    /// Behind the last declaration, or where the next begins.
    var offset: Int
    var position = FilePosition(line: 0, column: 0)
    var isAtEnd = false

    init(_ piece: Range<Int>) {
        self.piece = piece
        offset = piece.lowerBound
    }

    /// Goes on to where `lexer` is, whose positions count from the present one.
    mutating func advance(to lexer: borrowing Lexer) {
        position = position.adding(lexer.position)
        offset = piece.lowerBound + lexer.offset
        source.scan.lineCount = position.line
    }

    /// Makes room for `count` declarations.
    mutating func reserve(_ count: Int) {
        source.scan.declarations.reserveCapacity(count)
        source.parsed.reserveCapacity(count)
        structures.reserveCapacity(count)
    }

    /// Takes the declaration that begins here and that `lexer` stands behind.
    mutating func add(_ result: consuming ParseResult, _ structure: Range<Int>, end lexer: borrowing Lexer) {
        let start = UInt32(truncatingIfNeeded: offset)
        let span = DeclSpan(
            name: start + 1..<start + 1 + result.nameRange.count, offset: start,
            length: UInt32(truncatingIfNeeded: piece.lowerBound + lexer.offset - offset), position: position,
            contentHash: Digest(), isComplete: true)
        source.scan.declarations.append(span)
        source.parsed.append(result)
        structures.append(structure)
    }

    /// Hashes the declarations so far, and their structures, which are in `hasher`.
    mutating func hash(_ bytes: UnsafeRawBufferPointer, _ hasher: borrowing StructureHasher) {
        Digest.hashes(of: source.scan.declarations.map(\.range), in: bytes) { place, digest in
            source.scan.declarations[place].contentHash = digest
        }
        hasher.digests(of: structures) { place, digest in source.parsed[place].structureHash = digest }
    }
}
