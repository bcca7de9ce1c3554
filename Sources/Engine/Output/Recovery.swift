import Cache
import ELF

/// What a run does first where an update was killed after its decision: it goes on at step 5. Nothing is compiled.
struct Recovery {
    let project: Project
    let store: CacheStore

    private var outputPath: String { project.absolute(project.outputPath) }

    /// Requires an open transaction, leaves a new one open. Throws `.fallback(.lostUpdate)` where the files are not
    /// those of the record: then nothing was written.
    func run(_ meta: inout MetaRow) throws(UpdateStop) {
        let redo = try UpdateStop.cache { () throws(CacheError) in try store.redo() }
        guard let redo, redo.generation == meta.generation else { throw .fallback(.lostUpdate) }
        let identity: FileIdentity
        switch redo.row {
        case .patch(let before, let newSize, let steps):
            guard Recovery.isSound(before, newSize, steps) else { throw .fallback(.lostUpdate) }
            identity = try patch(before, newSize, steps)
        case .install(let path, let inode, let device):
            // No other file is ever moved, whatever the record says.
            guard path == Publication.temporaryPath(project.outputPath) else { throw .fallback(.lostUpdate) }
            identity = try install(project.absolute(path), inode, device)
        }
        do throws(CacheError) {
            try Publication.conclude(identity, store, &meta)
            try store.begin()
        } catch {
            throw .cache(error)
        }
    }

    /// The largest executable that an update can leave, in bytes: the limits of all its sections are below this.
    private static let largestFile: UInt64 = 1 << 34

    /// Whether the steps stay inside of the file: copies read what was there before, and nothing is written beyond its
    /// new end.
    private static func isSound(_ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep]) -> Bool {
        newSize <= largestFile
            && steps.allSatisfy { step in
                switch step {
                case .write(let offset, let bytes):
                    isInside(offset, UInt64(bytes.count), newSize)
                case .copy(let source, let destination, let count):
                    isInside(source, count, UInt64(clamping: before.size)) && isInside(destination, count, newSize)
                }
            }
    }

    private static func isInside(_ offset: UInt64, _ count: UInt64, _ size: UInt64) -> Bool {
        offset <= size && count <= size - offset
    }

    private func patch(
        _ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep]
    ) throws(UpdateStop) -> FileIdentity {
        let status = try UpdateStop.system { () throws(SystemError) in try FileSystem.linkStatus(outputPath) }
        guard let status, status.isRegular else { throw .fallback(.lostUpdate) }
        let isSameFile = status.identity.inode == before.inode && status.identity.device == before.device
        return try UpdateStop.system { () throws(SystemError) -> FileIdentity? in
            let output = try OutputFile.open(outputPath)
            // Also where a copy took the file's place, by a run that was killed before it noted that.
            if try isDone(steps, output) { return output.status.identity }
            guard isSameFile else { return nil }
            let isBegun = try output.read(count: StopScript.size, at: 0) == StopScript.bytes
            guard isBegun || output.status.identity == before else { return nil }
            if output.isPatchable {
                return try Publication.carryOut(
                    .patched(output, newSize: newSize, steps: steps), outputPath: outputPath)
            }
            let path = Publication.temporaryPath(outputPath)
            let copy = try output.copy(to: path)
            try copy.truncate(to: newSize)
            try copy.apply(steps)
            return try Publication.carryOut(.replaced(copy, temporaryPath: path), outputPath: outputPath)
        }.orThrow(.fallback(.lostUpdate))
    }

    /// Whether all that `steps` write is there, a build id among it that no other file has.
    private func isDone(_ steps: [RedoStep], _ output: OutputFile) throws(SystemError) -> Bool {
        for case .write(let offset, let bytes) in steps
        where try output.read(count: bytes.count, at: offset) != bytes {
            return false
        }
        return true
    }

    /// The new file is still beside the old one, or was renamed already.
    private func install(_ path: String, _ inode: UInt64, _ device: UInt64) throws(UpdateStop) -> FileIdentity {
        try UpdateStop.system { () throws(SystemError) -> FileIdentity? in
            if let new = try FileSystem.linkStatus(path), new.identity.inode == inode, new.identity.device == device {
                try FileSystem.rename(path, outputPath)
            }
            guard let now = try FileSystem.linkStatus(outputPath), now.identity.inode == inode,
                now.identity.device == device
            else { return nil }
            return now.identity
        }.orThrow(.fallback(.lostUpdate))
    }
}

extension UpdateStop {
    /// Runs an operation of the system's.
    static func system<Result>(_ operation: () throws(SystemError) -> Result) throws(UpdateStop) -> Result {
        do throws(SystemError) { return try operation() } catch { throw .system(error) }
    }

    /// Runs an operation of the cache's.
    static func cache<Result>(_ operation: () throws(CacheError) -> Result) throws(UpdateStop) -> Result {
        do throws(CacheError) { return try operation() } catch { throw .cache(error) }
    }
}

extension Optional {
    /// The value, or `stop` if there is none.
    func orThrow(_ stop: UpdateStop) throws(UpdateStop) -> Wrapped {
        guard let value = self else { throw stop }
        return value
    }
}
