import Cache
import Semantics

extension Engine {
    /// Removes what zbuild made in the project of the options' folder, for all variants, and nothing else. The file of
    /// the project's lock stays: another zbuild may be waiting for it. Gives the paths that are gone.
    public static func clean(_ options: BuildOptions = BuildOptions()) throws(ProjectError) -> [String] {
        let project = try Project.find(options)
        do throws(SystemError) {
            guard try FileSystem.status(project.absolute(Project.stateFolder)) != nil else { return [] }
        } catch {
            throw .system(error)
        }
        let lock = try lock(project, options)
        var removed: [String] = []
        do throws(SystemError) {
            for mode in OptimizeMode.allCases { removed += try clean(project.variant(mode)) }
            for folder in try emptyCandidates(project) { try FileSystem.removeEmptyFolder(project.absolute(folder)) }
        } catch {
            throw .system(error)
        }
        lock.release()
        return removed
    }

    private static func clean(_ project: Project) throws(SystemError) -> [String] {
        var outputs = [project.outputPath]
        if let recorded = recordedOutput(project), recorded.hasPrefix("\(Project.outputFolder)/") {
            outputs.append(recorded)
        }
        let leftovers = Set(outputs).sorted().flatMap { [$0, Publication.temporaryPath($0)] }
        let databases = ["", "-journal", ".new", ".new-journal"].map { project.cachePath + $0 }
        var removed: [String] = []
        for path in leftovers + databases + [project.pathsPath]
        where try FileSystem.removeFile(project.absolute(path)) {
            removed.append(path)
        }
        return removed
    }

    /// The executable that the variant's cache speaks of: the project may have had another name.
    private static func recordedOutput(_ project: Project) -> String? {
        guard let result = try? CacheStore.open(project.absolute(project.cachePath)),
            case .opened(let store) = result, let meta = try? store.meta()
        else { return nil }
        return meta.outputPath.split(separator: "/").contains("..") ? nil : meta.outputPath
    }

    private static func emptyCandidates(_ project: Project) throws(SystemError) -> [String] {
        var folders: [String] = []
        for mode in OptimizeMode.allCases {
            var folder = FileSystem.parentFolder(of: project.variant(mode).outputPath)
            while folder != "." {
                folders.append(folder)
                folder = FileSystem.parentFolder(of: folder)
            }
        }
        return Set(folders).sorted { $0.utf8.count > $1.utf8.count }
    }
}
