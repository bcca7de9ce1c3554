/// Why there is no build: the words of the command or the project's manifest are wrong, or the machine does not let us.
public enum ProjectError: Error, Sendable, CustomStringConvertible {
    /// The command was used wrongly.
    case usage(String)
    /// The project's `zbuild.toml` is wrong, at a place (one-based).
    case manifest(path: String, line: Int, column: Int, message: String)
    /// The environment failed.
    case system(SystemError)
    /// The cache failed in a way that making it anew would not mend.
    case cache(String)

    /// One line that says what is wrong and where.
    public var description: String {
        switch self {
        case .usage(let message): message
        case .manifest(let path, let line, let column, let message): "\(path):\(line):\(column): error: \(message)"
        case .system(let error): error.description
        case .cache(let message): message
        }
    }
}
