import Cache
import Glibc
import Semantics

/// The cache of a project, open to be asked: for `zbuild explain`.
///
/// It is an update that is never run. It loads what is asked for, by key, and the transaction that opening begins is
/// never committed, so nothing is written.
struct CacheReader {
    let update: Update

    var store: CacheStore { update.store }
    var graph: Graph { update.graph }
    var meta: MetaRow { update.meta }

    /// Opens the cache of the options' project for as long as `body` takes.
    static func read<Result>(
        _ options: BuildOptions, _ body: (CacheReader) throws(UpdateStop) -> Result
    ) throws(ProjectError) -> Result {
        let project = try Project.find(options)
        do throws(SystemError) {
            // Nothing is made for a question, not even the folder of the lock.
            guard try FileSystem.status(project.absolute(project.cachePath)) != nil else { throw noBuild }
        } catch {
            throw error.code == ENOENT ? noBuildYet : .system(error)
        }
        let lock = try Engine.lock(project, options)
        do throws(UpdateStop) {
            let reader = CacheReader(update: try open(project, options))
            let result = try body(reader)
            try reader.update.checkCache()
            lock.release()
            return result
        } catch {
            throw failure(error, project)
        }
    }

    private static let noBuild = SystemError("open", "", code: ENOENT)
    private static let noBuildYet = ProjectError.usage("there was no build yet: run zbuild first")

    private static func open(_ project: Project, _ options: BuildOptions) throws(UpdateStop) -> Update {
        let path = project.absolute(project.cachePath)
        let store: CacheStore
        switch try UpdateStop.cache({ () throws(CacheError) in try CacheStore.open(path) }) {
        case .missing: throw .fallback(.foreignCache)
        case .unusable(.locked, _): throw .system(SystemError("lock", project.cachePath, code: EBUSY))
        case .unusable(let reason, _): throw .fallback(Builder.fallback(reason))
        case .opened(let opened): store = opened
        }
        let meta = try UpdateStop.cache { () throws(CacheError) in try store.soundMeta() }
        guard meta.tool == ToolIdentity.current() else { throw .fallback(.otherTool) }
        let update = Update(project: project, options: options, store: store, meta: meta)
        update.load(try Scan(project, meta, store))
        return update
    }

    private static func failure(_ stop: UpdateStop, _ project: Project) -> ProjectError {
        switch stop {
        case .fallback(let reason): .cache("the last build cannot be explained: \(reason.explanation)")
        case .system(let error): .system(error)
        case .cache(let error):
            .cache(
                error.unusableReason == .damaged
                    ? "the last build cannot be explained: \(Fallback.damagedCache.explanation)"
                    : "unable to read the cache '\(project.cachePath)'")
        // Reading runs no update.
        case .sourceChanged, .tooLarge: .cache("the last build cannot be explained")
        }
    }

    /// What became of the last build: its row, and its causes in order.
    func lastBuild() throws(UpdateStop) -> LastBuild {
        let row = try UpdateStop.cache { () throws(CacheError) in try store.build(meta.generation) }
        let causes = try UpdateStop.cache { () throws(CacheError) in try store.causes() }
        guard let row, let report = Report(row, causes, output: meta.outputPath) else { throw .fallback(.damagedCache) }
        return LastBuild(
            report: report, errorCount: Int(row.errorCount), number: row.generation, time: row.time,
            freshness: freshness())
    }

    /// What is other by now. Looks at the status of each file of the build, and into none.
    func freshness() -> Freshness {
        var result = Freshness()
        for file in update.files.numbers where update.files[file].isPresent {
            let path = update.files.path(file)
            let status = try? FileSystem.status(update.project.absolute(path))
            if FileFingerprint(status?.identity) != update.files[file].fingerprint { result.changedFiles.append(path) }
        }
        if update.packages[Int(Package.own)].row.dependencies != update.project.dependencies {
            result.changedFiles.append(Manifest.fileName)
        }
        result.changedFiles = Set(result.changedFiles).sorted()
        result.isInterrupted = meta.hasRedo
        result.isRestarted = meta.bootID != (try? Kernel.bootID())
        return result
    }
}
