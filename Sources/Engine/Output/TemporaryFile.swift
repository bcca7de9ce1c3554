import Glibc

/// The file in which a new executable is made: whoever needs it first makes it.
final class TemporaryFile: Sendable {
    private let outputPath: String
    private let old: OutputFile?
    private let size: UInt64
    private let opened = Locked<Result<OutputFile, SystemError>?>(nil)

    /// One of `size` bytes beside `outputPath`, a copy of `old` at first or empty.
    init(for outputPath: String, _ old: OutputFile?, size: UInt64) {
        self.outputPath = outputPath
        self.old = old
        self.size = size
    }

    private var path: String { Publication.temporaryPath(outputPath) }

    func open() throws(SystemError) -> OutputFile {
        let result = opened.with { opened in
            let result = opened ?? Result { () throws(SystemError) in try make() }
            opened = result
            return result
        }
        return try result.get()
    }

    private func make() throws(SystemError) -> OutputFile {
        try FileSystem.createDirectories(FileSystem.parentFolder(of: outputPath))
        if try FileSystem.linkStatus(outputPath)?.isDirectory == true {
            throw SystemError("write", outputPath, code: EISDIR)
        }
        do throws(SystemError) {
            let file: OutputFile
            if let old { file = try old.copy(to: path) } else { file = try OutputFile.create(path, mode: nil) }
            _ = try file.reserve(size)
            try file.truncate(to: size)
            return file
        } catch {
            _ = try? FileSystem.removeFile(path)
            throw error
        }
    }

    /// Removes it, if it was made.
    func remove() {
        guard case .success? = opened.with({ $0 }) else { return }
        _ = try? FileSystem.removeFile(path)
    }
}
