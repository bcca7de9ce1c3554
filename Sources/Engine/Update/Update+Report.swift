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

    /// The report, with the counters of the cache.
    func finalReport() -> Report {
        report.note(store.counters)
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

extension Report {
    /// Takes over what the cache counted.
    mutating func note(_ counters: CacheCounters) {
        rows = Traffic(read: counters.rowsRead, written: counters.rowsWritten)
        bytes = Traffic(read: counters.bytesRead, written: counters.bytesWritten)
    }
}
