import Cache
import ELF
import Semantics

// Static data: where it belongs, and the code and data that waits for a build without errors.
extension Update {
    /// The section of a datum: zeros need no room in the file, and what the program may change is apart from the rest.
    func section(of declaration: DeclIndex, _ content: Content) -> SectionID {
        if content.zeros > 0 { return .bss }
        guard let interface = decodedInterface(declaration), interface.category == .global,
            case .pointer(let pointer) = analyzer.types[interface.type]
        else { return .rodata }
        return pointer.isConst ? .rodata : .data
    }

    /// Adds to the edges of a body one to each declaration whose address its bytes hold, as `relocations` say, and that it
    /// did not ask about itself: when that moves, its users are looked through.
    func addEdgesToAddresses(_ declaration: DeclIndex, _ relocations: [RelocationRecord]) {
        guard !relocations.isEmpty, !options.ignoredEdges.contains(.address) else { return }
        // Code nearly always names what its body asked about; of a function that is seen without a list.
        let areFew =
            relocations.count <= OrderedTargets.searched
            && graph[state: declaration].edges.count <= OrderedTargets.searched
        guard !areFew || !hasAsked(declaration, about: relocations) else { return }
        let edges = graph[state: declaration].edges.drop { $0.isFromInterface }
        var known = OrderedTargets(edges) { $0.kind != .exists }
        known.insert(declaration.rawValue)
        var added: [EdgeRecord] = []
        for relocation in relocations where relocation.target != 0 && !known.contains(relocation.target) {
            known.insert(relocation.target)
            // Who is named by an answer that was found ahead may not have been asked yet.
            settle(DeclIndex(relocation.target))
            let seen = answer(DeclIndex(relocation.target), .type)
            added.append(EdgeRecord(target: relocation.target, kind: .type, isFromInterface: false, seen: seen))
        }
        if !added.isEmpty { setBodyEdges(declaration, edges + added) }
    }

    /// Whether the body of `declaration` asked about all that `relocations` name.
    private func hasAsked(_ declaration: DeclIndex, about relocations: [RelocationRecord]) -> Bool {
        let state = graph.state(declaration)
        for relocation in relocations where relocation.target != 0 && relocation.target != declaration.rawValue {
            var isAsked = false
            for edge in state.pointee.edges where edge.target == relocation.target {
                isAsked = isAsked || edge.kind != .exists && !edge.isFromInterface
            }
            if !isAsked { return false }
        }
        return true
    }
}

extension GeneratedCode {
    /// What waited: of `.bss` the bytes are the size.
    init?(_ row: PendingRow, hash: UInt64) {
        guard let section = SectionID(rawValue: row.section), row.section != 0 else { return nil }
        self.init(
            section: section, alignment: row.alignment, bytes: row.bytes[...], relocations: row.relocations, hash: hash)
        guard section == .bss else { return }
        zeros = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        bytes = []
    }

    /// What is to wait of `declaration`.
    func pendingRow(_ declaration: DeclIndex) -> PendingRow {
        let size = stride(from: UInt64(0), to: 64, by: 8).map { UInt8(truncatingIfNeeded: zeros >> $0) }
        return PendingRow(
            declaration: declaration.rawValue, section: section.rawValue, alignment: alignment,
            bytes: section == .bss ? size : Array(bytes), relocations: relocations)
    }
}
