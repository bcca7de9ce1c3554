import Foundation
import Testing

/// Random projects under random edits: after each, the updated project is what a clean build gives, and no more was
/// done than the edit needed.
///
/// `ZBUILD_RANDOM_SECONDS` makes it go on with new seeds for that long; `ZBUILD_RANDOM_SEED` says which is first.
/// `tools/random-edits` sets both.
@Suite struct RandomEditTests {
    /// Edits of one project.
    private static let edits = 25

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func updatesAreLikeCleanBuilds(seed: UInt64) throws {
        guard RandomEditTests.seconds == nil else { return }
        try RandomEditTests.run(seed)
    }

    @Test(.enabled(if: RandomEditTests.seconds != nil))
    func updatesAreLikeCleanBuildsForLong() throws {
        let end = Date().addingTimeInterval(RandomEditTests.seconds ?? 0)
        var seed = RandomEditTests.environment("ZBUILD_RANDOM_SEED").flatMap(UInt64.init) ?? 1000
        var counts = (projects: 0, edits: 0, good: 0, exact: 0, failed: 0)
        while Date() < end && counts.failed < 5 {
            let result = try RandomEditTests.run(seed)
            counts.projects += 1
            counts.edits += result.edits
            counts.good += result.good
            counts.exact += result.exact
            counts.failed += result.hasFailed ? 1 : 0
            seed += 1
        }
        print(
            "\(counts.projects) projects, \(counts.edits) edits, \(counts.good) of them good, \(counts.exact) with the least "
                + "work known, \(counts.failed) failed")
        // Were hardly any project right, this would say little.
        #expect(counts.good * 4 > counts.edits)
    }

    private static var seconds: Double? { environment("ZBUILD_RANDOM_SECONDS").flatMap(Double.init) }

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    /// The states of one random project, from its first on.
    static func steps(_ seed: UInt64) -> [SourceStep] {
        var dice = Dice(seed: seed)
        var project = ModelProject.random(&dice)
        var history = [project]
        var steps = [SourceStep(project: project, name: "the first build")]
        for _ in 0..<edits {
            let edit: String
            switch dice.roll(20) {
            case 0:
                project = dice.pick(history) ?? project
                edit = "an older version"
            case 1:
                project.mendAll()
                edit = "mend everything"
            default:
                edit = project.edit(&dice)
            }
            history.append(project)
            steps.append(SourceStep(project: project, name: edit, touches: edit.contains("touch")))
        }
        return steps
    }

    @discardableResult
    private static func run(_ seed: UInt64) throws -> (edits: Int, good: Int, exact: Int, hasFailed: Bool) {
        let steps = steps(seed)
        let tester = try UpdateTester()
        for (number, step) in steps.enumerated() {
            let faults = try tester.faults(of: step)
            guard !faults.isEmpty else { continue }
            record(steps, StepFailure(step: number, faults: faults), seed)
            return (number, tester.goodSteps, tester.exactSteps, true)
        }
        return (steps.count - 1, tester.goodSteps, tester.exactSteps, false)
    }

    private static func record(_ steps: [SourceStep], _ failure: StepFailure, _ seed: UInt64) {
        print("seed \(seed) fails at step \(failure.step): \(failure)")
        let small = StepShrinker.shrink(steps, failure)
        var text = "seed \(seed), step \(failure.step), after '\(steps[failure.step].name)':\n\(failure)\n"
        text += "the same in \(small.steps.count) steps:\n\(small.failure)\n"
        for step in small.steps {
            text += "=== \(step.name)\(step.touches ? " (all files written)" : "")\n"
            for (path, content) in step.sources.sorted(by: { $0.key < $1.key }) { text += "--- \(path)\n\(content)" }
        }
        Issue.record("\(text)")
    }
}
