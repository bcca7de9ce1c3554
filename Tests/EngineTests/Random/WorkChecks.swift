import Cache

@testable import Engine

/// Looks whether builds compiled, generated and reached exactly what the model says, no more and no less.
struct WorkChecks {
    private var least = LeastWork()
    /// Builds of which it was known exactly what had to be compiled.
    private(set) var exactSteps = 0

    /// What `report`, that of a build of `project`, and the cache after it have too much or too little.
    mutating func faults(
        in report: Report, of project: ModelProject, before: ProgramSnapshot?, _ after: ProgramSnapshot
    ) -> [String] {
        guard let work = least.update(ModelMeaning(project), isGood: report.result != .failed) else { return [] }
        exactSteps += 1
        let isNew = after.meta.generation != before?.meta.generation
        let compiled = after.declarations.filter { isNew && $0.state.compiledAt == after.meta.generation }
        let found = Found(
            analysed: Set(compiled.map(WorkChecks.name)), generated: WorkChecks.generated(report, before),
            reached: Set(after.live.map(WorkChecks.name)))
        var faults = WorkChecks.difference(work.analysed, found.analysed, "analysed")
        faults += WorkChecks.difference(work.generated, found.generated ?? work.generated, "generated")
        faults += WorkChecks.difference(work.reached, found.reached, "reached")
        // What was compiled and is gone has no name any more.
        let counts = report.declarations
        if faults.isEmpty, counts.analysed != work.analysed.count || counts.generated != work.generated.count {
            faults.append(
                "\(counts.analysed) analysed and \(counts.generated) generated, the least is "
                    + "\(work.analysed.count) and \(work.generated.count)")
        }
        return faults
    }

    /// What a build did.
    private struct Found {
        var analysed: Set<ModelName>
        /// Nil where the report has no names.
        var generated: Set<ModelName>?
        var reached: Set<ModelName>
    }

    /// A first build has one cause for everything.
    private static func generated(_ report: Report, _ before: ProgramSnapshot?) -> Set<ModelName>? {
        if before == nil { return nil }
        return Set(
            report.causes.filter { [.compiled, .sameCode].contains($0.outcome) }.map { "\($0.path) \($0.name)" })
    }

    private static func name(_ known: ProgramSnapshot.Known) -> ModelName { "\(known.path) \(known.name)" }

    private static func difference(
        _ expected: Set<ModelName>, _ found: Set<ModelName>, _ what: String
    ) -> [String] {
        found.subtracting(expected).sorted().map { "\(what) for nothing: \($0)" }
            + expected.subtracting(found).sorted().map { "not \(what): \($0)" }
    }
}
