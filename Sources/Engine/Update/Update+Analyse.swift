import BLAKE3
import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// Analyse and generate: what is on the agenda, until nothing is left to look at.
extension Update {
    func analyse() throws(UpdateStop) {
        if isFromNothing { ahead = BodiesAhead(self) }
        defer { dropAhead() }
        takeReached()
        while true {
            ahead?.advance()
            let next = agenda.next(&liveness, in: graph)
            takeUnreached()
            if let next {
                look(at: next)
            } else if isGenerating {
                generateFunctions()
            } else {
                return
            }
            takeReached()
            if case .some = stop { try checkStop() }
            try checkCache()
        }
    }

    /// A copy of the reason to stop is made where there is one: it is large.
    private func checkStop() throws(UpdateStop) {
        if let stop { throw stop }
    }

    private func dropAhead() {
        guard let ahead else { return }
        generator.cancel()
        if options.endsProcess { ahead.leaveMemory() }
        self.ahead = nil
    }

    private func look(at declaration: DeclIndex) {
        guard hasMark(declaration, Mark.queued) else { return }
        if graph[state: declaration].isLive && defersToKeepers(declaration) {
            return agenda.add(concerned: declaration, rank: graph[state: declaration].rank)
        }
        clearMark(declaration, Mark.queued)
        setMark(declaration, Mark.lookedAt)
        if graph[state: declaration].isLive && !adopt(declaration) { process(declaration) }
        limitBatches()
    }

    private func takeUnreached() {
        for loss in liveness.takeUnreached() {
            dormant.append(loss.declaration)
            explanation.noteUnreached(loss.declaration, keptBy: loss.keeper)
        }
    }

    private func takeReached() {
        liveness.takeReached { declaration in
            if !isFromNothing {
                explanation.noteReached(declaration, by: DeclIndex(graph[state: declaration].keeper))
            }
            ahead?.presume(declaration)
            setMark(declaration, Mark.queued)
            agenda.add(reached: declaration, rank: graph[state: declaration].rank)
        }
    }

    /// Brings one live declaration up to date: its interface, its body, and what it keeps alive. One that is in no text
    /// any more lives only until its users have been looked at.
    private func process(_ declaration: DeclIndex) {
        guard graph[text: declaration].isPresent else { return }
        if hasMark(declaration, Mark.ungenerated) { generateFunctions() }
        settle(declaration)
        abandonProgress(from: 0)
        if graph[state: declaration].isDormant { graph[state: declaration].isDormant = false }
        let state = graph[state: declaration].interfaceState
        if graph[state: declaration].link != nil && (state != .done || !hasAddress(declaration)) {
            unplaced.append(declaration)
        }
        if state == .done {
            processBody(declaration)
        } else {
            let edges = graph[state: declaration].edges
            let inEffect = Int(graph[state: declaration].edgesInEffect)
            setEdges(declaration, edges, inEffect: min(inEffect, edges.prefix { $0.isFromInterface }.count))
        }
        if !hasMark(declaration, Mark.ungenerated) { syntaxes[declaration] = nil }
    }

    /// Brings the body up to date, and says so if the content is another, or cannot be had, or can again.
    private func processBody(_ declaration: DeclIndex) {
        guard hasBody(declaration) else { return forgetBody(declaration) }
        let before = answer(declaration, .body)
        updateBody(declaration)
        if answer(declaration, .body) != before { announce(declaration) }
    }

    private func updateBody(_ declaration: DeclIndex) {
        if graph[state: declaration].bodyState == .none { return analyseBody(declaration) }
        switch verifyBody(declaration) {
        case .same:
            if graph[state: declaration].bodyState == .blocked {
                graph[state: declaration].bodyState = .done
                touchExport(of: declaration)
            }
            activate(declaration)
        case .differs:
            analyseBody(declaration)
        case .blocked(let place):
            blockBody(declaration, at: place)
        }
    }

    /// Sets the body aside: it holds again if the answers are again what they were. An error is not kept: of that what is
    /// left is what an analysis would find, which goes no further than the failure at `place`.
    private func blockBody(_ declaration: DeclIndex, at place: Int) {
        let state = graph[state: declaration].bodyState
        var edges = graph[state: declaration].edges
        if state == .failed { edges = Update.edges(edges, endingWithFailureAt: place) }
        if state == .done { touchExport(of: declaration) }
        graph[state: declaration].bodyState = .blocked
        semanticErrors[declaration] = []
        setEdges(declaration, edges, inEffect: place + 1)
    }

