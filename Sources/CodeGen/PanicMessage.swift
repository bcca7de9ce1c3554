/// What a failed check says. Code holds the number; the texts stand once in the executable, in its `Runtime`.
public enum PanicMessage: UInt32, CaseIterable, Sendable {
    case integerOverflow
    case integerCastTruncatedBits
    case divisionByZero
    case shiftAmountOverflow
    case indexOutOfBounds
    case reachedUnreachableCode
    case attemptToUseNullValue

    /// The text of the language's reference.
    public var text: String {
        switch self {
        case .integerOverflow: "integer overflow"
        case .integerCastTruncatedBits: "integer cast truncated bits"
        case .divisionByZero: "division by zero"
        case .shiftAmountOverflow: "shift amount overflow"
        case .indexOutOfBounds: "index out of bounds"
        case .reachedUnreachableCode: "reached unreachable code"
        case .attemptToUseNullValue: "attempt to use null value"
        }
    }
}
