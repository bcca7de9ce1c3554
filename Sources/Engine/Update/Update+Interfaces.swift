import BLAKE3
import Cache
import Semantics
import ZIR

/// What declarations are to others: checked when it may have changed, analysed when it has.
extension Update {
    /// Makes sure that the interface of `declaration` is right, by checking what it depends on and analysing it again
    /// if that or its own text changed.
    ///
    /// Goes as deep as 64 declarations on the stack; what lies below is deferred to the caller's explicit stack, so a
    /// chain of any length is analysed in linear time with bounded stack.
    func settleInterface(_ declaration: DeclIndex) throws(AnalysisStop) {
        if hasMark(declaration, Mark.settled) { return }
        let state = graph[state: declaration].interfaceState
        let isStale = graph[state: declaration].isStale
        // Nobody looks at what is dormant, so what it depends on may have changed in an earlier build.
        let isSure = !hasMark(declaration, Mark.suspect) && !graph[state: declaration].isDormant
        if state != .none && !isStale && isSure {
            return setMark(declaration, Mark.settled)
        }
        guard graph[text: declaration].isPresent else {
            return setMark(declaration, Mark.settled)
        }
        if hasMark(declaration, Mark.inProgress) {
            closeLoop(at: declaration)
            record(declaration, .value, seen: 0)
            throw .blocked(declaration)
        }
        guard frames.count < Update.depthLimit else { throw .deferred(declaration) }
        setMark(declaration, Mark.inProgress)
        inProgress.append(Asker(declaration: declaration))
        if graph[text: declaration].isBroken {
            forgetErrors(declaration)
            finishInterface(declaration, .failed, nil, edges: [])
        } else {
            if state == .none || isStale {
                try analyseInterface(declaration)
            } else {
                try verifyInterface(declaration)
            }
        }
        inProgress.removeLast()
        clearMark(declaration, Mark.inProgress)
        setMark(declaration, Mark.settled)
    }

    static let depthLimit = 64

    /// Settles `declaration` from outside any analysis, its content too where that was put off, and first whatever that
    /// is deferred to.
    func settle(_ declaration: DeclIndex) {
        if hasMark(declaration, Mark.settled) && deferredContents.isEmpty { return }
        var (top, depth) = (declaration, inProgress.count)
        // What was deferred to others, the innermost last.
        var waiting: [(declaration: DeclIndex, depth: Int)] = []
        while true {
            abandonProgress(from: depth)
            frames.removeAll()
            do throws(AnalysisStop) {
                try settleInterface(top)
                try settleDeferredContent(top)
                guard let next = waiting.popLast() else { return }
                (top, depth) = next
            } catch {
                guard case .deferred(let next) = error else { unreachable("settling ended with \(error)") }
                waiting.append((top, depth))
                (top, depth) = (next, inProgress.count)
            }
        }
    }

    /// Forgets the analyses that a deferred question ended, but for the outermost `count`.
    func abandonProgress(from count: Int) {
        guard inProgress.count > count else { return }
        for left in inProgress.elements[count...] where !left.isContent {
            clearMark(left.declaration, Mark.inProgress)
        }
        inProgress.removeAll(from: count)
    }

    /// Asks for the interface's answers again, in order: if each is what was seen, the interface is what it was.
    private func verifyInterface(_ declaration: DeclIndex) throws(AnalysisStop) {
        let edges = graph[state: declaration].edges
        let count = edges.prefix { $0.isFromInterface }.count
        frames.append(Frame(asker: declaration, isInterface: true))
        let outcome: Verification
        do throws(AnalysisStop) {
            outcome = try verify(edges[..<count])
        } catch {
            frames.removeLast()
            throw error
        }
        frames.removeLast()
        switch outcome {
        case .same:
            if graph[state: declaration].interfaceState == .blocked { restoreInterface(declaration) }
        case .differs:
            try analyseInterface(declaration)
        case .blocked where loopMembers.contains(declaration):
            try analyseInterface(declaration)
        case .blocked(let place):
            let wasBlocked = graph[state: declaration].interfaceState == .blocked
            blockInterface(declaration, edges, at: place)
            if !wasBlocked { explanation.noteChange(declaration, "it cannot be used now") }
            if !wasBlocked { announce(declaration) }
        }
    }

    /// Sets the interface aside: it holds again if the answers are again what they were. An error is not kept: of that
    /// what is left is what an analysis would find, which goes no further than the failure at `place`.
    private func blockInterface(_ declaration: DeclIndex, _ edges: [EdgeRecord], at place: Int) {
        var edges = edges
        if graph[state: declaration].interfaceState == .failed {
            let bodyEdges = edges.drop { $0.isFromInterface }
            edges = Update.edges(edges, endingWithFailureAt: place) + bodyEdges
        }
        forgetErrors(declaration)
        graph[state: declaration].interfaceState = .blocked
        setEdges(declaration, edges, inEffect: place + 1)
    }

