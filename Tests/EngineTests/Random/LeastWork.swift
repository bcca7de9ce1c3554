/// What a build has to compile at least, from the model's own idea of what each declaration asked about whom.
///
/// A declaration must be compiled if something reaches it and no result of it is known, or one that does not hold: its
/// own text has changed, or an answer that it saw is another now. One that waits for something to be mended is not
/// compiled, and what was known of it is kept: it holds again when the answers are again what they were.
///
/// Results of what nothing reaches are kept as long as builds have errors, for it may be reached again before an
/// executable is made.
struct LeastWork {
    /// What is compiled in one build.
    struct Work {
        var analysed: Set<ModelName> = []
        /// Of those the ones of which code or data was made.
        var generated: Set<ModelName> = []
        var reached: Set<ModelName> = []
    }

    /// What is known of one declaration.
    private struct Known {
        var interface: ModelResult?
        /// The last one without error, which the body was made for.
        var lastInterface: ModelInterface?
        var body: ModelResult?
        /// Whether its text, or the file that it imports, is another than when it was analysed. What it was is not kept,
        /// so to change it back does not make it right again.
        var isStale = false
    }

    private var known: [ModelName: Known] = [:]
    private var before: ModelMeaning?
    /// Whether `known` is what a cache would have. In a dependency loop it is not known what was asked: where an
    /// analysis meets itself depends on where it began. After the next build without errors it is known again.
    private var isSure = true

    /// Takes over what a build makes of `meaning`, and says what it has to compile. Nil: only a look into the cache could
    /// tell.
    mutating func update(_ meaning: ModelMeaning, isGood: Bool) -> Work? {
        noteChanges(meaning)
        var work = Work(reached: meaning.reached)
        for name in meaning.reached { update(name, meaning, &work) }
        let wasSure = isSure
        if meaning.hasLoop { isSure = false }
        let isExact = isSure
        if isGood { settle(meaning, wasSure: wasSure) }
        before = meaning
        return isExact ? work : nil
    }

    /// A build without errors leaves what is reached, and nothing else.
    private mutating func settle(_ meaning: ModelMeaning, wasSure: Bool) {
        known = known.filter { meaning.reached.contains($0.key) }
        guard !wasSure else { return }
        isSure = !meaning.hasLoop
        for name in meaning.reached {
            let interface = meaning.interface(name)
            let hasBody = interface.interface?.hasBody ?? false
            known[name] = Known(
                interface: interface, lastInterface: interface.interface, body: hasBody ? meaning.body(name) : nil)
        }
    }

    private mutating func noteChanges(_ meaning: ModelMeaning) {
        for name in known.keys {
            let (old, new) = (before?.declared[name], meaning.declared[name])
            if old?.source != new?.source { known[name]?.isStale = true }
            // An error is somewhere in the text.
            if old?.text != new?.text, hasFailed(name) { known[name]?.isStale = true }
            for asked in known[name]?.interface?.questions ?? [] where asked.question.kind == .file {
                guard let file = new?.file else { continue }
                let now = meaning.answer(importing: asked.question.name, from: file)
                if now != asked.answer { known[name]?.isStale = true }
            }
        }
    }

    private func hasFailed(_ name: ModelName) -> Bool {
        known[name]?.interface?.state == .failed || known[name]?.body?.state == .failed
    }

    // MARK: - One declaration

    private mutating func update(_ name: ModelName, _ meaning: ModelMeaning, _ work: inout Work) {
        var one = known[name] ?? Known()
        updateInterface(&one, name, meaning, &work)
        if let interface = meaning.interface(name).interface {
            if interface.hasBody { updateBody(&one, interface, name, meaning, &work) } else { one.body = nil }
        }
        known[name] = one
    }

    private func updateInterface(
        _ one: inout Known, _ name: ModelName, _ meaning: ModelMeaning, _ work: inout Work
    ) {
        guard let declared = meaning.declared[name] else { return }
        let now = meaning.interface(name)
        guard case .instruction = declared.source else {
            // There is nothing to analyse.
            one = Known(interface: now, lastInterface: one.lastInterface)
            return
        }
        switch one.isStale ? .differs : LeastWork.compare(one.interface, meaning) {
        case .same: return
        case .waits:
            // An error is not kept while it is not to be seen.
            if one.interface?.state == .failed { one.interface = now }
            if one.body?.state == .failed { one.body = nil }
        case .differs:
            work.analysed.insert(name)
            one.interface = now
            let isOther = now.interface.map { $0 != one.lastInterface } ?? false
            if one.isStale || isOther || one.body?.state == .failed { one.body = nil }
            if let interface = now.interface { one.lastInterface = interface }
            one.isStale = false
        }
    }

    private func updateBody(
        _ one: inout Known, _ interface: ModelInterface, _ name: ModelName, _ meaning: ModelMeaning, _ work: inout Work
    ) {
        let now = meaning.body(name)
        switch LeastWork.compare(one.body, meaning) {
        case .same: return
        case .waits:
            if one.body?.state == .failed { one.body = now }
        case .differs:
            work.analysed.insert(name)
            if now.state == .done, interface.category != .export { work.generated.insert(name) }
            one.body = now
        }
    }

    private enum Comparison {
        case same
        case differs
        /// Before anything that differs comes something that has an error.
        case waits
    }

    /// Whether each answer that `old` saw, in order, is what it was.
    private static func compare(_ old: ModelResult?, _ meaning: ModelMeaning) -> Comparison {
        guard let old else { return .differs }
        for asked in old.questions where asked.question.kind != .file {
            let now = meaning.answer(asked.question)
            if now == .failure { return .waits }
            if now != asked.answer { return .differs }
        }
        return .same
    }
}
