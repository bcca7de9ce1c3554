/// A project whose sources have written in them what zbuild says of them, each error on a line below its place.
///
/// Several of them are in one file, whose first lines they share. Each keeps the line numbers of that file: lines that
/// are not its own are empty. Cases/Diagnostics/README.md describes the text.
struct SourceCase: Sendable {
    /// Of the file that it stands in.
    var path: String
    /// What it is about; empty if the file has only this one.
    var title: String
    /// The line that says so.
    var line: Int
    /// The sources by path, in the order of the paths.
    var sources: [Source] = []
    /// What is written in them, in the order of the text.
    var remarks: [Remark] = []

    /// A file of the project.
    struct Source: Sendable {
        var path: String
        var lines: [String]
    }

    /// An error, a note or a panic, at a place of the sources.
    struct Remark: Sendable {
        enum Kind: Sendable, Equatable {
            /// The number is that of the notes that belong to it; nil if it has none.
            case error(Int?)
            /// It belongs to the error of this number.
            case note(Int)
            case panic
        }

        var kind: Kind
        var path: String
        var line: Int
        var column: Int
        var message: String
        /// Where the remark itself stands.
        var ownLine: Int
    }

    /// The errors with their notes, as zbuild prints them.
    var errorLines: [String] {
        remarks.filter(\.isError).sorted(by: Remark.isBefore).flatMap { error in
            ["\(error.place): error: \(error.message)"] + notes(of: error).map { "\($0.place): note: \($0.message)" }
        }
    }

    private func notes(of error: Remark) -> [Remark] {
        guard case .error(let number?) = error.kind else { return [] }
        return remarks.filter { $0.kind == .note(number) }.sorted(by: Remark.isBefore)
    }

    var panic: Remark? { remarks.first { $0.kind == .panic } }
}

extension SourceCase.Remark {
    /// `path:line:column`
    var place: String { "\(path):\(line):\(column)" }

    var isError: Bool {
        if case .error = kind { true } else { false }
    }

    static func isBefore(_ a: Self, _ b: Self) -> Bool {
        (a.path, a.line, a.column, a.message) < (b.path, b.line, b.column, b.message)
    }
}
