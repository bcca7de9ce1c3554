import Cache
import Glibc

extension Engine {
    /// Writes what the cache of the options' variant holds into a plain database at `path`, for people and other
    /// programs. Gives the number of declarations in it.
    ///
    /// The cache is read only. What is at `path` is replaced if it is an export, else refused; the new one stands there
    /// when it is complete, or not at all.
    public static func exportCache(
        _ options: BuildOptions = BuildOptions(), to path: String
    ) throws(ProjectError) -> Int {
        let project = try Project.find(options)
        // Before the cache is open: this may be its path, and closing a file drops the process's locks on it.
        try requireReplaceable(path)
        guard try hasState(project) else { throw .usage(Checker.nothingBuilt) }
        let lock = try lock(project, options)
        let count = try CacheExport(project: project, path: path).run()
        lock.release()
        return count
    }

    private static func requireReplaceable(_ path: String) throws(ProjectError) {
        do throws(SystemError) {
            guard let status = try FileSystem.linkStatus(path) else { return }
            if status.isRegular {
                let header = try FileDescriptor.open(path, O_RDONLY).read(count: 100, at: 0)
                if ExportFile.isExport(header: header) { return }
            }
        } catch {
            throw .system(error)
        }
        throw .usage("'\(path)' is no export of zbuild's, and is left as it is")
    }
}
