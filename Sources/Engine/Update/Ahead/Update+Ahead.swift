import Cache
import Semantics
import ZIR

/// Taking over what was found out ahead, in an update from nothing. It holds: all that was asked follows from the texts, and
/// those were read before.
extension Update {
    /// The interface of `declaration`, which is being analysed; nil if it was not found ahead.
    func interfaceAhead(_ declaration: DeclIndex) -> Interface? {
        guard let interfaces = ahead?.interfaces, let finding = interfaces.known(declaration) else { return nil }
        frames.change(frames.count - 1) { $0.edges = interfaces[finding].edges }
        return interfaces.interface(finding, of: declaration)
    }

    /// Takes over a function that was analysed ahead: what is known of it is written down at once. False if it was not
    /// analysed ahead, or its interface is another's by now.
    func adopt(_ declaration: DeclIndex) -> Bool {
        guard let ahead, let body = ahead.take(declaration), let finding = ahead.interfaces.known(declaration),
            body.edges.starts(with: graph[state: declaration].edges)
        else { return false }
        graph.stateToChange(declaration).pointee.adopt(
            ahead.interfaces[finding].stored, codeHash: code.hash(at: body.code))
        setMark(declaration, Mark.settled | Mark.generated)
        noteAnalysis(declaration)
        report.declarations.generated += 1
        if body.edges.count <= Graph.mostAdded {
            graph.addEdges(declaration, body.edges, &liveness)
        } else {
            setEdges(declaration, body.edges, inEffect: body.edges.count)
        }
        addEdgesToAddresses(declaration, code[body.code].relocations)
        code.put(body.code, of: declaration)
        syntaxes[declaration] = nil
        return true
    }

    /// The parsed form of a declaration without errors, if it was parsed in this run and is not done with.
    func plainSyntax(_ declaration: DeclIndex) -> Syntax? {
        let text = graph.text(declaration)
        return text.pointee.isPresent && !text.pointee.isBroken ? syntaxes[declaration] : nil
    }
}

extension StateRecord {
    /// Takes over what a function is to others, and the hash of its code.
    fileprivate mutating func adopt(_ interface: StoredInterface, codeHash: UInt64) {
        interfaceState = .done
        bodyState = .done
        isStale = false
        self.codeHash = codeHash
        self.interface = interface.bytes
        typeHash = interface.hash
        valueHash = interface.hash
    }
}
