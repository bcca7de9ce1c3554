import Cache
import ELF
import Glibc

/// A new executable, which is written beside the old one, so that renaming it is one step.
///
/// Nothing of it counts before that step, which follows the commit that decides the build. So it may be written while the
/// update is put into the cache, by another thread: for a large program filling it in, hashing and writing take as long as
/// the other half of the commit.
final class NewExecutable {
    /// What it is made of.
    private let source: Source
    private let work = WorkAhead(fewest: 1, Source.write)
    /// Who writes it, if that has begun.
    private var ticket: Int?

    /// As it was written.
    struct Written: Sendable {
        var file: OutputFile
        /// What it is made of, build id included.
        var state: ImageState
    }

    /// The one that `change` makes, for `outputPath`. A patch is carried out on a copy of `old`.
    init(_ change: LinkResult.Change, of old: OutputFile?, outputPath: String) {
        source = Source(change: change, old: old, outputPath: outputPath)
    }

    /// Has another thread write it.
    func begin() { ticket = work.add(source) }

    /// Writes it, or waits until it is written.
    func finish() throws(UpdateStop) -> Written {
        defer { ticket = nil }
        return try (ticket.map(work.take) ?? Source.write(source)).get()
    }

    /// Removes what was written of it.
    func abandon() {
        guard let ticket, case .success = work.take(ticket) else { return }
        _ = try? FileSystem.removeFile(Publication.temporaryPath(source.outputPath))
    }
}

/// What a new executable is made of.
private struct Source: Sendable {
    let change: LinkResult.Change
    let old: OutputFile?
    let outputPath: String

    /// Writes it.
    @Sendable static func write(_ source: Source) -> Result<NewExecutable.Written, UpdateStop> {
        Result { () throws(UpdateStop) in
            let patch = try UpdateStop.cache { () throws(CacheError) in try source.change.patch() }
            return try UpdateStop.system { () throws(SystemError) in
                NewExecutable.Written(file: try source.write(patch), state: patch.state)
            }
        }
    }

    private func write(_ patch: Patch) throws(SystemError) -> OutputFile {
        try FileSystem.createDirectories(FileSystem.parentFolder(of: outputPath))
        if try FileSystem.linkStatus(outputPath)?.isDirectory == true {
            throw SystemError("write", outputPath, code: EISDIR)
        }
        let path = Publication.temporaryPath(outputPath)
        do throws(SystemError) {
            return try write(patch, to: path)
        } catch {
            _ = try? FileSystem.removeFile(path)
            throw error
        }
    }

    /// A whole new executable at `path`: a changed copy of the old one, or made from nothing.
    private func write(_ patch: Patch, to path: String) throws(SystemError) -> OutputFile {
        let file: OutputFile
        if let old { file = try old.copy(to: path) } else { file = try OutputFile.create(path, mode: nil) }
        _ = try file.reserve(patch.state.fileSize)
        try file.truncate(to: patch.state.fileSize)
        try file.apply(RedoStep.steps(patch))
        return file
    }
}

extension RedoStep {
    /// The steps of `patch`, the header last.
    static func steps(_ patch: Patch) -> [RedoStep] {
        patch.steps.map { step in
            switch step {
            case .write(let offset, let bytes): .write(offset: offset, bytes: bytes)
            case .copy(let source, let destination, let count):
                .copy(source: source, destination: destination, count: count)
            }
        } + [.write(offset: 0, bytes: patch.header)]
    }
}
