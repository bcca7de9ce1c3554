import BLAKE3
import Cache
import ZIR

/// A source file as it was read, with all that can be said of it without knowing what it was before. A large file is
/// hashed, scanned and parsed in pieces, by all processors.
struct SourceText: Sendable {
    var outcome: SourceReader.Outcome
    /// What tells its content from any other, once its declarations were found or it was hashed as a whole.
    private(set) var digest = Digest()
    /// Its declarations, if it was scanned.
    var scan: ScanResult?
    /// What of it changed, where only that was scanned.
    var change: TextChange?
    /// Their parsed forms, if they were parsed too.
    var parsed: [ParseResult] = []

    /// Bytes of the pieces of a large file.
    static let pieceSize = BLAKE3Subtree.byteCount

    /// Reads `path`. `foundImports` is given the content as soon as it is there.
    init(_ path: String, _ reader: SourceReader, foundImports: ([UInt8]) -> Void = { _ in }) {
        outcome = reader.read(path)
        if case .content(let bytes, _, _) = outcome { foundImports(bytes) }
    }

    /// Whether it is so large that several threads share it.
    var hasPieces: Bool {
        guard case .content(let bytes, _, _) = outcome else { return false }
        return bytes.count > SourceText.pieceSize
    }

    /// Finds the declarations, and parses them if all of them are new.
    mutating func findDeclarations(parsing parses: Bool) {
        guard case .content(let bytes, _, _) = outcome else { return }
        let pieces = bytes.withUnsafeBytes { Scanner.pieces(of: $0, size: SourceText.pieceSize) }
        guard pieces.count > 1 else { return add(SourcePiece(bytes, pieces[0], parses)) }
        for piece in WorkAhead.results(of: pieces, { SourcePiece(bytes, $0, parses) }) { add(piece) }
    }

    /// Finds out whether it is another text than that of `known`; if it is, what changed of it, or all declarations.
    mutating func findChange(from known: Digest, _ runs: [TextRun]) {
        if !isLarge { findDeclarations(parsing: false) }
        findDigest()
        guard digest != known else { return }
        findChange(of: runs)
        if change == nil && scan == nil { findDeclarations(parsing: false) }
    }

    /// Finds out which of its `runs` are not in it any more, unless nearly all are others, and what stands there now.
    private mutating func findChange(of runs: [TextRun]) {
        guard !runs.isEmpty, case .content(let bytes, _, _) = outcome else { return }
        change = TextChange(bytes, runs)
    }

    private mutating func add(_ piece: SourcePiece) {
        guard scan != nil else {
            scan = piece.scan
            parsed = piece.parsed
            return
        }
        scan?.append(piece.scan)
        parsed += piece.parsed
    }
}

// Its digest. That of a small file is made of those of its declarations, which have to be found in any case if it
// changed. Those of a large one are not, and so it is hashed as a whole.
extension SourceText {
    private var isLarge: Bool {
        guard case .content(let bytes, _, _) = outcome else { return false }
        return SourceText.isLarge(bytes)
    }

    private static func isLarge(_ bytes: [UInt8]) -> Bool { bytes.count > 2 * pieceSize }

    /// The digest of a module whose text is `bytes`.
    static func digest(ofModule bytes: [UInt8]) -> Digest {
        isLarge(bytes) ? wholeDigest(bytes) : bytes.withUnsafeBytes { Scanner.scan($0).digest(of: $0) }
    }

    /// Finds out the digest; of a small module when its declarations are known.
    mutating func findDigest() {
        guard case .content(let bytes, _, _) = outcome else { return }
        let scan = isLarge ? nil : scan
        digest = scan.map { scan in bytes.withUnsafeBytes { scan.digest(of: $0) } } ?? SourceText.wholeDigest(bytes)
    }

    private static func wholeDigest(_ bytes: [UInt8]) -> Digest {
        var hasher = BLAKE3Hasher()
        let wholePieces = Array(0..<max(bytes.count - 1, 0) / pieceSize)
        let subtrees = WorkAhead.results(of: wholePieces) { number in
            bytes.withUnsafeBytes { buffer in
                BLAKE3Subtree(
                    UnsafeRawBufferPointer(rebasing: buffer[number * pieceSize..<(number + 1) * pieceSize]),
                    number: number)
            }
        }
        for subtree in subtrees { hasher.update(subtree) }
        hasher.update(bytes[(wholePieces.count * pieceSize)...])
        return ScanResult.digest(ofWhole: hasher.digest())
    }
}

/// What stands in a piece of a file.
private struct SourcePiece: Sendable {
    let scan: ScanResult
    var parsed: [ParseResult] = []

    init(_ bytes: [UInt8], _ piece: Range<Int>, _ parses: Bool) {
        guard parses else {
            scan = bytes.withUnsafeBytes { Scanner.scan($0, piece) }
            return
        }
        var parser = Parser()
        let source = bytes.withUnsafeBytes { parser.parseSource($0, piece) }
        scan = source.scan
        parsed = source.parsed
    }
}
