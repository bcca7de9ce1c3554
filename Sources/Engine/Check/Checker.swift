import Cache
import ELF
import Glibc
import Semantics

/// One run of `zbuild check`: reads what the last build left, builds the same sources from nothing, compares.
struct Checker {
    let project: Project
    let options: BuildOptions

    static let nothingBuilt = "nothing was built here yet; run zbuild first"
    /// The longest executable that is read, in bytes; no image of ours comes near it.
    private static let fileLimit: Int64 = 1 << 33

    /// Why there is no comparison.
    private enum Stop: Error {
        /// There is nothing to compare.
        case unchecked(String)
        /// The cache itself is wrong.
        case damaged(String)
        /// The sources have an error that ends a build where nothing is kept of it.
        case failed(Report)
        case project(ProjectError)
    }

    func check() throws(ProjectError) -> CheckReport {
        do throws(Stop) {
            return try compare(try open())
        } catch {
            switch error {
            case .unchecked(let reason): return CheckReport.unchecked(project, reason)
            case .damaged(let message): return damaged(message)
            case .failed(let build): return failed(build)
            case .project(let error): throw error
            }
        }
    }

    private func damaged(_ message: String) -> CheckReport {
        var differences = Differences(project)
        differences.addToCache(.database, message)
        var report = CheckReport()
        report.result = .different
        report.output = project.outputPath
        report.differences = differences.all
        return report
    }

    private func failed(_ build: Report) -> CheckReport {
        var report = CheckReport()
        report.result = .failed
        report.output = project.outputPath
        report.declarations = build.declarations.total
        report.diagnostics = build.diagnostics
        return report
    }

    // MARK: - What the last build left

    /// The cache, if it is one that the next build would go on with.
    private func open() throws(Stop) -> CacheStore {
        let path = project.absolute(project.cachePath)
        let result = try stops { () throws(UpdateStop) in
            try UpdateStop.cache { () throws(CacheError) in try CacheStore.open(path) }
        }
        switch result {
        case .missing: throw .unchecked(Checker.nothingBuilt)
        case .unusable(.damaged, let detail):
            throw .damaged(detail.isEmpty ? "it is damaged" : "it is damaged: \(detail)")
        case .unusable(.locked, _): throw .project(.system(SystemError("lock", project.cachePath, code: EBUSY)))
        case .unusable(.readOnly, _): throw .project(.system(SystemError("open", project.cachePath, code: EACCES)))
        case .unusable(let reason, _): throw Checker.outdated(Builder.fallback(reason))
        case .opened(let store):
            try checkOrigin(store)
            return store
        }
    }

    private func checkOrigin(_ store: CacheStore) throws(Stop) {
        let meta = try reading { () throws(CacheError) in try store.meta() }
        guard let meta else { throw .damaged("it is damaged: meta: no row") }
        do throws(UpdateStop) {
            try Builder(project: project, options: options).checkOrigin(meta)
        } catch {
            if case .fallback(let reason) = error { throw Checker.outdated(reason) }
            throw stop(error)
        }
        guard !meta.hasRedo else { throw .unchecked("an update was interrupted; run zbuild, which finishes it") }
    }

    private static func outdated(_ reason: Fallback) -> Stop {
        .unchecked("\(reason.explanation), so the next build makes everything anew; run zbuild first")
    }

    private func compare(_ store: CacheStore) throws(Stop) -> CheckReport {
        var differences = Differences(project)
        if let problem = try reading({ () throws(CacheError) in try store.integrityProblem() }) {
            differences.addToCache(.database, problem)
        }
        var built = try reading { () throws(CacheError) in try ProgramSnapshot(project, store) }
        for fault in built.faults { differences.addToCache(.database, fault) }
        let clean = try stops { () throws(UpdateStop) in try CleanBuild(project, options) }
        try checkSources(built, clean, &differences)
        var report = CheckReport()
        report.output = project.outputPath
        report.declarations = clean.snapshot.live.count
        report.diagnostics = clean.diagnostics
        let standing = try standingErrors(store, built.meta)
        compareErrors(standing, clean.diagnostics, &differences)
        let isGood = !clean.hasFailed && standing.isEmpty
        GraphChecks(snapshot: built, isGood: isGood).run(&differences)
        if isGood {
            report.remark = readExecutable(&built, &differences)
            SameAsClean(built, clean).run(&differences)
            if !built.executable.isEmpty { ExecutableChecks(built: built).run(&differences) }
        }
        report.differences = differences.sorted
        report.result = clean.hasFailed ? .failed : differences.isEmpty ? .same : .different
        return report
    }

    // MARK: - Sources

