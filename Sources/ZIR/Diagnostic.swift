/// An error in the sources, with its place relative to the declaration that holds it.
///
/// Kept and rendered apart: whoever makes one says what and where, `DiagnosticRenderer` says how it looks.
public struct Diagnostic: Hashable, Sendable {
    /// Where, relative to the declaration.
    public var position: Position
    /// What is wrong, one line without a full stop.
    public var message: String
    /// Further places that explain it.
    public var notes: [Note]

    /// A remark on a diagnostic. It points at a declaration by the number that the asking module knows it by.
    public struct Note: Hashable, Sendable {
        /// The declaration, in the numbering of whoever made the diagnostic; nil is the diagnostic's own.
        public var declaration: UInt32?
        /// Where in that declaration.
        public var position: Position
        /// One line.
        public var message: String

        /// A note.
        public init(declaration: UInt32? = nil, position: Position, message: String) {
            self.declaration = declaration
            self.position = position
            self.message = message
        }
    }

    /// A diagnostic at `position`.
    public init(_ position: Position, _ message: String, notes: [Note] = []) {
        self.position = position
        self.message = message
        self.notes = notes
    }
}
