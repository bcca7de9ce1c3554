import ZIR

/// An error in the sources that only the code generator can see: an unknown instruction in an `asm`, say.
public struct DiagnosticError: Error, Equatable, Sendable {
    /// What is wrong and where, relative to the declaration.
    public var diagnostic: Diagnostic

    /// The error `message` at `position`.
    public init(_ position: Position, _ message: String) {
        diagnostic = Diagnostic(position, message)
    }
}
