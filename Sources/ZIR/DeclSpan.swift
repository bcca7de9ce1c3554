import BLAKE3

/// Where the text of one declaration stands in its file, found without parsing it.
public struct DeclSpan: Hashable, Sendable {
    /// The name without `@`, as bytes of the file. It is never empty; nothing else about it has been checked.
    public var name: Range<UInt32>
    /// Offset of the `@` in the file.
    public var offset: UInt32
    /// Bytes from the `@` to the byte after the closing `)`; of a broken declaration, to the end of its last token.
    public var length: UInt32
    /// Line and column of the `@`.
    public var position: FilePosition
    /// The hash of the span's bytes.
    public var contentHash: Digest
    /// Its brackets match and a `)` ends it. Else the parser reports an error in it.
    public var isComplete: Bool

    /// The bytes of the span in its file.
    public var range: Range<Int> { Int(offset)..<Int(offset) + Int(length) }
}

/// An error in the text between declarations, which belongs to the file and to no declaration.
public struct FileDiagnostic: Hashable, Sendable {
    /// Where it stands.
    public var position: FilePosition
    /// What is wrong.
    public var message: String

    /// An error at `position`.
    public init(_ position: FilePosition, _ message: String) {
        self.position = position
        self.message = message
    }
}

/// What the scanner finds in a file.
public struct ScanResult: Sendable {
    /// The declarations in the order of the text; two may have one name.
    public var declarations: [DeclSpan] = []
    /// Errors outside of all declarations, in the order of the text.
    public var diagnostics: [FileDiagnostic] = []
    /// Newlines in the text.
    public var lineCount: UInt32 = 0

    /// Nothing found.
    public init() {}

    /// Adds what was found in the text behind, whose lines were counted from its own start.
    public mutating func append(_ next: ScanResult) {
        for var declaration in next.declarations {
            declaration.position.line &+= lineCount
            declarations.append(declaration)
        }
        for var diagnostic in next.diagnostics {
            diagnostic.position.line &+= lineCount
            diagnostics.append(diagnostic)
        }
        lineCount &+= next.lineCount
    }
}
