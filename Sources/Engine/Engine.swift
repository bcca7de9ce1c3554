import Cache
import Glibc

/// zbuild as a library: brings a project's executable up to date, removes what it made.
///
/// A call is a whole run: it takes the project's lock, and leaves executable and cache in agreement.
public enum Engine {
    /// Brings the executable of the project in the options' folder up to date.
    ///
    /// Errors in the sources are no error here: they are in the report, whose result is then `failed`.
    public static func build(_ options: BuildOptions = BuildOptions()) throws(ProjectError) -> Report {
        let start = Clock.monotonic()
        let clock = PhaseClock(options.measuring)
        let ahead = StatusesAhead.begin(options)
        defer { ahead?.cancel() }
        let project = try Project.find(options)
        let lock = try lock(project, options)
        // What was asked before another's build ended is too old.
        var builder = Builder(
            project: project, options: options, clock: clock, statuses: lock.hasWaited ? nil : ahead)
        var report = try builder.build()
        lock.release()
        report.microseconds = (Clock.monotonic() - start) / 1000
        if options.measuring != .nothing {
            report.measurements = clock.finish()
            report.measurements?.peakMemory = Kernel.peakMemory()
        }
        return report
    }

    static func lock(_ project: Project, _ options: BuildOptions) throws(ProjectError) -> ProjectLock {
        do throws(SystemError) {
            try FileSystem.createDirectories(project.absolute(Project.stateFolder))
            return try ProjectLock.acquire(
                project.absolute("\(Project.stateFolder)/lock"), waiting: options.waiting)
        } catch {
            throw .system(error)
        }
    }
}
