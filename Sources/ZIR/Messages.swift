/// The texts of errors that the form of a source alone decides, and of those that others report in the same words.
public enum Messages {
    /// A name that nothing visible binds; `name` with its `@` or `%`.
    public static func undeclared(_ name: String) -> String { "use of undeclared identifier '\(name)'" }
    /// A name bound a second time; `name` with its `@` or `%`.
    public static func redefinition(_ name: String) -> String { "redefinition of identifier '\(name)'" }
    /// A word that is no mnemonic.
    public static func unknownInstruction(_ word: String) -> String { "unknown instruction '\(word)'" }
    /// An operand that is missing.
    public static func expectedOperand(_ name: String) -> String { "expected '\(name)' operand" }
    /// A positional operand too many.
    public static let unexpectedOperand = "unexpected operand"
    /// A word that a set of bare words does not have.
    public static func notMember(_ word: String, of set: String) -> String { "tag '\(word)' not a member of '\(set)'" }
    /// The target of a break that is no block around it; `name` without `%`.
    public static func notEnclosing(_ name: String) -> String { "'%\(name)' is not an enclosing block" }
    /// Text between declarations.
    public static let expectedDeclaration = "expected declaration"
    /// A declaration in a body.
    public static let illegalInside = "instruction illegal inside function body"
    /// A file of 4 GiB or more.
    public static let fileTooLarge = "file is 4 GiB or larger"
    /// A control byte where none may stand.
    public static func invalidByte(_ byte: UInt8) -> String { "invalid byte '\\x\(hex(byte))'" }

    /// Two hexadecimal digits.
    static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
}
