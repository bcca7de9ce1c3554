import Cache
import ELF

/// What a run does first where an update was killed after its decision: it goes on at step 5. Nothing is compiled.
struct Recovery {
    let project: Project
    let store: CacheStore
    /// Reads the sources.
    let reader: SourceReader

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
            identity = try patch(before, newSize, steps, meta)
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

    /// Bytes of an executable that a patch makes of `before`, at most, where all of it is made in memory: parts that grow
    /// take some of what they have besides, and what is written is less than the rest of this.
    private static func largestFile(after before: FileIdentity) -> UInt64 {
        4 * UInt64(clamping: before.size) + 4 << 20
    }

    /// Whether the steps stay inside of the file: copies read what was there before, and nothing is written beyond its
    /// new end.
    private static func isSound(_ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep]) -> Bool {
        newSize <= largestFile && before.size <= largestFile
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
        _ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep], _ meta: MetaRow
    ) throws(UpdateStop) -> FileIdentity {
        let status = try UpdateStop.system { () throws(SystemError) in try FileSystem.linkStatus(outputPath) }
        guard let status, status.isRegular else { throw .fallback(.lostUpdate) }
        let output = try UpdateStop.system { () throws(SystemError) in try OutputFile.open(outputPath) }
        // Also where a copy took the file's place, by a run that was killed before it noted that.
        if try UpdateStop.system({ () throws(SystemError) in try isDone(steps, output) }) {
            return output.status.identity
        }
        guard status.identity.inode == before.inode, status.identity.device == before.device,
            try isItsFile(before, newSize, steps, output, meta)
        else { throw .fallback(.lostUpdate) }
        return try UpdateStop.system { () throws(SystemError) in try carryOut(newSize, steps, output) }
    }

    private func carryOut(
        _ newSize: UInt64, _ steps: [RedoStep], _ output: OutputFile
    ) throws(SystemError) -> FileIdentity {
        if output.isPatchable {
            return try Publication.carryOut(
                .patched(output, newSize: newSize, steps: steps), outputPath: outputPath)
        }
        let path = Publication.temporaryPath(outputPath)
        let copy = try output.copy(to: path)
        try copy.truncate(to: newSize)
        try copy.apply(steps)
        return try Publication.carryOut(.replaced(copy, temporaryPath: path), outputPath: outputPath)
    }

    /// Whether the file, which has the inode of `before`, is the one that `steps` were decided for.
    private func isItsFile(
        _ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep], _ output: OutputFile, _ meta: MetaRow
    ) throws(UpdateStop) -> Bool {
        if output.status.identity == before { return true }
        if try isBegun(output) { return true }
        return try isAsBefore(before, newSize, steps, output, meta)
    }

    private func isBegun(_ output: OutputFile) throws(UpdateStop) -> Bool {
        try UpdateStop.system { () throws(SystemError) in
            try output.read(count: StopScript.size, at: 0) == StopScript.bytes
        }
    }

    /// Whether the file has other times than `before`, and the same content: Linux notes the time of a write first, and
    /// a signal may end it before anything was written. That content is known by what `steps` would make of it.
    private func isAsBefore(
        _ before: FileIdentity, _ newSize: UInt64, _ steps: [RedoStep], _ output: OutputFile, _ meta: MetaRow
    ) throws(UpdateStop) -> Bool {
        guard output.status.identity.size == before.size, newSize <= Recovery.largestFile(after: before) else {
            return false
        }
        var bytes = try UpdateStop.system { () throws(SystemError) in
            try output.read(count: Int(before.size), at: 0)
        }
        guard bytes.count == before.size else { return false }
        bytes.apply(steps, newSize: Int(newSize))
        var identity = output.status.identity
        identity.size = Int64(newSize)
        return try ReadBack(project: project, store: store, meta: meta, reader: reader).trust(bytes, identity) != nil
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

extension [UInt8] {
    /// Carries out on the bytes of a file what `OutputFile.apply` does on the file. The steps stay inside of both sizes.
    fileprivate mutating func apply(_ steps: [RedoStep], newSize: Int) {
        append(contentsOf: repeatElement(0, count: Swift.max(0, newSize - count)))
        for step in steps {
            switch step {
            case .write(let offset, let bytes):
                replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes)
            case .copy(let source, let destination, let count):
                replaceSubrange(
                    Int(destination)..<Int(destination + count), with: self[Int(source)..<Int(source + count)])
            }
        }
        removeSubrange(newSize...)
    }
}