    /// Whether there is more to analyse than the interface: code, content, or what an export asks of the linker.
    private func hasBody(_ declaration: DeclIndex) -> Bool {
        hasAddress(declaration) || decodedInterface(declaration)?.category == .export
    }

    private func hasAddress(_ declaration: DeclIndex) -> Bool {
        decodedInterface(declaration)?.category.hasAddress ?? false
    }

    /// There is nothing but the interface, whatever there was before.
    private func forgetBody(_ declaration: DeclIndex) {
        let state = graph[state: declaration]
        if state.bodyState != .none || state.codeHash != 0 || state.bodyHash != 0 {
            graph[state: declaration].bodyState = .none
            graph[state: declaration].codeHash = 0
            graph.setBodyHash(declaration, 0)
        }
        let edges = state.edges.prefix { $0.isFromInterface }
        setEdges(declaration, Array(edges), inEffect: edges.count)
    }

    /// All edges hold: whatever they name is kept alive.
    private func activate(_ declaration: DeclIndex) {
        let edges = graph[state: declaration].edges
        setEdges(declaration, edges, inEffect: edges.count)
    }

    /// Compares the answers to what its body asked with what was seen.
    private func verifyBody(_ declaration: DeclIndex) -> Verification {
        let edges = graph[state: declaration].edges
        let start = edges.firstIndex { !$0.isFromInterface } ?? edges.count
        let outcome = outsideAnalysis(declaration) { () throws(AnalysisStop) in try verify(edges[start...]) }
        return (try? outcome.result.get()) ?? .differs
    }

    /// What an analysis at the bottom of the stack came to, and what it asked.
    struct Outcome<Value> {
        var result: Result<Value, AnalysisStop>
        var edges: [EdgeRecord]
    }

    /// Runs an analysis of a body, again from its start whenever something that it needs had to be analysed first.
    func outsideAnalysis<Value>(
        _ asker: DeclIndex, _ analysis: () throws(AnalysisStop) -> Value
    ) -> Outcome<Value> {
        while true {
            frames.removeAll()
            frames.append(Frame(asker: asker, isInterface: false))
            let result = Result { () throws(AnalysisStop) in try analysis() }
            let edges = frames[0].edges
            frames.removeAll()
            abandonProgress(from: 0)
            guard case .failure(.deferred(let next)) = result else { return Outcome(result: result, edges: edges) }
            settle(next)
            abandonProgress(from: 0)
        }
    }

    // MARK: - Bodies

    private func analyseBody(_ declaration: DeclIndex) {
        guard let interface = decodedInterface(declaration) else { return }
        noteAnalysis(declaration)
        semanticErrors[declaration] = []
        forgetResults(of: declaration, ifUnknownTo: interface.category)
        if interface.category == .export { return analyseExport(declaration) }
        let outcome = outsideAnalysis(declaration) { () throws(AnalysisStop) in
            try analyzer.analyzeBody(
                try syntaxForAnalysis(declaration), of: declaration, interface: interface, program: self)
        }
        graph[state: declaration].bodyState = take(outcome.result, of: declaration)
        setBodyEdges(declaration, outcome.edges)
        if case .success(.data) = outcome.result {
            addEdgesToAddresses(declaration, code[declaration]?.relocations ?? [])
        }
    }

    /// A function and an export have no content, an export has no code, whatever the declaration was before.
    private func forgetResults(of declaration: DeclIndex, ifUnknownTo category: Interface.Category) {
        guard category == .function || category == .export else { return }
        if graph[state: declaration].bodyHash != 0 { graph.setBodyHash(declaration, 0) }
        if category == .export { graph[state: declaration].codeHash = 0 }
    }

    /// Puts the edges that a body asked behind those of the interface.
    func setBodyEdges(_ declaration: DeclIndex, _ bodyEdges: some Collection<EdgeRecord>) {
        let edges = Array(graph[state: declaration].edges.prefix { $0.isFromInterface }) + bodyEdges
        setEdges(declaration, edges, inEffect: edges.count)
    }

