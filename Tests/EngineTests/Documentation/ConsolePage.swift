import Foundation
import Testing

/// The samples of a page in which somebody types commands: blocks indented by four spaces that begin with `$ `.
///
/// What the text above a sample links to says where it was typed: in a copy of an example, `Examples/NAME`, together with
/// the samples below it up to the next such link; or on the page that explanations are on, where it stands too. In a
/// fenced block `zir` is the `main.zir` of a project, in which the samples below it were typed. Samples before any of
/// these are not looked at.
struct ConsolePage {
    /// Where samples were typed.
    enum Place: Equatable {
        case example(String)
        /// A project of one file.
        case project([String])
        case otherPage
    }

    /// Commands and what they print.
    struct Sample {
        /// The line of the page that it begins on, counted from 1.
        var line: Int
        var lines: [String]

        /// Its commands, each with what it prints.
        var commands: [Command] {
            var commands: [Command] = []
            for (index, text) in lines.enumerated() {
                if text.hasPrefix("$ ") {
                    commands.append(Command(line: line + index, text: String(text.dropFirst(2))))
                } else if !commands.isEmpty {
                    commands[commands.count - 1].output.append(text)
                }
            }
            return commands
        }
    }

    struct Command {
        var line: Int
        var text: String
        var output: [String] = []
    }

    /// Samples that were typed in one place, one after the other.
    struct Session {
        var place: Place
        var samples: [Sample]
    }

    let path: String
    private(set) var sessions: [Session] = []

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        .standardized.path

    /// The page at `path`, which is relative to the package.
    init(_ path: String) throws {
        self.path = path
        let text = try ProjectFolder.text("\(Self.root)/\(path)")
        read(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    private mutating func read(_ lines: [String]) {
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if line.hasPrefix("```") {
                let end = lines[(index + 1)...].firstIndex(of: "```") ?? lines.count - 1
                if line == "```zir" {
                    sessions.append(Session(place: .project(Array(lines[(index + 1)..<end])), samples: []))
                }
                index = end
            } else if line.hasPrefix("    $ ") {
                let end = lines[index...].firstIndex { !$0.isEmpty && !$0.hasPrefix("    ") } ?? lines.count
                take(lines[index..<end])
                index = end - 1
            } else if let place = Self.place(linkedIn: line) {
                sessions.append(Session(place: place, samples: []))
            }
            index += 1
        }
    }

    private mutating func take(_ lines: ArraySlice<String>) {
        guard !sessions.isEmpty else { return }
        let end = lines.lastIndex { !$0.isEmpty } ?? lines.startIndex
        let text = lines[lines.startIndex...end].map { String($0.dropFirst(4)) }
        sessions[sessions.count - 1].samples.append(Sample(line: lines.startIndex + 1, lines: text))
    }

    private static func place(linkedIn line: String) -> Place? {
        guard let link = line.firstRange(of: /\]\((\.\.\/)?(docs\/)?(explanations\.md|Examples\/[A-Za-z0-9\/.]+)/)
        else {
            return nil
        }
        guard let example = line[link].firstRange(of: "Examples/") else { return .otherPage }
        let parts = line[example.upperBound..<link.upperBound].split(separator: "/")
        return .example(parts.filter { !$0.contains(".") }.joined(separator: "/"))
    }

    /// `lines` without what is another each time, or whenever the code that is generated changes.
    static func masked(_ lines: [String]) -> [String] {
        lines.map { line in
            line.replacing(/[0-9][0-9,.]* (ms|µs|s)\b/, with: "TIME")
                .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}, (just now|[0-9]+ seconds? ago)/, with: "WHEN")
                .replacing(/0x[0-9a-f]+/, with: "ADDRESS")
                .replacing(/[0-9,]+ → [0-9,]+ bytes/, with: "SIZES")
                .replacing(/needed [0-9,]+, had [0-9,]+/, with: "NEED")
                .replacing(/[0-9,]+ bytes?\b/, with: "SIZE")
                .replacing(/room for [0-9,]+, slot [0-9]+/, with: "ROOM")
                .replacing(/zbuild-out\/bin\/[a-z]+/, with: "PROGRAM")
        }
    }

    /// Records that something does not hold on a line of the page.
    func fail(_ line: Int, _ message: String) {
        let location = SourceLocation(fileID: path, filePath: "\(Self.root)/\(path)", line: line, column: 1)
        Issue.record("\(message)", sourceLocation: location)
    }
}
