import Cache
import Glibc

/// Runs updates until one has a result: with the cache if it can be used, else from nothing.
struct Builder {
    let project: Project
    let options: BuildOptions
    let clock: PhaseClock
    /// Why the cache was not used.
    private var fallback: Fallback?
    /// Statuses that were asked for before the cache was open; the first attempt takes them.
    private var statuses: StatusesAhead?
    /// Whether the next build will know the paths of its files beforehand, if they are the same.
    private var arePathsKnown = false

    init(
        project: Project, options: BuildOptions, clock: PhaseClock = PhaseClock(.nothing),
        statuses: StatusesAhead? = nil
    ) {
        self.project = project
        self.options = options
        self.clock = clock
        self.statuses = statuses
    }

    /// How often sources may change under a build before it gives up.
    private static let attempts = 5

    mutating func build() throws(ProjectError) -> Report {
        var isClean = false
        for _ in 0..<Builder.attempts {
            clock.begin(.project)
            do throws(UpdateStop) {
                var report = try isClean ? buildClean() : buildIncremental()
                report.fallback = fallback
                return report
            } catch {
                switch error {
                case .fallback(let reason):
                    if fallback == nil { fallback = reason }
                    isClean = true
                case .cache(let error):
                    guard !isClean, let reason = Builder.fallback(error) else { throw .cache(cacheMessage(error)) }
                    fallback = reason
                    isClean = true
                case .system(let error):
                    throw .system(error)
                case .tooLarge(var report):
                    removeLeftovers()
                    report.fallback = fallback
                    return report
                case .sourceChanged:
                    continue
                }
            }
        }
        throw .cache("the sources change while they are read; run zbuild again")
    }

    /// What an unusable cache means; nil where making it anew would not help.
    static func fallback(_ error: CacheError) -> Fallback? {
        switch error.unusableReason {
        case .damaged?: .damagedCache
        case .notADatabase?, .foreignApplication?, .empty?: .foreignCache
        case .otherVersion?, .otherSchema?: .otherSchema
        case .readOnly?: .readOnlyCache
        case .locked?, nil: nil
        }
    }

    private func cacheMessage(_ error: CacheError) -> String {
        let reason: String
        switch error {
        case .sqlite(let error):
            let cause = error.systemError == 0 ? "" : " (\(SystemError.reason(error.systemError)))"
            reason = error.message + cause
        case .damaged(let table, let problem):
            reason = "a row of '\(table)' is damaged (\(problem))"
        }
        return "unable to use the cache '\(project.cachePath)': \(reason)"
    }

    private var cachePath: String { project.absolute(project.cachePath) }
    private var outputPath: String { project.absolute(project.outputPath) }
    private var reader: SourceReader { SourceReader(files: options.sources) }

    // MARK: - With the cache

    private mutating func buildIncremental() throws(UpdateStop) -> Report {
        let store: CacheStore
        switch try UpdateStop.cache({ () throws(CacheError) in try CacheStore.open(cachePath) }) {
        case .missing:
            return try buildClean()
        case .unusable(.locked, _):
            throw .system(SystemError("lock", project.cachePath, code: EBUSY))
        case .unusable(let reason, _):
            throw .fallback(Builder.fallback(reason))
        case .opened(let opened):
            store = opened
        }
        let report = try update(store)
        leave(store)
        return report
    }

    /// Brings the executable up to date with what the cache knows.
    private mutating func update(_ store: CacheStore) throws(UpdateStop) -> Report {
        clock.watch(store)
        var meta = try UpdateStop.cache { () throws(CacheError) in try store.soundMeta() }
        try checkOrigin(meta)
        let isUnfinished = meta.hasRedo
        if isUnfinished { try Recovery(project: project, store: store, reader: reader).run(&meta) }
        removeLeftovers()
        let trusted = try isUnfinished ? checkFinishedOutput(meta, store) : checkOutput(meta, store)
        clock.begin(.scan)
        let statuses = self.statuses
        self.statuses = nil
        var isFirst = true
        while true {
            let scan = try Scan(project, meta, store)
            let files = OutdatedFiles(scan, reader, statuses)
            let outdated = files.find()
            if outdated.isEmpty && scan.wasComplete && trusted == nil {
                clock.begin(.report)
                var report = Report(unchanged: scan)
                report.note(store.counters)
                if isUnfinished { report.result = .built }
                report.isRecovered = isUnfinished
                return report
            }
            let update = Update(project: project, options: options, store: store, meta: meta, clock: clock)
            update.load(scan)
            update.report.isRecovered = isUnfinished
            let toRead = update.filesToRead(outdated)
            try update.checkCounts()
            try update.checkCacheWaste()
            // Mostly one file was edited. What can be done for it is done while another thread asks for the other statuses.
            let isHasty = isFirst && files.areAskedFor
            try update.updateFiles(toRead, and: isHasty ? files.findAnswered : files.find)
            if let trusted { update.adopt(trusted) }
            var computed = try compute(update)
            clock.begin(.scan)
            if files.find().isEmpty {
                arePathsKnown = files.arePathsKnown
                let decision = try decide(&computed, isClean: false)
                leaveMemory(of: update)
                return try publish(decision, store)
            }
            // There are others, which may change all that was computed.
            computed.publication.abandon()
            try UpdateStop.cache { () throws(CacheError) in
                try store.rollback()
                try store.begin()
            }
            isFirst = false
        }
    }

