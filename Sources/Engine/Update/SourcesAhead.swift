import BLAKE3
import Cache
import CSystem

/// Reads, scans and parses sources on other processors, ahead of the update, which takes them in its own order.
///
/// Modules name each other, often in a chain. So that there is something to do ahead, the paths behind `import(` in a new
/// module are read as soon as they are seen, before anybody knows what they mean. A guess that is wrong is a file read
/// in vain, and nothing else.
final class SourcesAhead: Sendable {
    private let reader: SourceReader
    /// Whether all modules that imports name are new ones, so that it pays to guess.
    private let guesses: Bool
    private let requests = Requests()

    /// What is wanted of a file besides its content.
    enum Kind {
        /// All its declarations are new: they are found and parsed.
        case newModule
        /// Its declarations are found, unless this is still its digest; of a large file those in what is not as these runs
        /// say.
        case module(Digest, [TextRun])
        /// Nothing: it is a `zbuild.toml`.
        case manifest
    }

    private struct Request: Sendable {
        var path: String
        var kind: Kind
        /// Who is told what it imports.
        var sources: SourcesAhead
    }

    /// Who reads what was requested.
    ///
    /// A class of its own, for a generic one would be set up at run time, which takes longer than an edit has use of it.
    private final class Requests: @unchecked Sendable {
        static let taken = -1
        // What follows is guarded by `monitor`.
        /// Reads; nil as long as nothing was requested, as in most edits, for whose file it is not worth to set it up.
        var work: WorkAhead<Request, SourceText>?
        /// By path; `taken` once it was: modules that name each other are no new guesses.
        var tickets: [String: Int] = [:]
        private let monitor = Monitor()

        func with<Result>(_ body: (Requests) -> Result) -> Result { monitor.locked { body(self) } }
    }

    /// From so many files on it is worth to wake another thread for them in an update.
    private static let fewestOfUpdate = 4

    init(_ reader: SourceReader, guesses: Bool) {
        self.reader = reader
        self.guesses = guesses
    }

    /// Whether it is worth to request so many files.
    func isWorth(_ count: Int) -> Bool { count >= (guesses ? 1 : SourcesAhead.fewestOfUpdate) }

    /// Has the file at `path` read, once.
    func request(_ path: String, _ kind: Kind) {
        requests.with { requests in
            guard requests.tickets[path] == nil else { return }
            let work = requests.work ?? WorkAhead(fewest: 1) { request in request.sources.read(request) }
            requests.work = work
            requests.tickets[path] = work.add(Request(path: path, kind: kind, sources: self))
        }
    }

    /// What was read of `path`. It is read again for each who takes it.
    func take(_ path: String, _ kind: Kind) -> SourceText {
        var text = takeRequested(path) ?? read(Request(path: path, kind: kind, sources: self))
        if case .newModule = kind, text.hasPieces { SourcesAhead.parse(&text) }
        return text
    }

    /// What was read because it was requested, once.
    private func takeRequested(_ path: String) -> SourceText? {
        let known = requests.with { requests -> (work: WorkAhead<Request, SourceText>, ticket: Int)? in
            guard let work = requests.work,
                let ticket = requests.tickets.updateValue(Requests.taken, forKey: path), ticket != Requests.taken
            else { return nil }
            return (work, ticket)
        }
        return known.map { $0.work.take($0.ticket) }
    }

    /// Drops guesses that nobody asked about.
    func cancel() { requests.with { $0.work }?.cancel() }

    private func read(_ request: Request) -> SourceText {
        switch request.kind {
        case .newModule:
            var text = SourceText(request.path, reader) { bytes in
                if guesses { requestImports(of: request.path, bytes) }
            }
            // The pieces of a large one are shared with this thread, which waits, when they are asked for.
            if !text.hasPieces { SourcesAhead.parse(&text) }
            return text
        case .module(let known, let runs):
            var text = SourceText(request.path, reader)
            text.findChange(from: known, runs)
            return text
        case .manifest:
            var text = SourceText(request.path, reader)
            text.findDigest()
            return text
        }
    }

    private static func parse(_ text: inout SourceText) {
        text.findDeclarations(parsing: true)
        text.findDigest()
    }

    private func requestImports(of path: String, _ bytes: [UInt8]) {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        for name in SourcesAhead.importedNames(bytes) { request(folder + name, .newModule) }
    }

    /// What stands behind `import(` and is surely the name of a file beside or below the importing one.
    private static func importedNames(_ bytes: [UInt8]) -> [String] {
        let opening: StaticString = "import(\""
        assert(opening.utf8CodeUnitCount == 8)
        var names: [String] = []
        bytes.withUnsafeBytes { buffer in
            var rest = buffer
            while let start = rest.baseAddress {
                let place = zbuild_find(start, UInt(rest.count), opening.utf8Start)
                guard place < rest.count else { break }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(place) + opening.utf8CodeUnitCount))
                let name = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
                if isPlain(name) { names.append(String(decoding: name, as: UTF8.self)) }
            }
        }
        return names
    }

    private static func isPlain(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
        name.suffix(4).elementsEqual(".zir".utf8) && name.first != UInt8(ascii: "/")
            && name.dropLast(4).allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "\\") }
    }
}