    /// The questions up to that at `place`, to which the answer is a failure now.
    static func edges(_ edges: [EdgeRecord], endingWithFailureAt place: Int) -> [EdgeRecord] {
        var edges = Array(edges[...place])
        if edges[place].kind != .body { edges[place].kind = .value }
        edges[place].seen = 0
        return edges
    }

    /// What became of the questions of an earlier analysis.
    enum Verification {
        /// Every answer is what it was.
        case same
        /// One is another: what was made of them does not hold.
        case differs
        /// The one at this place is a failure.
        case blocked(Int)
    }

    /// Compares the answers to `edges` with what was seen, in order, up to the first that differs.
    func verify(_ edges: ArraySlice<EdgeRecord>) throws(AnalysisStop) -> Verification {
        let ignored = options.ignoredEdges
        for (place, edge) in edges.enumerated() where ignored.isEmpty || !ignored.contains(edge.kind) {
            let target = DeclIndex(edge.target)
            if edge.kind != .exists {
                do throws(AnalysisStop) {
                    try settleInterface(target)
                } catch {
                    if case .deferred = error { throw error }
                    return .blocked(edges.startIndex + place)
                }
            }
            let now = edge.kind == .body ? try contentAnswer(target) : answer(target, edge.kind)
            if now == 0 { return .blocked(edges.startIndex + place) }
            if now != edge.seen { return .differs }
        }
        return .same
    }

    /// The hash that stands for the content of a datum as it is now; 0 if it has none.
    private func contentAnswer(_ declaration: DeclIndex) throws(AnalysisStop) -> UInt64 {
        guard answer(declaration, .type) > Answer.notFound, let interface = decodedInterface(declaration) else {
            return answer(declaration, .type)
        }
        do throws(AnalysisStop) {
            _ = try settleContent(declaration, interface)
            return graph[state: declaration].bodyHash
        } catch {
            if case .deferred = error { throw error }
            return 0
        }
    }

    /// What a blocked interface was before holds again.
    private func restoreInterface(_ declaration: DeclIndex) {
        graph[state: declaration].interfaceState = .done
        explanation.noteChange(declaration, "it can be used again")
        // What the body uses is kept alive again once the body has been looked at.
        let edges = graph[state: declaration].edges
        setEdges(declaration, edges, inEffect: edges.prefix { $0.isFromInterface }.count)
        announce(declaration)
    }

    private func analyseInterface(_ declaration: DeclIndex) throws(AnalysisStop) {
        frames.append(Frame(asker: declaration, isInterface: true))
        var interface: Interface?
        var state = AnalysisState.done
        do throws(AnalysisStop) {
            interface = try makeInterface(declaration)
            if interface == nil { state = .failed }
        } catch {
            switch error {
            case .deferred:
                frames.removeLast()
                throw error
            case .blocked:
                state = .blocked
            case .failed(let diagnostic):
                state = .failed
                semanticErrors[declaration] = [diagnostic]
            }
        }
        let edges = frames.removeLast().edges
        noteAnalysis(declaration)
        let isLoop = !loopMembers.isEmpty && loopMembers.remove(declaration) != nil
        if isLoop, let notes = loopNotes.removeValue(forKey: declaration) {
            let position = analyzer.questionPosition
            semanticErrors[declaration] = [Diagnostic(position, ErrorText.loop, notes: notes)]
        }
        finishInterface(declaration, isLoop ? .failed : state, interface, edges: edges)
        // A member has nothing to compare with when the loop is cut elsewhere: it is analysed again.
        if isLoop { graph[state: declaration].isStale = true }
    }

    /// Nil: the declaration has failed because of an error that stands elsewhere.
    private func makeInterface(_ declaration: DeclIndex) throws(AnalysisStop) -> Interface? {
        if let known = interfaceAhead(declaration) {
            forgetErrors(declaration)
            return known
        }
        let syntax = try syntaxForAnalysis(declaration)
        forgetErrors(declaration)
        if syntax.rootOpcode == .import { return try moduleInterface(declaration, syntax) }
        return try analyzer.analyzeInterface(syntax, of: declaration, program: self)
    }

    /// Takes back what is reported of `declaration`; if that was found in its body, it must be found again.
    private func forgetErrors(_ declaration: DeclIndex) {
        semanticErrors[declaration] = []
        if graph[state: declaration].bodyState == .failed { graph[state: declaration].bodyState = .none }
    }

    /// The parsed form; where that cannot be had any more, the update is over and its results do not count.
    func syntaxForAnalysis(_ declaration: DeclIndex) throws(AnalysisStop) -> Syntax {
        do throws(UpdateStop) {
            return try syntax(of: declaration)
        } catch {
            if stop == nil { stop = error }
            throw .blocked(.none)
        }
    }

