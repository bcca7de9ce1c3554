import Cache
import Glibc

/// One run of `zbuild cache export`.
struct CacheExport {
    let project: Project
    /// Where the export shall be.
    let path: String

    func run() throws(ProjectError) -> Int {
        let store = try open()
        let snapshot: ProgramSnapshot
        do throws(CacheError) {
            snapshot = try ProgramSnapshot(project, store)
        } catch {
            throw unusable(error.detail)
        }
        let temporaryPath = Publication.temporaryPath(path)
        do throws(ProjectError) {
            try write(snapshot, store, to: temporaryPath)
            try system { () throws(SystemError) in try FileSystem.rename(temporaryPath, path) }
        } catch {
            _ = try? FileSystem.removeFile(temporaryPath)
            throw error
        }
        return snapshot.declarations.count
    }

    private func open() throws(ProjectError) -> CacheStore {
        let result: OpenResult
        do throws(CacheError) {
            result = try CacheStore.open(project.absolute(project.cachePath))
        } catch {
            throw unusable(error.detail)
        }
        switch result {
        case .opened(let store): return store
        case .missing: throw .usage(Checker.nothingBuilt)
        case .unusable(.locked, _): throw .system(SystemError("lock", project.cachePath, code: EBUSY))
        case .unusable(let reason, let detail):
            throw unusable(Builder.fallback(reason).explanation + (detail.isEmpty ? "" : " (\(detail))"))
        }
    }

    private func unusable(_ reason: String) -> ProjectError {
        .cache("unable to export the cache '\(project.cachePath)': \(reason)")
    }

    /// Fills a new file at `path`, and closes it.
    private func write(_ snapshot: ProgramSnapshot, _ store: CacheStore, to path: String) throws(ProjectError) {
        try system { () throws(SystemError) in try FileSystem.removeFile(path) }
        do throws(ExportFailure) {
            let writer = ExportWriter(snapshot: snapshot, store: store, file: try ExportFailure.file(path))
            try writer.write()
        } catch {
            switch error {
            case .cache(let error): throw unusable(error.detail)
            case .file(let error):
                guard let code = error.systemCode else {
                    throw .cache("unable to write '\(self.path)': \(error.message)")
                }
                throw .system(SystemError("write", self.path, code: code))
            }
        }
    }

    private func system(_ work: () throws(SystemError) -> Void) throws(ProjectError) {
        do throws(SystemError) {
            try work()
        } catch {
            // The person gave no other path.
            throw .system(SystemError("write", path, code: error.code))
        }
    }
}

/// Why an export came to nothing.
enum ExportFailure: Error {
    /// The cache cannot be read.
    case cache(CacheError)
    /// The export cannot be written.
    case file(SQLiteError)

    static func file(_ path: String) throws(ExportFailure) -> ExportFile {
        do throws(SQLiteError) { return try ExportFile(path: path) } catch { throw .file(error) }
    }
}
