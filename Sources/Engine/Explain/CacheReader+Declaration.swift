import Cache
import ELF
import Semantics
import ZIR

extension CacheReader {
    /// What is known about `declaration`, with at most `limit` neighbours of each kind: the name of each costs a page.
    func answer(_ declaration: DeclIndex, limit: Int) throws(UpdateStop) -> DeclarationAnswer {
        let text = graph[text: declaration]
        var answer = DeclarationAnswer(
            name: update.qualifiedName(declaration), path: update.path(of: declaration),
            position: update.position(of: declaration), status: try status(declaration))
        answer.instruction = text.isPresent ? Opcode(rawValue: text.opcode)?.spelling : nil
        if graph[state: declaration].interfaceState == .done, let interface = update.decodedInterface(declaration) {
            let hasType = interface.category != .module && interface.category != .export
            answer.type = hasType ? update.typeText(interface) : nil
            answer.value = interface.category == .constant ? update.valueText(interface.value) : nil
        }
        answer.block = try block(declaration)
        answer.compilation = try compilation(declaration)
        let edges = graph[state: declaration].edges
        answer.useCount = edges.count
        answer.uses = edges.prefix(limit).map { edge in use(edge, naming: DeclIndex(edge.target)) }
        let users = graph.users(of: declaration)
        answer.userCount = users.count
        answer.users = users.prefix(limit).map { user in use(of: declaration, by: user) }
        let keepers = keepers(declaration)
        answer.keeperCount = keepers.count
        let near = keepers.dropLast().prefix(max(limit, 1) - 1)
        answer.keepers = (near + keepers.suffix(1)).map(update.qualifiedName)
        answer.symbol = try exportedSymbol(keepers.last ?? declaration)
        if answer.status == .blocked { answer.blocker = update.blocker(of: declaration).map(update.qualifiedName) }
        answer.problems = try problems(declaration)
        answer.freshness = freshness()
        return answer
    }

    private func status(_ declaration: DeclIndex) throws(UpdateStop) -> DeclarationAnswer.Status {
        let state = graph[state: declaration]
        let text = graph[text: declaration]
        guard text.isPresent else { return .missing }
        if text.isBroken { return .failed }
        guard state.isLive else { return state.isDormant ? .dormant : .unreached }
        if state.interfaceState == .failed || state.bodyState == .failed { return .failed }
        if update.isBlocked(declaration) { return .blocked }
        let waiting = try UpdateStop.cache { () throws(CacheError) in
            meta.pendingCount == 0 ? nil : try store.pending(declaration.rawValue)
        }
        return waiting == nil ? .built : .pending
    }