    /// Takes over what the analysis of an interface found.
    private func finishInterface(
        _ declaration: DeclIndex, _ state: AnalysisState, _ interface: Interface?, edges: [EdgeRecord]
    ) {
        let oldType = graph[state: declaration].typeHash
        let oldInterface = oldType == 0 ? nil : decodedInterface(declaration)
        let oldAnswers = (graph[state: declaration].interfaceState, graph[state: declaration].valueHash, oldType)
        let oldEdges = graph[state: declaration].edges
        let bodyEdges = oldEdges.drop { $0.isFromInterface }
        let oldBodyInEffect = Int(graph[state: declaration].edgesInEffect) - (oldEdges.count - bodyEdges.count)
        let wasStale = graph[state: declaration].isStale
        graph[state: declaration].interfaceState = state
        graph[state: declaration].isStale = false
        if state == .done, let interface {
            interfaces[declaration] = interface
            storeAnswers(declaration, interface)
        }
        if wasStale || graph[state: declaration].typeHash != oldType {
            graph[state: declaration].bodyState = .none
        }
        // What the body used keeps its hold until the body is looked at, which may still use it. What was dormant held
        // nothing, and brings nothing to life that the body may not use.
        let isBodyHolding = state == .done && !graph[state: declaration].isDormant
        let bodyInEffect = isBodyHolding ? max(oldBodyInEffect, 0) : 0
        let allEdges = bodyEdges.isEmpty ? edges : edges + bodyEdges
        setEdges(declaration, allEdges, inEffect: edges.count + bodyInEffect)
        let newAnswers = (
            graph[state: declaration].interfaceState, graph[state: declaration].valueHash,
            graph[state: declaration].typeHash
        )
        noteInterface(declaration, before: (oldAnswers.0, oldInterface), interface)
        if oldAnswers != newAnswers { announce(declaration) }
        if !graph[state: declaration].isLive { dormant.append(declaration) }
    }

    private func storeAnswers(_ declaration: DeclIndex, _ interface: Interface) {
        let stored = stored(interface, of: declaration)
        graph[state: declaration].typeHash = stored.hash
        graph[state: declaration].valueHash = stored.hash
        graph[state: declaration].interface = stored.bytes
    }

    /// The interface of `declaration` as the cache has it.
    ///
    /// What has an address is to others that, and its type: so whatever is alike in these is stored alike.
    func stored(_ interface: Interface, of declaration: DeclIndex) -> StoredInterface {
        if interface.category == .module { return moduleAnswers(declaration) }
        guard interface.category.hasAddress else { return serialize(interface, of: declaration) }
        let key = interface.typeKey
        if let lastStored, lastStored.key == key { return lastStored.interface }
        if let lastStored { storedInterfaces[lastStored.key] = lastStored.interface }
        let stored = storedInterfaces[key] ?? serialize(interface, of: declaration)
        lastStored = (key, stored)
        return stored
    }

    private func serialize(_ interface: Interface, of declaration: DeclIndex) -> StoredInterface {
        var namesOthers = false
        let bytes = analyzer.types.serialize(interface) { other in
            if other == declaration { return [] }
            namesOthers = true
            return Update.bytes(of: other.rawValue)
        }
        guard namesOthers else { return StoredInterface(bytes: bytes, hash: Update.hash(bytes)) }
        let seen = analyzer.types.serialize(interface) { $0 == declaration ? [] : key(of: $0).bytes }
        return StoredInterface(bytes: bytes, hash: Update.hash(seen))
    }

    /// The declaration that bytes in the stored interface of `owner` name: four its number, none the owner.
    static func declaration(_ bytes: ArraySlice<UInt8>, in owner: DeclIndex) -> DeclIndex? {
        if bytes.isEmpty { return owner }
        guard bytes.count == 4 else { return nil }
        return DeclIndex(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }

    static let moduleMarker: UInt8 = 0xff

    static func bytes(of number: UInt32) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8),
            UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 24),
        ]
    }

    /// A hash of an answer: never one of the reserved values.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        let low = Digest.hash(bytes).low
        return low <= Answer.notFound ? low + 3 : low
    }

    /// The interface as a value, decoded if it comes from the cache.
    func decodedInterface(_ declaration: DeclIndex) -> Interface? {
        if let interface = interfaces[declaration] { return interface }
        let stored = graph[state: declaration].interface
        if stored.first == Update.moduleMarker {
            let interface = Update.moduleInterface
            interfaces[declaration] = interface
            return interface
        }
        do throws(MalformedBytes) {
            let interface = try analyzer.types.deserialize(stored[...]) { Update.declaration($0, in: declaration) }
            interfaces[declaration] = interface
            return interface
        } catch {
            graph.fail(.damaged(.state, .kind))
            return nil
        }
    }
}

extension Interface {
    /// Category and type: all that there is to say of what has an address.
    var typeKey: UInt64 { UInt64(category.rawValue) << 32 | UInt64(type.rawValue) }
}

/// An interface as the cache has it. A declaration names itself by nothing, others by their number.
struct StoredInterface: Sendable {
    var bytes: [UInt8]
    /// What stands for the answer that it gives: the hash of the same with keys for numbers.
    var hash: UInt64
}
