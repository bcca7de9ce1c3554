import Cache
import ZIR

/// What must hold of the cache's graph by itself, whatever came before: users are the edges the other way round,
/// keepers keep exactly what an export reaches alive, and counters count.
struct GraphChecks {
    let snapshot: ProgramSnapshot
    /// Whether the last build had no errors: then nothing is left of what is not in it.
    let isGood: Bool

    func run(_ differences: inout Differences) {
        checkUsers(&differences)
        checkKeepers(&differences)
        checkReach(&differences)
        checkCounters(&differences)
        if isGood { checkLeftovers(&differences) }
    }

    // MARK: - Users

    private func checkUsers(_ differences: inout Differences) {
        var users: [DeclNumber: [DeclNumber]] = [:]
        var passing: [DeclNumber: UInt32] = [:]
        for known in snapshot.declarations {
            for target in Set(known.state.edges.map(\.target)) {
                users[target, default: []].append(known.number)
                if snapshot[target] == nil {
                    differences.add(.edges, known, "has an edge to a declaration that is not there, \(target)")
                }
            }
            for target in passingTargets(known) { passing[target, default: 0] += 1 }
        }
        for known in snapshot.declarations {
            compareUsers(known, users[known.number, default: []].sorted(), &differences)
            let count = passing[known.number, default: 0]
            differences.expect(
                known.state.passingUserCount == count, .users, known,
                "counts \(known.state.passingUserCount) users that pass changes on, and has \(count)")
        }
    }

    /// Of what `known` asks about, that of which a change concerns its own users too.
    private func passingTargets(_ known: ProgramSnapshot.Known) -> Set<DeclNumber> {
        Set(known.state.edges.lazy.filter { $0.isFromInterface || known.state.bodyHash != 0 }.map(\.target))
    }

    private func compareUsers(
        _ known: ProgramSnapshot.Known, _ expected: [DeclNumber], _ differences: inout Differences
    ) {
        guard known.users != expected else { return }
        let (listed, actual) = (Set(known.users), Set(expected))
        for user in actual.subtracting(listed).sorted() {
            differences.add(.users, known, "\(snapshot.name(user)) uses it and is not among its users")
        }
        for user in listed.subtracting(actual).sorted() {
            differences.add(.users, known, "\(snapshot.name(user)) is among its users and has no edge to it")
        }
        if listed.count != known.users.count { differences.add(.users, known, "a user is listed twice") }
    }

    // MARK: - Life

    /// Every keeper lives, uses what it keeps, and is of a smaller rank; only exports have none.
    private func checkKeepers(_ differences: inout Differences) {
        for known in snapshot.live {
            guard known.state.keeper != 0 else {
                differences.expect(isExport(known), .keeper, known, "is in the build, and nobody keeps it")
                continue
            }
            guard let keeper = snapshot[known.state.keeper] else {
                differences.add(.keeper, known, "is kept by a declaration that is not there, \(known.state.keeper)")
                continue
            }
            let (rank, above) = (known.state.rank, keeper.state.rank)
            differences.expect(
                keeper.state.isLive, .keeper, known, "is kept by \(keeper.name), which is not in the build")
            differences.expect(
                above < rank, .keeper, known, "has rank \(rank), and is kept by \(keeper.name) of rank \(above)")
            differences.expect(
                uses(keeper).contains(known.number), .keeper, known, "is kept by \(keeper.name), which does not use it")
        }
    }

    private func isExport(_ known: ProgramSnapshot.Known) -> Bool {
        known.text.isPresent && known.text.opcode == Opcode.export.rawValue
    }

    /// What `known` keeps or could keep in the build.
    private func uses(_ known: ProgramSnapshot.Known) -> some Sequence<DeclNumber> {
        known.state.edges.prefix(Int(known.state.edgesInEffect)).lazy.filter { $0.kind != .exists }.map(\.target)
    }

