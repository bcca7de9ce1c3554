import Foundation

/// Makes a list of steps that fails smaller: leaves out steps, then declarations, as long as the last still fails.
struct StepShrinker {
    private var steps: [SourceStep]
    private var failure: StepFailure
    /// Builds are slow; by then what there is must do.
    private let end = Date().addingTimeInterval(60)

    static func shrink(_ steps: [SourceStep], _ failure: StepFailure) -> (steps: [SourceStep], failure: StepFailure) {
        var shrinker = StepShrinker(steps: Array(steps.prefix(failure.step + 1)), failure: failure)
        shrinker.leaveOutSteps()
        shrinker.leaveOutDeclarations()
        shrinker.leaveOutSteps()
        return (shrinker.steps, shrinker.failure)
    }

    private init(steps: [SourceStep], failure: StepFailure) {
        self.steps = steps
        self.failure = failure
    }

    /// Takes `candidate` over if it fails in the same way.
    private mutating func attempt(_ candidate: [SourceStep]) -> Bool {
        guard Date() < end, !candidate.isEmpty else { return false }
        guard let found = try? UpdateTester.failure(in: candidate), kind(found) == kind(failure) else { return false }
        steps = Array(candidate.prefix(found.step + 1))
        failure = found
        return true
    }

    /// What kind of fault comes first, without names.
    private func kind(_ failure: StepFailure) -> String {
        let first = failure.faults.first ?? ""
        return String(first.filter { !$0.isNumber }.prefix(8)) + (first.contains("for nothing") ? "nothing" : "")
    }

    private mutating func leaveOutSteps() {
        var size = max(steps.count / 2, 1)
        while true {
            var start = 0
            while start < steps.count - 1 {
                var candidate = steps
                let end = min(start + size, steps.count - 1)
                candidate.removeSubrange(start..<end)
                if !attempt(candidate) { start += size }
            }
            if size == 1 { return }
            size /= 2
        }
    }

    /// Leaves declarations out of all steps at once.
    private mutating func leaveOutDeclarations() {
        let ids = Set(steps.compactMap(\.project).flatMap(\.files).flatMap(\.items).map(\.id))
        for id in ids.sorted(by: >) {
            _ = attempt(steps.map { $0.changed { $0.remove(id) } })
        }
    }
}

extension SourceStep {
    /// The same after a change of the model.
    fileprivate func changed(_ change: (inout ModelProject) -> Void) -> SourceStep {
        guard var project else { return self }
        change(&project)
        return SourceStep(project: project, name: name, touches: touches)
    }
}

extension ModelProject {
    fileprivate mutating func remove(_ id: Int) {
        guard let place = home(of: id) else { return }
        goneNames[id] = self[place].name
        files[place.file].items.remove(at: place.item)
    }
}