    /// Lets go of the cache. At the end of the process what memory it has is the kernel's business: closing takes as long
    /// as looking at a hundred files does.
    private func leave(_ store: CacheStore) {
        if options.endsProcess { store.leave() }
    }

    /// Leaves the memory of what is no longer used to the kernel, too.
    private func leaveMemory(of object: AnyObject) {
        if options.endsProcess { _ = Unmanaged.passRetained(object) }
    }

    static func fallback(_ reason: UnusableReason) -> Fallback {
        switch reason {
        case .damaged: .damagedCache
        case .otherVersion, .otherSchema: .otherSchema
        case .readOnly: .readOnlyCache
        case .empty, .notADatabase, .foreignApplication, .locked: .foreignCache
        }
    }

    /// A cache counts for the zbuild, the start of the machine, the options and the project that it was made with.
    func checkOrigin(_ meta: MetaRow) throws(UpdateStop) {
        guard meta.tool == ToolIdentity.current() else { throw .fallback(.otherTool) }
        let bootID = try UpdateStop.system { () throws(SystemError) in try Kernel.bootID() }
        guard meta.bootID == bootID else { throw .fallback(.otherBoot) }
        let isSame =
            meta.options == options.cacheText && meta.rootPath == project.rootPath
            && meta.outputPath == project.outputPath
        guard isSame else { throw .fallback(.otherProject) }
    }

    /// The executable must be the file that was written last, or there must be none yet. Gives what is trusted of another
    /// file that holds the same.
    private func checkOutput(_ meta: MetaRow, _ store: CacheStore) throws(UpdateStop) -> ReadBack.Trusted? {
        guard let expected = meta.output else { return nil }
        let status = try UpdateStop.system { () throws(SystemError) in try FileSystem.linkStatus(outputPath) }
        guard let status else { throw .fallback(.missingExecutable) }
        guard status.isRegular else { throw .fallback(.changedExecutable) }
        return status.identity == expected ? nil : try readBack(meta, store)
    }

    /// The update that was killed has left an identity that nobody noted, so only the bytes can tell whether something
    /// else has written to the executable since. Gives what is trusted of it if there is something left to do.
    private func checkFinishedOutput(_ meta: MetaRow, _ store: CacheStore) throws(UpdateStop) -> ReadBack.Trusted? {
        let trusted = try readBack(meta, store)
        return trusted.changedFiles.isEmpty ? nil : trusted
    }

    private func readBack(_ meta: MetaRow, _ store: CacheStore) throws(UpdateStop) -> ReadBack.Trusted {
        try ReadBack(project: project, store: store, meta: meta, reader: reader).run()
            .orThrow(.fallback(.changedExecutable))
    }

    /// Removes what a run that was killed before its decision may have left. Harmless where it cannot be removed.
    private func removeLeftovers() {
        for path in [Publication.temporaryPath(outputPath), cachePath + ".new", cachePath + ".new-journal"] {
            _ = try? FileSystem.removeFile(path)
        }
    }

    // MARK: - From nothing

    private mutating func buildClean() throws(UpdateStop) -> Report {
        removeLeftovers()
        let decision = try decideClean()
        clock.begin(.commit)
        let store = try installCache()
        let report = try publish(decision, store)
        leave(store)
        return report
    }

    /// Everything up to the decision, in a new database beside the old one. Nobody uses it when this returns.
    private mutating func decideClean() throws(UpdateStop) -> Decision {
        Heap.grow()
        // Read by another thread while the database is made.
        let sources = SourcesAhead(reader, guesses: true)
        defer { sources.cancel() }
        sources.request(project.absolute(project.rootPath), .newModule)
        let store = try UpdateStop.cache { () throws(CacheError) in try CacheStore.create(cachePath + ".new") }
        arePathsKnown = false
        clock.watch(store)
        let update = try Update.fromNothing(project, options, store, clock, sources)
        update.report.fallback = fallback
        update.report.isFirst = fallback == nil
        var computed = try compute(update)
        let decision = try decide(&computed, isClean: true)
        leaveMemory(of: update)
        leave(store)
        return decision
    }

    // MARK: - Both

    /// What an update comes to, of which nothing lasts yet.
    private struct Computed {
        let update: Update
        let output: OutputFile?
        /// What is to be made of the executable; nil if it stays as it is.
        let result: LinkResult?
        var publication: Publication
    }

    /// What is left to do once a build is decided.
    private struct Decision {
        var report: Report
        var meta: MetaRow
        /// What is to be made of the executable; nil if it stays as it is.
        var file: PublishedFile?
    }

