import ArgumentParser
import Semantics

/// The value of `--optimize`.
enum Mode: String, ExpressibleByArgument, CaseIterable {
    case debug, safe, fast, small

    /// What the compiler calls it.
    var mode: OptimizeMode {
        switch self {
        case .debug: .debug
        case .safe: .safe
        case .fast: .fast
        case .small: .small
        }
    }
}

/// The value of `--target`.
enum Target: String, ExpressibleByArgument, CaseIterable {
    case x86_64Linux = "x86_64-linux"
}

/// The value of `--color`.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// What `--version` prints.
enum Version {
    static let text = "zbuild 0.1.0"
}