    private func block(_ declaration: DeclIndex) throws(UpdateStop) -> DeclarationAnswer.Block? {
        guard let link = graph[state: declaration].link, let section = SectionID(rawValue: link.section) else {
            return nil
        }
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.sections() }
        let start = rows.first { $0.number == link.section }?.fileOffset
        return DeclarationAnswer.Block(
            section: section.name, address: Block(section: section, offset: link.offset, room: link.room).address,
            fileOffset: section == .bss ? nil : start.map { $0 + link.offset }, size: link.size, room: link.room,
            slot: graph[text: declaration].slot)
    }

    // MARK: - Compilation

    private func compilation(_ declaration: DeclIndex) throws(UpdateStop) -> DeclarationAnswer.Compilation? {
        let state = graph[state: declaration]
        guard state.compiledAt != 0 else { return nil }
        let row = try UpdateStop.cache { () throws(CacheError) in try store.build(state.compiledAt) }
        var compilation = DeclarationAnswer.Compilation(
            build: state.compiledAt, lastBuild: meta.generation, time: row?.time, reason: reason(declaration))
        if state.compiledAt == meta.generation { compilation.causes = try causes(declaration) }
        return compilation
    }

    /// Why it was compiled last. Who caused it is named as long as they still have to do with each other: another may
    /// have its number by now.
    private func reason(_ declaration: DeclIndex) -> String {
        let state = graph[state: declaration]
        let other = DeclIndex(state.compiledAfter)
        func isUsed(_ target: DeclIndex, by user: DeclIndex) -> Bool {
            other != .none && graph[state: user].edges.contains { $0.target == target.rawValue }
        }
        switch Cause.Kind(rawValue: state.compiledFor) {
        case nil: return "everything was"
        case .added: return "it was new"
        case .changed, .layout, .removed: return "its source had changed"
        case .file: return "the file that it imports had come or gone"
        case .reached where isUsed(declaration, by: other):
            return "\(update.qualifiedName(other)) had begun to use it"
        case .reached: return "something had begun to use it"
        case .dependency where isUsed(other, by: declaration):
            return "\(update.qualifiedName(other)), which it uses, had changed"
        case .dependency, .checked, .unreached, .linked: return "something that it used had changed"
        }
    }

    /// The last build's causes of `declaration`, from the first.
    private func causes(_ declaration: DeclIndex) throws(UpdateStop) -> [Cause] {
        let causes = try lastBuild().report.causes
        var index = causes.firstIndex { $0.declaration == declaration.rawValue }
        var chain: [Cause] = []
        while let place = index {
            chain.append(causes[place])
            index = causes[place].parent
        }
        chain.reverse()
        for place in chain.indices { chain[place].parent = place == 0 ? nil : place - 1 }
        return chain
    }

    // MARK: - Neighbours

    /// The fullest question that `user` asked about `declaration`.
    private func use(of declaration: DeclIndex, by user: DeclIndex) -> DeclarationAnswer.Use {
        let edges = graph[state: user].edges.filter { $0.target == declaration.rawValue }
        let fullest = edges.max { $0.kind.rawValue < $1.kind.rawValue }
        let none = EdgeRecord(target: declaration.rawValue, kind: .exists, isFromInterface: false, seen: 0)
        return use(fullest ?? none, naming: user)
    }

    private func use(_ edge: EdgeRecord, naming declaration: DeclIndex) -> DeclarationAnswer.Use {
        DeclarationAnswer.Use(
            name: update.qualifiedName(declaration), question: edge.kind.question,
            isForInterface: edge.isFromInterface, isInBuild: graph[state: declaration].isLive)
    }

    /// From its keeper to an export. The end is an export in any case; a damaged cache must not make it endless.
    private func keepers(_ declaration: DeclIndex) -> [DeclIndex] {
        var chain: [DeclIndex] = []
        var seen: Set<DeclIndex> = [declaration]
        var next = graph[state: declaration].isLive ? DeclIndex(graph[state: declaration].keeper) : .none
        while next != .none, seen.insert(next).inserted {
            chain.append(next)
            next = DeclIndex(graph[state: next].keeper)
        }
        return chain
    }

    private func exportedSymbol(_ declaration: DeclIndex) throws(UpdateStop) -> String? {
        let row = try UpdateStop.cache { () throws(CacheError) in try store.export(declaration.rawValue) }
        return row.flatMap { $0.symbol.isEmpty ? nil : String(decoding: $0.symbol, as: UTF8.self) }
    }

    private func problems(_ declaration: DeclIndex) throws(UpdateStop) -> [DeclarationAnswer.Problem] {
        guard meta.errorCount > 0 else { return [] }
        let number = declaration.rawValue
        return try UpdateStop.cache { () throws(CacheError) in try store.diagnostics() }
            .filter { row in
                let isInLoop = row.message == ErrorText.loop && row.notes.contains { $0.declaration == number }
                return row.declaration == number || isInLoop
            }
            .map { row in
                let place = DeclIndex(row.declaration)
                return DeclarationAnswer.Problem(
                    path: update.path(of: place),
                    position: update.position(of: place).adding(Position(line: row.line, column: row.column)),
                    message: row.message)
            }
    }
}

extension EdgeKind {
    /// What it asks, for people.
    fileprivate var question: String {
        switch self {
        case .exists: "exists"
        case .type: "type"
        case .value: "value"
        case .body: "content"
        }
    }
}
