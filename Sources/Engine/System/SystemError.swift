import Glibc

/// A system call that failed: what was tried, on what, and why it did not work.
///
/// The environment's errors, as opposed to the user's (`Diagnostic`): full disks, missing permissions, foreign files.
public struct SystemError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What was tried, as a person would say it: "read", "create".
    public var operation: String
    /// The file.
    public var path: String
    /// `errno`.
    public var code: Int32

    /// The failure of `operation` on `path` with `code`.
    public init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// "unable to OPERATION 'PATH': REASON".
    public var description: String {
        "unable to \(operation) '\(path)': \(SystemError.reason(code))"
    }

    /// The C library's text for an errno value.
    public static func reason(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Stops the process for a state that only a mistake in zbuild itself can lead to. Never for input, disk or database.
func unreachable(_ what: String) -> Never {
    fatalError("zbuild has a bug: \(what)")
}