    /// The comparison says something only if the last build saw the files that the clean one saw.
    private func checkSources(
        _ built: ProgramSnapshot, _ clean: CleanBuild, _ differences: inout Differences
    ) throws(Stop) {
        guard built.packages[Package.own]?.row.dependencies == project.dependencies else {
            throw .unchecked("'\(Manifest.fileName)' changed since the last build; run zbuild first")
        }
        let before = Dictionary(built.files.map { (built.identity(of: $0), $0) }) { first, _ in first }
        let now = Dictionary(clean.snapshot.files.map { (clean.snapshot.identity(of: $0), $0) }) { first, _ in first }
        for identity in Set(before.keys).union(now.keys).sorted() {
            let (old, new) = (before[identity], now[identity])
            let path = old?.path ?? new?.path ?? ""
            let isPresent = (old?.isPresent ?? false, new?.isPresent ?? false)
            guard isPresent.0 || isPresent.1 else { continue }
            let isSame = isPresent.0 && isPresent.1 && old?.digest == new?.digest
            if isSame, let old, let new {
                compareImports(old, built, new, clean.snapshot, &differences)
                checkRuns(old, built, &differences)
                continue
            }
            // Same times and another digest: it is the cache that is wrong.
            guard isPresent.0, let old, let new, old.identity == new.identity,
                old.identity?.isRacy(readAt: old.readTime) != true
            else {
                throw .unchecked("'\(path)' changed since the last build; run zbuild first")
            }
            differences.addToCache(.files, "the digest of '\(path)' is not that of its content")
        }
    }

    private func compareImports(
        _ old: FileRow, _ built: ProgramSnapshot, _ new: FileRow, _ clean: ProgramSnapshot,
        _ differences: inout Differences
    ) {
        let (imports, cleanImports) = (built.imports(of: old), clean.imports(of: new))
        if imports != cleanImports {
            differences.addToCache(.files, "'\(old.path)' imports \(imports), built clean \(cleanImports)")
        }
    }

    /// What is not as the runs of a file say is all that the next build looks at.
    private func checkRuns(_ file: FileRow, _ built: ProgramSnapshot, _ differences: inout Differences) {
        guard !file.runs.isEmpty else { return }
        let places = built.declarations.filter { $0.file == file.number && $0.text.isPresent }.map { known in
            (offset: Int(known.offset), page: PageNumber(DeclIndex(known.number).page))
        }
        guard case .content(let bytes, _, _) = SourceReader(files: options.sources).read(project.absolute(file.path)),
            TextRuns.are(file.runs, of: bytes, places)
        else { return differences.addToCache(.files, "the runs of '\(file.path)' are not those of its content") }
    }

    // MARK: - Errors

    /// The errors that a build would report of what it knows, if it found nothing changed.
    private func standingErrors(_ store: CacheStore, _ meta: MetaRow) throws(Stop) -> [RenderedDiagnostic] {
        try stops { () throws(UpdateStop) in
            let update = Update(project: project, options: options, store: store, meta: meta)
            update.load(try Scan(project, meta, store))
            try update.checkExports()
            let rows = try update.standingErrors()
            let rendered = update.render(rows)
            try update.checkCache()
            return rendered
        }
    }

    private func compareErrors(
        _ standing: [RenderedDiagnostic], _ clean: [RenderedDiagnostic], _ differences: inout Differences
    ) {
        for error in standing where !clean.contains(error) {
            differences.addToCache(.errors, "a clean build does not report: \(describe(error))")
        }
        for error in clean where !standing.contains(error) {
            differences.addToCache(.errors, "only a clean build reports: \(describe(error))")
        }
    }

    private func describe(_ error: RenderedDiagnostic) -> String {
        "\(error.path):\(error.position.line &+ 1):\(error.position.column &+ 1): \(error.message)"
    }

    // MARK: - The executable

    /// Reads the executable; gives what else there is to say of it.
    private func readExecutable(_ built: inout ProgramSnapshot, _ differences: inout Differences) -> String? {
        guard let expected = built.meta.output else {
            differences.addToExecutable(.executable, "was never written")
            return nil
        }
        do throws(SystemError) {
            let file = try FileDescriptor.open(project.absolute(project.outputPath), O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.isRegular else {
                differences.addToExecutable(.executable, "is no regular file")
                return nil
            }
            let size = status.identity.size
            if size != expected.size {
                differences.addToExecutable(.executable, "is \(size) bytes long, and was written \(expected.size) long")
            }
            guard size <= Checker.fileLimit else { return nil }
            built.executable = try file.read(count: Int(size), at: 0)
            let isOurs = status.identity == expected
            return isOurs
                ? nil
                : "'\(project.outputPath)' was touched since zbuild wrote it; the next build reads it before it trusts it"
        } catch {
            differences.addToExecutable(.executable, "cannot be read: \(SystemError.reason(error.code))")
            return nil
        }
    }

    // MARK: - Trouble

    private func stops<Result>(_ work: () throws(UpdateStop) -> Result) throws(Stop) -> Result {
        do throws(UpdateStop) { return try work() } catch { throw stop(error) }
    }

    private func reading<Result>(_ work: () throws(CacheError) -> Result) throws(Stop) -> Result {
        do throws(CacheError) { return try work() } catch { throw stop(.cache(error)) }
    }

    private func stop(_ error: UpdateStop) -> Stop {
        switch error {
        case .cache(let error):
            guard Builder.fallback(error) == nil else { return .damaged("it is damaged: \(error.detail)") }
            return .project(.cache("unable to use the cache '\(project.cachePath)': \(error.detail)"))
        case .fallback(let reason): return Checker.outdated(reason)
        case .sourceChanged(let path): return .unchecked("'\(path)' changed while it was read; try again")
        case .system(let error): return .project(.system(error))
        case .tooLarge(let report): return .failed(report)
        }
    }
}
