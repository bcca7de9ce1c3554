import Cache
import Foundation
import ZIR

@testable import Engine

/// One state of a project's sources.
struct SourceStep {
    var sources: [String: String]
    /// What the sources are written from, if they are.
    var project: ModelProject?
    /// What was done to come here.
    var name = ""
    /// Whether all files are written again, changed or not.
    var touches = false

    init(sources: [String: String]) { self.sources = sources }

    init(project: ModelProject, name: String, touches: Bool = false) {
        self.project = project
        self.name = name
        self.touches = touches
        sources = project.sources
    }
}

/// What went wrong at one step.
struct StepFailure: Error, CustomStringConvertible {
    var step: Int
    var faults: [String]

    var description: String { faults.prefix(12).joined(separator: "\n") }
}

/// Builds a project step by step in one folder, and after each step anew in another; looks whether both agree.
final class UpdateTester {
    private let folder: ModelFolder
    private var last: ProgramSnapshot?
    private var reasons = ReasonChecks()
    private var work = WorkChecks()
    /// Steps whose build had no errors.
    private(set) var goodSteps = 0
    /// Steps of which it was known exactly what had to be compiled.
    var exactSteps: Int { work.exactSteps }

    /// A tester of builds that are deaf to some edges, which none should be.
    init(ignoring edges: IgnoredEdges = []) throws {
        folder = try ModelFolder()
        folder.ignoredEdges = edges
        // Few of its files are large, so some are taken for that.
        folder.runs = TextRuns.Limits(fileSize: 300, declarations: 3)
    }

    /// Goes through `steps` up to the first that fails.
    static func failure(in steps: [SourceStep], ignoring edges: IgnoredEdges = []) throws -> StepFailure? {
        let tester = try UpdateTester(ignoring: edges)
        for (number, step) in steps.enumerated() {
            let faults = try tester.faults(of: step)
            if !faults.isEmpty { return StepFailure(step: number, faults: faults) }
        }
        return nil
    }

    /// Builds one step, and says what is wrong.
    func faults(of step: SourceStep) throws -> [String] {
        let before = folder.executable
        try folder.write(step.sources, touch: step.touches)
        let cleanFolder = try ModelFolder()
        cleanFolder.ignoredEdges = folder.ignoredEdges
        cleanFolder.runs = folder.runs
        try cleanFolder.write(step.sources)
        let report: Report
        let clean: Report
        do {
            report = try folder.build()
            clean = try cleanFolder.build()
        } catch {
            return ["the build ended with \(error)"]
        }
        var faults = compare(report, clean)
        let isGood = report.result != .failed
        faults += try checkFaults(isGood: isGood)
        let snapshot = try folder.snapshot()
        if isGood && clean.result != .failed {
            goodSteps += 1
            let (ours, theirs) = (try folder.run(), try cleanFolder.run())
            if ours != theirs { faults.append("the program says \(ours), built clean \(theirs)") }
        } else if folder.executable != before {
            faults.append("the build failed, and the executable changed")
        }
        faults += repetitionFaults(step, snapshot)
        if let project = step.project { faults += work.faults(in: report, of: project, before: last, snapshot) }
        reasons.read(step.sources, of: snapshot)
        faults += reasons.faults(in: report, before: last, snapshot, kept: try folder.lastBuild())
        faults += try repeatedBuildFaults(report)
        last = snapshot
        return faults
    }

    /// Executable and cache are what a clean build makes of the sources.
    private func checkFaults(isGood: Bool) throws -> [String] {
        let check = try folder.check()
        var faults = check.differences.map(\.description)
        if check.result != (isGood ? .same : .failed) {
            faults.append("the check ends with \(check.result) \(check.reason ?? "")")
        }
        if let remark = check.remark { faults.append("the check remarks: \(remark)") }
        return faults
    }

    private func compare(_ report: Report, _ clean: Report) -> [String] {
        var faults: [String] = []
        if (report.result == .failed) != (clean.result == .failed) {
            faults.append("the result is \(report.result), clean \(clean.result)")
        }
        if let fallback = report.fallback, last != nil { faults.append("made anew: \(fallback.name)") }
        if report.diagnostics != clean.diagnostics {
            let (ours, theirs) = (report.diagnostics.map(describe), clean.diagnostics.map(describe))
            faults.append("errors:\n  \(ours.joined(separator: "\n  "))\nclean:\n  \(theirs.joined(separator: "\n  "))")
        }
        if report.result != .failed && report.declarations.total != clean.declarations.total {
            faults.append("\(report.declarations.total) declarations, clean \(clean.declarations.total)")
        }
        return faults
    }

    private func describe(_ diagnostic: RenderedDiagnostic) -> String {
        let place = "\(diagnostic.path):\(diagnostic.position.line + 1):\(diagnostic.position.column + 1)"
        let line = diagnostic.line.map { String(decoding: $0, as: UTF8.self) } ?? "no line"
        return "\(place): \(diagnostic.message) | \(line)" + diagnostic.notes.map { "; note " + describe($0) }.joined()
    }

    // MARK: - Cost

    /// What was compiled again although it and all that it saw is as it was, whatever that is.
    private func repetitionFaults(_ step: SourceStep, _ snapshot: ProgramSnapshot) -> [String] {
        var faults: [String] = []
        guard let last else { return faults }
        let before = Dictionary(last.declarations.map { ($0.key, $0) }) { first, _ in first }
        for known in snapshot.live where known.state.compiledAt == snapshot.meta.generation {
            guard snapshot.meta.generation > last.meta.generation, let old = before[known.key] else { continue }
            // Whether its file is there is a question that no edge stands for.
            let isSettled =
                known.text.opcode != Opcode.import.rawValue && old.state.isLive && old.state.interfaceState == .done
                && [.done, .none].contains(old.state.bodyState) && old.state.bodyState == known.state.bodyState
                && !old.state.isStale
            let isSame =
                old.text.structureHash == known.text.structureHash
                && edges(old.state, last) == edges(known.state, snapshot)
            if isSettled && isSame { faults.append("\(known.name) was compiled again for nothing ('\(step.name)')") }
        }
        return faults
    }

    private func edges(_ state: StateRecord, _ snapshot: ProgramSnapshot) -> [String] {
        state.edges.map { edge in
            "\(snapshot[edge.target].map { "\($0.key.bytes)" } ?? "nobody") \(edge.kind) \(edge.seen)"
        }
    }

    /// A build right after a build does nothing and writes nothing.
    private func repeatedBuildFaults(_ first: Report) throws -> [String] {
        let (times, cache, executable) = (folder.times, folder.cache, folder.executable)
        let second: Report
        do {
            second = try folder.build()
        } catch {
            return ["the second build ended with \(error)"]
        }
        var faults: [String] = []
        let expected: Report.Result = first.result == .failed ? .failed : .unchanged
        if second.result != expected { faults.append("the second build is \(second.result)") }
        if second.diagnostics != first.diagnostics { faults.append("the second build has other errors") }
        if second.declarations.analysed != 0 || second.declarations.generated != 0 {
            faults.append("the second build analysed \(second.declarations.analysed) declarations")
        }
        if second.declarations.total != first.declarations.total {
            faults.append("\(second.declarations.total) declarations, before \(first.declarations.total)")
        }
        if folder.times != times || folder.cache != cache || folder.executable != executable {
            faults.append("the second build wrote something")
        }
        return faults
    }
}
