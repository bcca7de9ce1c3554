/// A test case: steps that change the files of a project, and commands with what they are expected to do.
///
/// Cases/README.md describes the text that it is read from.
enum UpdateFile {
    /// One change or command, with the line it begins on.
    struct Step {
        var line: Int
        var action: Action
    }

    enum Action {
        case edit(Edit)
        case command(Command)
    }
}

/// A change of the project's files.
enum Edit {
    /// Makes a file, or gives it other content.
    case write(path: String, lines: [String])
    /// Replaces lines of a file. With `keepsTime` its time of modification is what it was.
    case change(path: String, hunks: [Hunk], keepsTime: Bool)
    case touch(path: String)
    case remove(path: String)
    case rename(path: String, to: String)
    case copy(path: String, to: String)
    case makeFolder(path: String)
    case truncate(path: String, size: Int)
    /// Overwrites bytes.
    case patch(path: String, offset: Int, bytes: [UInt8])

    /// Lines that stand for other lines.
    struct Hunk {
        var line: Int
        var old: [String] = []
        var new: [String] = []
    }
}

/// A command and what is expected of it.
struct Command {
    var words: [String]
    /// Whether it does not wait until the times of files have settled.
    var isAtOnce = false
    var expectations: [Expectation] = []

    /// Whether it builds, and reports as one JSON object.
    var isBuild: Bool { words.first == "zbuild" && !printsText }

    private static let textWords: Set = [
        "--explain", "explain", "--quiet", "-q", "clean", "run", "check", "cache", "--help", "--version", "--text",
    ]

    private var printsText: Bool { !Command.textWords.isDisjoint(with: words) }
}

/// One line of what is expected of a command.
struct Expectation {
    var line: Int
    var kind: Kind

    /// Whether it is a line of standard output.
    var isOutput: Bool {
        if case .output = kind { true } else { false }
    }

    enum Kind: Equatable {
        /// `built`, `unchanged` or `failed`, with counters by name.
        case result(String, [Counter])
        case diagnostic(String)
        case fallback(Int)
        case exit(Int)
        /// A line of standard output; `...` in it is any text.
        case output(String)
        /// A line of standard error; `...` in it is any text.
        case error(String)
        case files(FileState, [String])
        /// All symbols of the executable, the runtime's apart.
        case symbols([String])
    }

    struct Counter: Equatable {
        var name: String
        var value: Int
    }

    /// What became of a file.
    enum FileState: String, CaseIterable {
        /// Bytes, times and inode are what they were.
        case same
        /// The same inode has other bytes.
        case patched
        /// Another inode is in its place.
        case replaced
        /// It is there.
        case present
        /// It is not there.
        case missing
    }
}

/// What is wrong with the text of a case.
struct UpdateFileError: Error {
    var line: Int
    var message: String
}
