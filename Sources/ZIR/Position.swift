/// A place in the text of a declaration, relative to the `@` that begins it.
///
/// `line` 0 is the declaration's first line, and there `column` counts bytes from the `@`; on every later line
/// `column` counts bytes from the start of that line. Both are zero-based. So text added above or before a
/// declaration changes no position inside it.
public struct Position: Hashable, BitwiseCopyable, Sendable {
    /// Lines below the declaration's first line.
    public var line: UInt32
    /// Bytes from the declaration's `@` on line 0, from the start of the line elsewhere.
    public var column: UInt32

    /// The position `line` lines below the declaration's first, at `column`.
    @inlinable
    public init(line: UInt32, column: UInt32) {
        self.line = line
        self.column = column
    }

    /// The `@` that begins the declaration.
    @inlinable public static var start: Position { Position(line: 0, column: 0) }
}

/// A place in a file: zero-based line, and zero-based column in bytes. A file is under 4 GiB.
public struct FilePosition: Hashable, Comparable, Sendable {
    /// Zero-based line.
    public var line: UInt32
    /// Zero-based column, in bytes.
    public var column: UInt32

    /// The position at zero-based `line` and `column`.
    public init(line: UInt32, column: UInt32) {
        self.line = line
        self.column = column
    }

    /// Where `position`, which is relative to a declaration that begins here, stands in the file.
    public func adding(_ position: Position) -> FilePosition {
        position.line == 0
            ? FilePosition(line: line, column: column &+ position.column)
            : FilePosition(line: line &+ position.line, column: position.column)
    }

    /// Orders by line, then column.
    public static func < (a: FilePosition, b: FilePosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}
