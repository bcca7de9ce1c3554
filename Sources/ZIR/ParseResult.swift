import BLAKE3

/// What the parser makes of the text of one declaration.
public struct ParseResult: Sendable {
    /// The instructions; none if there are diagnostics.
    public var syntax: Syntax
    /// Errors, at most one: parsing stops at the first.
    public var diagnostics: [Diagnostic]
    /// The hash of the parsed form without positions and names of locals, so that white space, comments and renamed
    /// locals leave it as it is. Of a broken declaration it is the hash of the text.
    public var structureHash: Digest
    /// Where the declaration's name stands in `syntax.bytes`.
    var nameRange: SyntaxRange

    /// The declaration's name without `@`; empty if the text has none.
    public var name: SyntaxList<UInt8> { syntax.bytes(nameRange) }

    /// The text has the form of a declaration.
    public var isValid: Bool { diagnostics.isEmpty }
}