    /// From the files that were read to what is in the open transaction.
    private func compute(_ update: Update) throws(UpdateStop) -> Computed {
        // Asked before the update counts its own errors.
        let mayBeReadBack = update.meta.mayBeReadBack
        update.meta.generation += 1
        var output: OutputFile?
        if update.meta.output != nil {
            output = try UpdateStop.system { () throws(SystemError) in try OutputFile.open(outputPath) }
        }
        let result = try update.run(output)
        var publication = Publication(
            project: project, store: update.store, meta: update.meta, mayBeReadBack: mayBeReadBack)
        if let result { publication.begin(result) }
        do throws(UpdateStop) {
            try update.save()
        } catch {
            publication.abandon()
            throw error
        }
        return Computed(update: update, output: output, result: result, publication: publication)
    }

    /// To the commit that decides the build.
    private func decide(_ computed: inout Computed, isClean: Bool) throws(UpdateStop) -> Decision {
        defer { if let executable = computed.publication.newExecutable { leaveMemory(of: executable) } }
        do throws(UpdateStop) {
            guard computed.update.hasChanges || isClean else {
                try UpdateStop.cache { () throws(CacheError) in try computed.update.store.rollback() }
                return Decision(report: computed.update.finalReport(), meta: computed.update.meta, file: nil)
            }
            return try commit(&computed)
        } catch {
            computed.publication.abandon()
            throw error
        }
    }

    private func commit(_ computed: inout Computed) throws(UpdateStop) -> Decision {
        let update = computed.update
        clock.begin(.commit)
        try update.storeExplanation()
        computed.publication.meta = update.meta
        var file: PublishedFile?
        if let result = computed.result { file = try computed.publication.prepare(result, computed.output) }
        if update.files.arePathsOther || !arePathsKnown {
            StatusesAhead.write(update.files, to: project.absolute(project.pathsPath))
        }
        let meta = computed.publication.meta
        try UpdateStop.cache { () throws(CacheError) in
            try update.store.putMeta(meta)
            try update.store.commit()
        }
        clock.begin(.report)
        return Decision(report: update.finalReport(), meta: meta, file: file)
    }

    /// Makes the executable what was decided.
    private func publish(_ decision: Decision, _ store: CacheStore) throws(UpdateStop) -> Report {
        guard let file = decision.file else { return decision.report }
        clock.begin(.commit)
        clock.watch(store)
        var meta = decision.meta
        let identity = try UpdateStop.system { () throws(SystemError) in
            try Publication.carryOut(file, outputPath: outputPath)
        }
        try UpdateStop.cache { () throws(CacheError) in try Publication.conclude(identity, store, &meta) }
        clock.begin(.report)
        return decision.report
    }

    /// Puts the new database in the place of the old one. The old one's journal goes first, for SQLite would roll the
    /// new one back with it; and before that the old one itself, which could be torn without its journal.
    private func installCache() throws(UpdateStop) -> CacheStore {
        try UpdateStop.system { () throws(SystemError) in
            for suffix in ["", "-journal", ".new-journal"] { try FileSystem.removeFile(cachePath + suffix) }
            try FileSystem.rename(cachePath + ".new", cachePath)
        }
        guard
            case .opened(let store) = try UpdateStop.cache({ () throws(CacheError) in try CacheStore.open(cachePath) })
        else { throw .system(SystemError("open", project.cachePath, code: EIO)) }
        return store
    }
}

extension Update {
    /// An update that knows of nothing but the project's files, and has read them. `store` is new, and `sources` may have
    /// begun with the root file.
    static func fromNothing(
        _ project: Project, _ options: BuildOptions, _ store: CacheStore, _ clock: PhaseClock = PhaseClock(.nothing),
        _ sources: SourcesAhead? = nil
    ) throws(UpdateStop) -> Update {
        var meta = MetaRow()
        meta.tool = ToolIdentity.current()
        meta.bootID = try UpdateStop.system { () throws(SystemError) in try Kernel.bootID() }
        meta.options = options.cacheText
        meta.rootPath = project.rootPath
        meta.outputPath = project.outputPath
        let update = Update(project: project, options: options, store: store, meta: meta, clock: clock)
        clock.begin(.scan)
        update.load(try Scan(project, meta, store))
        var found = update.updateOwnDependencies()
        _ = update.fileNumber(project.rootPath, in: Package.own, found: &found)
        try update.updateFiles(found, begun: sources)
        return update
    }
}

extension Report {
    /// Nothing is other than it was.
    fileprivate init(unchanged scan: Scan) {
        result = .unchanged
        output = scan.project.outputPath
        files.total = scan.files.moduleCount
        declarations.total = Int(scan.meta.liveCount)
    }
}

extension BuildOptions {
    /// The options that the program depends on, as the cache notes them.
    var cacheText: String { "\(Project.target) \(mode)" }
}
