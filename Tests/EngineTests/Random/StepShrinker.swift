import ZIR

/// Makes a list of steps that fails smaller: leaves out steps, then declarations, as long as the last still fails.
struct StepShrinker {
    private var steps: [SourceStep]
    private var failure: StepFailure
    /// Builds are slow; after this many attempts what there is must do.
    private var attempts = 400

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
        guard attempts > 0, !candidate.isEmpty else { return false }
        attempts -= 1
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
                candidate[start].cost = .any
                if !attempt(candidate) { start += size }
            }
            if size == 1 { return }
            size /= 2
        }
    }

    /// Leaves declarations out of all steps at once, by file and name.
    private mutating func leaveOutDeclarations() {
        var names: [[String]] = []
        for step in steps {
            for (path, text) in step.sources.sorted(by: { $0.key < $1.key }) {
                names += StepShrinker.names(in: text).map { [path, $0] }.filter { !names.contains($0) }
            }
        }
        for name in names {
            let candidate = steps.map { step in
                var step = step
                if let text = step.sources[name[0]] {
                    step.sources[name[0]] = StepShrinker.without(name[1], text)
                }
                return step
            }
            _ = attempt(candidate)
        }
    }

    private static func names(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        return Scanner.scan(bytes).declarations.map { span in
            String(decoding: bytes[Int(span.name.lowerBound)..<Int(span.name.upperBound)], as: UTF8.self)
        }
    }

    private static func without(_ name: String, _ text: String) -> String {
        var bytes = Array(text.utf8)
        for span in Scanner.scan(bytes).declarations.reversed() {
            let found = String(decoding: bytes[Int(span.name.lowerBound)..<Int(span.name.upperBound)], as: UTF8.self)
            if found == name { bytes.removeSubrange(span.range) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