    /// Exactly what an export reaches lives.
    private func checkReach(_ differences: inout Differences) {
        var reached: Set<DeclNumber> = []
        var stack = snapshot.declarations.filter(isExport).map(\.number)
        while let number = stack.popLast() {
            guard reached.insert(number).inserted, let known = snapshot[number] else { continue }
            stack += uses(known)
        }
        for known in snapshot.declarations {
            let isReached = reached.contains(known.number)
            guard isReached != known.state.isLive else { continue }
            let message =
                isReached
                ? "is used by what is in the build, and is not in the build"
                : "is in the build, and no export reaches it"
            differences.add(.life, known, message)
        }
    }

    // MARK: - Counters

    private func checkCounters(_ differences: inout Differences) {
        let meta = snapshot.meta
        func expect(_ counter: UInt32, _ count: Int, _ what: String) {
            if Int(counter) != count {
                differences.addToCache(.counters, "counts \(counter) \(what), and has \(count)")
            }
        }
        expect(meta.liveCount, snapshot.live.count, "declarations in the build")
        expect(meta.totalCount, snapshot.declarations.count(where: \.text.isPresent), "declarations in the sources")
        expect(meta.pendingCount, snapshot.pending.count, "declarations that wait for the linker")
        expect(meta.exportCount, snapshot.exports.count, "exports")
        expect(meta.fileCount, snapshot.files.count, "files")
        expect(meta.pageCount, snapshot.files.reduce(0) { $0 + $1.pages.count }, "pages")
        expect(meta.diagnosticCount, snapshot.diagnostics.count, "errors in texts")
        // One more may stand that is in no text: then it is the only one that counts.
        let extra = Int(meta.errorCount) - snapshot.diagnostics.count
        if extra != 0 && (isGood || extra != 1) { expect(meta.errorCount, snapshot.diagnostics.count, "errors") }
        var counts: [FileNumber: Int] = [:]
        for known in snapshot.declarations where known.text.isPresent { counts[known.file, default: 0] += 1 }
        for file in snapshot.files {
            expect(file.declarationCount, counts[file.number, default: 0], "declarations in '\(file.path)'")
        }
        checkGenerations(&differences)
    }

    private func checkGenerations(_ differences: inout Differences) {
        for known in snapshot.declarations where known.state.compiledAt > snapshot.meta.generation {
            differences.add(.counters, known, "was compiled by an update that has not been yet")
        }
    }

    // MARK: - Leftovers

    /// After a build without errors there is no trace of what is not in it.
    private func checkLeftovers(_ differences: inout Differences) {
        for row in snapshot.pending {
            differences.addToCache(.leftovers, "\(snapshot.name(row.declaration)) waits for the linker")
        }
        for row in snapshot.diagnostics {
            differences.addToCache(.leftovers, "an error stands: \(row.message)")
        }
        for known in snapshot.declarations {
            if known.state.isLive { checkLive(known, &differences) } else { checkDead(known, &differences) }
        }
    }

    private func checkLive(_ known: ProgramSnapshot.Known, _ differences: inout Differences) {
        let state = known.state
        differences.expect(known.text.isPresent, .leftovers, known, "is in the build and in no source file")
        let isDone = state.interfaceState == .done && !state.isDormant && !state.isStale
        differences.expect(isDone, .state, known, "is in the build, and its analysis is not done")
        differences.expect(
            state.edgesInEffect == UInt32(clamping: state.edges.count), .edges, known,
            "\(state.edgesInEffect) of its \(state.edges.count) edges hold")
    }

    private func checkDead(_ known: ProgramSnapshot.Known, _ differences: inout Differences) {
        var empty = StateRecord()
        empty.users = known.state.users
        empty.userRowCount = known.state.userRowCount
        empty.passingUserCount = known.state.passingUserCount
        // A text that changed and was never analysed is stale; that says nothing.
        empty.isStale = known.state.isStale
        differences.expect(
            known.state == empty, .leftovers, known, "is not in the build, and something is known about it")
        differences.expect(
            known.text.slot == 0, .leftovers, known, "is not in the build, and has slot \(known.text.slot)")
        differences.expect(
            known.text.isPresent || !known.users.isEmpty, .leftovers, known,
            "is in no source file, nobody asks for it, and it keeps its number")
    }
}
