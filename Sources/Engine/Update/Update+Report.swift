import Cache
import ELF
import Semantics

/// What an update says of itself.
extension Update {
    /// Whether anything must be written: into the executable, or into the cache.
    var hasChanges: Bool {
        report.result == .built || !changedFiles.isEmpty || !changedPackages.isEmpty || !changed.isEmpty
            || !repositioned.isEmpty || isOutputAdopted
    }

    /// Whether the last build failed for something that is found anew each time.
    var hasStandingRootErrors: Bool { meta.entry == 0 || meta.output == nil }

    /// Nothing is other than it was.
    func unchangedReport() -> Report {
        report.result = .unchanged
        report.files.total = moduleCount
        report.declarations.total = Int(meta.liveCount)
        return finalReport()
    }

    /// The report, with the counters of the cache.
    func finalReport() -> Report {
        let counters = store.counters
        report.rows = Report.Traffic(read: counters.rowsRead, written: counters.rowsWritten)
        report.bytes = Report.Traffic(read: counters.bytesRead, written: counters.bytesWritten)
        clock.nameParts(subjectName)
        return report
    }

    /// What a part of a phase was about.
    private func subjectName(_ phase: Phase, _ number: UInt32) -> String {
        phase == .diff ? files.path(number) : qualifiedName(DeclIndex(number))
    }

    /// The report of a build that ends because `section` has no room for the declaration that was to be placed.
    func reportTooLarge(_ section: SectionID) -> Report {
        let position = (try? syntax(of: placing))?.root?.position ?? .start
        let message = "no room in section '\(section.name)', which has at most \(section.limit >> 20) MiB"
        report.result = .failed
        report.declarations.total = liveTotal()
        report.diagnostics = render([
            DiagnosticRow(
                file: graph.file(of: placing), declaration: placing.rawValue, isFromParsing: false,
                line: position.line, column: position.column, message: message, notes: [])
        ])
        return finalReport()
    }
}
