extension Engine {
    /// Proves that executable and cache are what a clean build of the present sources makes, or says what differs.
    ///
    /// Builds the sources from nothing in memory and compares. Writes nothing into the project.
    public static func check(_ options: BuildOptions = BuildOptions()) throws(ProjectError) -> CheckReport {
        let start = Clock.monotonic()
        let project = try Project.find(options)
        guard try hasState(project) else { return CheckReport.unchecked(project, Checker.nothingBuilt) }
        let lock = try lock(project, options)
        var report = try Checker(project: project, options: options).check()
        lock.release()
        report.microseconds = (Clock.monotonic() - start) / 1000
        return report
    }

    /// Whether zbuild has ever worked here. Whoever only looks makes no folder for the lock.
    static func hasState(_ project: Project) throws(ProjectError) -> Bool {
        do throws(SystemError) {
            return try FileSystem.status(project.absolute(Project.stateFolder)) != nil
        } catch {
            throw .system(error)
        }
    }
}

extension CheckReport {
    /// A report that says why nothing was compared.
    static func unchecked(_ project: Project, _ reason: String) -> CheckReport {
        var report = CheckReport()
        report.result = .unchecked
        report.output = project.outputPath
        report.reason = reason
        return report
    }
}
