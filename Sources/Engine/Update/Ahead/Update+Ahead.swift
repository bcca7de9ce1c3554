import Cache
import Semantics
import ZIR

/// Taking over what was found out ahead: as from the cache, if the answers to what was asked are still what they were.
extension Update {
    /// The interface of `declaration`, which is being analysed; nil if it was not found ahead.
    func interfaceAhead(_ declaration: DeclIndex) throws(AnalysisStop) -> Interface? {
        guard let edges = ahead?.interfaces.takeQuestions(of: declaration), let interface = interfaces[declaration],
            case .same = try verify(edges[...])
        else { return nil }
        frames[frames.count - 1].edges = edges
        return interface
    }

    /// Takes over the body of `declaration`, of which nothing but its interface is known yet; false if it was not analysed
    /// ahead, or as what it turned out not to be.
    func takeBodyAhead(_ declaration: DeclIndex) -> Bool {
        guard let ahead, let place = ahead.take(declaration) else { return false }
        defer { ahead.leave(place) }
        let edges = ahead.edges(place)
        guard edges.starts(with: graph[state: declaration].edges), case .same = verifyBody(declaration, edges) else {
            return false
        }
        graph[state: declaration].bodyState = .done
        setEdges(declaration, edges, inEffect: edges.count)
        let code = ahead.code(place)
        take(code, of: declaration)
        addEdgesToAddresses(declaration, code.relocations)
        return true
    }

    /// The parsed form of a declaration without errors, if it was parsed in this run and is not done with.
    func plainSyntax(_ declaration: DeclIndex) -> Syntax? {
        guard graph[text: declaration].isPresent, !graph[text: declaration].isBroken else { return nil }
        return syntaxes[declaration]
    }
}
