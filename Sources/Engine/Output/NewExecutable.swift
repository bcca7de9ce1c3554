import BLAKE3
import Cache
import ELF

/// A new executable, which is written beside the old one, so that renaming it is one step.
///
/// Nothing of it counts before that step, which follows the commit that decides the build. So it may be written while the
/// update is put into the cache, by another thread: for a large program filling it in, hashing and writing take longer than
/// the other half of the commit. It is made in parts, so that whoever is done with that helps.
final class NewExecutable {
    private let parts: [ExecutablePart]
    private let file: TemporaryFile
    private let work = WorkAhead(fewest: 1, ExecutablePart.write)
    /// Who writes the parts, if that has begun.
    private var tickets: [Int] = []

    /// As it was written.
    struct Written: Sendable {
        var file: OutputFile
        /// What it is made of, build id included.
        var state: ImageState
    }

    /// The one that `change` makes, for `outputPath`. A patch is carried out on a copy of `old`.
    init(_ change: LinkResult.Change, of old: OutputFile?, outputPath: String) {
        file = TemporaryFile(for: outputPath, old, size: change.state.fileSize)
        switch change {
        case .patch(let patch):
            parts = [ExecutablePart(.patch(patch), of: file)]
        case .program(let program):
            let file = file
            // The one that takes longest comes first.
            parts =
                [ExecutablePart(.frame(program), of: file)]
                + program.pieces.map { ExecutablePart(.text($0, program), of: file) }
        }
    }

    /// Has another thread write it.
    func begin() { tickets = parts.map(work.add) }

    /// Writes it, or what nobody has written yet.
    func finish() throws(UpdateStop) -> Written {
        // Also after an error: nobody may write any more when the file goes.
        let results = tickets.isEmpty ? parts.map(ExecutablePart.write) : tickets.map(work.take)
        tickets = []
        do throws(UpdateStop) {
            return try finish(results)
        } catch {
            file.remove()
            throw error
        }
    }

    private func finish(_ results: [ExecutablePart.Outcome]) throws(UpdateStop) -> Written {
        var hasher = BLAKE3Hasher()
        var frame: ImageFrame?
        var state: ImageState?
        for result in results {
            switch try result.get() {
            case .patched(let patched): state = patched
            case .framed(let written): frame = written
            case .subtree(let subtree): hasher.update(subtree)
            case .end(let bytes): hasher.update(bytes)
            }
        }
        return try UpdateStop.system { () throws(SystemError) in
            let file = try self.file.open()
            if let patch = frame?.finish(text: hasher.digest()) {
                try file.apply(RedoStep.steps(patch))
                state = patch.state
            }
            guard let state else { unreachable("an executable without parts") }
            return Written(file: file, state: state)
        }
    }

    /// Removes what was written of it.
    func abandon() {
        guard !tickets.isEmpty else { return }
        for ticket in tickets { _ = work.take(ticket) }
        file.remove()
    }
}

/// A part of a new executable, which any thread may write.
private struct ExecutablePart: Sendable {
    enum Content: Sendable {
        /// All of it.
        case patch(Patch)
        /// All but the text and the headers.
        case frame(UnwrittenProgram)
        /// A piece of the text.
        case text(TextPiece, UnwrittenProgram)
    }

    /// What is known of the part once it is written.
    enum Written: Sendable {
        case patched(ImageState)
        case framed(ImageFrame)
        /// The hash of a piece of the text, and of the last the bytes.
        case subtree(BLAKE3Subtree)
        case end(ArraySlice<UInt8>)
    }

    typealias Outcome = Result<Written, UpdateStop>

    private let content: Content
    private let file: TemporaryFile

    init(_ content: Content, of file: TemporaryFile) {
        self.content = content
        self.file = file
    }

    @Sendable static func write(_ part: Self) -> Outcome { Result { () throws(UpdateStop) in try part.write() } }

    private func write() throws(UpdateStop) -> Written {
        let file = try UpdateStop.system { () throws(SystemError) in try self.file.open() }
        switch content {
        case .patch(let patch):
            try UpdateStop.system { () throws(SystemError) in try file.apply(RedoStep.steps(patch)) }
            return .patched(patch.state)
        case .frame(let program):
            return .framed(
                try program.finishAllButText { (offset, bytes) throws(UpdateStop) in
                    try UpdateStop.system { () throws(SystemError) in try file.write(bytes, at: offset) }
                })
        case .text(let piece, let program):
            return try write(piece, of: program, to: file)
        }
    }

    private func write(
        _ piece: TextPiece, of program: UnwrittenProgram, to file: OutputFile
    ) throws(UpdateStop) -> Written {
        let bytes = try UpdateStop.cache { () throws(CacheError) in try program.bytes(of: piece) }
        let start = program.state.text.fileOffset
        try UpdateStop.system { () throws(SystemError) in
            try file.write(bytes, at: start + UInt64(piece.range.lowerBound))
        }
        guard bytes.count == BLAKE3Subtree.byteCount, !piece.isLast else { return .end(bytes) }
        return .subtree(bytes.withUnsafeBytes { BLAKE3Subtree($0, number: piece.number) })
    }
}