    private func take(_ result: Result<AnalyzedBody, AnalysisStop>, of declaration: DeclIndex) -> AnalysisState {
        switch result {
        case .success(.none):
            return .done
        case .success(.data(let content)):
            takeContent(content, of: declaration)
            // Whoever reads it is looked at next. From nothing, readers mostly come first, and keeping all is too much.
            if !isFromNothing { settledContents[declaration] = .success(content) }
            let section = section(of: declaration, content)
            clock.beginPart(.generate, of: declaration.rawValue)
            let data = CodeGen.generate(content: content, declaration: declaration)
            clock.endPart()
            take(GeneratedCode(data, in: section, syntaxes[declaration]), of: declaration)
            return .done
        case .success(.function(let function)):
            leave(function, of: declaration)
            return .done
        case .failure(.failed(let diagnostic)):
            semanticErrors[declaration] = [diagnostic]
            return .failed
        case .failure:
            return .blocked
        }
    }

    /// The content of a datum, for a question about it, which may come before its own turn. It is made once: whatever it
    /// depends on stays as it is for the rest of the update.
    func settleContent(_ declaration: DeclIndex, _ interface: Interface) throws(AnalysisStop) -> Content {
        if let known = settledContents[declaration] { return try known.get() }
        guard frames.count < Update.depthLimit else {
            deferredContents.insert(declaration)
            throw .deferred(declaration)
        }
        frames.append(Frame(asker: declaration, isInterface: false))
        inProgress.append(Asker(declaration: declaration, isContent: true))
        let result = Result { () throws(AnalysisStop) in try analyseContent(declaration, interface) }
        frames.removeLast()
        if case .failure(.deferred) = result { return try result.get() }
        inProgress.removeLast()
        settledContents[declaration] = result
        return try result.get()
    }

    /// Makes the content of `declaration` if somebody had to put off asking for it.
    func settleDeferredContent(_ declaration: DeclIndex) throws(AnalysisStop) {
        guard deferredContents.contains(declaration), let interface = decodedInterface(declaration) else { return }
        do throws(AnalysisStop) {
            _ = try settleContent(declaration, interface)
        } catch {
            // A failure is reported where it stands; who asked finds it again.
            if case .deferred = error { throw error }
        }
        deferredContents.remove(declaration)
    }

    private func analyseContent(_ declaration: DeclIndex, _ interface: Interface) throws(AnalysisStop) -> Content {
        let body = try analyzer.analyzeBody(
            try syntaxForAnalysis(declaration), of: declaration, interface: interface, program: self)
        guard case .data(let content) = body else { throw .blocked(declaration) }
        takeContent(content, of: declaration)
        return content
    }

    /// Notes the hash that stands for the content of a datum.
    private func takeContent(_ content: Content, of declaration: DeclIndex) {
        let hash = contentHash(content)
        guard graph[state: declaration].bodyHash != hash else { return }
        if !isFromNothing { explanation.noteContentChange(declaration) }
        graph.setBodyHash(declaration, hash)
        announce(declaration)
    }

    private func contentHash(_ content: Content) -> UInt64 {
        Update.hash(analyzer.types.serialize(content) { self.key(of: $0).bytes })
    }

    // MARK: - Exports

    private func analyseExport(_ declaration: DeclIndex) {
        let outcome = outsideAnalysis(declaration) { () throws(AnalysisStop) in
            try analyzer.analyzeExport(try syntaxForAnalysis(declaration), of: declaration, program: self)
        }
        forgetExport(declaration)
        switch outcome.result {
        case .success(let request?):
            graph[state: declaration].bodyState = .done
            addExport(declaration, request)
        case .failure(.failed(let diagnostic)):
            semanticErrors[declaration] = [diagnostic]
            graph[state: declaration].bodyState = .failed
        default:
            graph[state: declaration].bodyState = .blocked
        }
        setBodyEdges(declaration, outcome.edges)
    }

    // MARK: - Edges

    func noteAnalysis(_ declaration: DeclIndex) {
        if !isFromNothing { explanation.noteAnalysis(declaration) }
        guard !hasMark(declaration, Mark.analysed) else { return }
        setMark(declaration, Mark.analysed)
        report.declarations.analysed += 1
        graph[state: declaration].compiledAt = meta.generation
    }

    /// Gives `declaration` the edges of its last analysis, of which the first `inEffect` hold.
    func setEdges(_ declaration: DeclIndex, _ edges: [EdgeRecord], inEffect: Int) {
        if !edgePlaces.isEmpty && graph[state: declaration].edges != edges { edgePlaces[declaration] = nil }
        let given = graph.setEdges(declaration, edges, inEffect: inEffect, &liveness)
        if !given.isEmpty { maybeUnused += given }
    }
}
