import Cache
import ELF
import Glibc

/// The protocol of an update: from results in memory to an executable and a cache that agree, whatever happens between.
///
///     1  the project is locked                              nothing has happened before 4
///     2  everything is computed in memory
///     3  the executable is open, its growth is reserved; or a new one stands beside it, complete
///     4  one transaction: all rows and a redo record        HERE THE BUILD IS DECIDED
///     5  the stop script over the first bytes, one write    from here to 7 the file refuses to run
///     6  the blocks
///     7  the real header, with the new build id
///     8  a small transaction: identity, no redo record
///
/// With a new file in place of 5 to 7: it is renamed over the old one. Killed before 4, nothing happened. Killed after,
/// the next run finds the redo record and goes on at 5; every step may be repeated. See docs/reliability.md.
struct Publication {
    let project: Project
    let store: CacheStore
    var meta: MetaRow
    /// Whether the next run would know the executable by its content if this one were killed before its decision.
    private let mayBeReadBack: Bool
    /// What is made of the executable meanwhile.
    private(set) var newExecutable: NewExecutable?

    init(project: Project, store: CacheStore, meta: MetaRow, mayBeReadBack: Bool) {
        self.mayBeReadBack = mayBeReadBack
        self.project = project
        self.store = store
        self.meta = meta
    }

    /// The largest redo record of a patch in place, in bytes; more is written to a copy.
    static let redoLimit = 1 << 20

    var outputPath: String { project.absolute(project.outputPath) }

    /// Where a new executable is made: beside the old one, so that renaming is one step.
    static func temporaryPath(_ path: String) -> String {
        let folder = FileSystem.parentFolder(of: path)
        return "\(folder)/.\(FileSystem.name(of: path)).zbuild-new"
    }

    /// Begins with step 3 where the whole executable is to be made, and much of it.
    mutating func begin(_ result: LinkResult) {
        guard case .program(let program) = result.change, program.isLarge else { return }
        let executable = NewExecutable(result.change, of: nil, outputPath: outputPath)
        executable.begin()
        newExecutable = executable
    }

    /// Takes back what `begin` has begun.
    func abandon() { newExecutable?.abandon() }

    /// Steps 3 and 4, and what is to be done after the commit.
    mutating func prepare(_ result: LinkResult, _ output: OutputFile?) throws(UpdateStop) -> PublishedFile {
        if let output, case .patch(let patch) = result.change, output.isPatchable, output.status.identity == meta.output
        {
            let steps = RedoStep.steps(patch)
            if steps.reduce(0, { $0 + $1.byteCount }) <= Publication.redoLimit,
                let file = try preparePatch(result, steps, output)
            {
                return file
            }
        }
        return try prepareFile(result, result.isClean ? nil : output)
    }

    /// Nil where there is no making sure of the room that the file needs.
    private mutating func preparePatch(
        _ result: LinkResult, _ steps: [RedoStep], _ output: OutputFile
    ) throws(UpdateStop) -> PublishedFile? {
        let newSize = result.state.fileSize
        // Reserving changes the file's times, which is all that tells it from another's after a build that had errors.
        let before = try UpdateStop.system { () throws(SystemError) -> FileIdentity? in
            if newSize > UInt64(clamping: output.status.identity.size) {
                guard mayBeReadBack, try output.reserve(newSize) else { return nil }
            }
            return try output.currentIdentity()
        }
        guard let before else { return nil }
        let record = RedoRow.patch(before: before, newSize: newSize, steps: steps)
        try putRedo(record, result)
        return .patched(output, newSize: newSize, steps: steps)
    }

    private mutating func prepareFile(_ result: LinkResult, _ old: OutputFile?) throws(UpdateStop) -> PublishedFile {
        let executable = newExecutable ?? NewExecutable(result.change, of: old, outputPath: outputPath)
        let written = try executable.finish()
        var result = result
        result.state = written.state
        let record = RedoRow.install(
            path: Publication.temporaryPath(project.outputPath), inode: written.file.status.identity.inode,
            device: written.file.status.identity.device)
        try putRedo(record, result)
        return .replaced(written.file, temporaryPath: Publication.temporaryPath(outputPath))
    }

    private mutating func putRedo(_ record: RedoRow, _ result: LinkResult) throws(UpdateStop) {
        meta.hasRedo = true
        try UpdateStop.cache { () throws(CacheError) in
            try store.putRedo(record, generation: meta.generation)
            try result.put(into: store, &meta)
        }
    }

    // MARK: - After the commit

    /// Steps 5 to 7. `file` has the identity that step 8 notes.
    static func carryOut(_ file: PublishedFile, outputPath: String) throws(SystemError) -> FileIdentity {
        switch file {
        case .patched(let output, let newSize, let steps):
            try output.write(StopScript.bytes, at: 0)
            if newSize != UInt64(clamping: output.status.identity.size) { try output.truncate(to: newSize) }
            try output.apply(steps)
            return try output.currentIdentity()
        case .replaced(let file, let temporaryPath):
            try FileSystem.rename(temporaryPath, outputPath)
            return try file.currentIdentity()
        }
    }

    /// Step 8.
    static func conclude(_ identity: FileIdentity, _ store: CacheStore, _ meta: inout MetaRow) throws(CacheError) {
        meta.output = identity
        meta.hasRedo = false
        try store.begin()
        try store.clearRedo()
        try store.putMeta(meta)
        try store.commit()
    }
}

extension LinkResult {
    /// Notes what the executable is made of.
    func put(into store: CacheStore, _ meta: inout MetaRow) throws(CacheError) {
        meta.buildID = state.buildID
        meta.firstGlobal = state.firstGlobal.rawValue
        meta.entryAddress = state.entry
        for section in changedSections { try store.putSection(SectionRow(section)) }
        guard let holes else { return }
        try store.removeAllHoles()
        for section in SectionID.allCases {
            for hole in holes.holes(section) {
                try store.putHole(HoleRow(section: section.rawValue, offset: hole.offset, size: hole.size))
            }
        }
    }
}

extension SectionRow {
    /// The row of a part of the executable.
    init(_ state: SectionState) {
        self.init(
            number: state.id.rawValue, fileOffset: state.fileOffset, fileRoom: state.fileRoom, size: state.size)
    }
}

/// An executable between its decision and its publication.
enum PublishedFile {
    /// `steps` are to be carried out on it.
    case patched(OutputFile, newSize: UInt64, steps: [RedoStep])
    /// It is complete and to be renamed.
    case replaced(OutputFile, temporaryPath: String)
}

extension RedoStep {
    /// Bytes that it holds.
    var byteCount: Int {
        if case .write(_, let bytes) = self { bytes.count } else { 0 }
    }
}
