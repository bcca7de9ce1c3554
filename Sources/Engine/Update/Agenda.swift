import Semantics

/// What an update has yet to look at, and in which order: so that nothing is looked at that turns out to be dead, and
/// nothing dies that turns out to be used.
///
/// What was just reached comes first: it lives as surely as who reached it, and what it uses may be what that one uses
/// no more, as where a call goes through a new function. Only then those who lost their keepers are given up or kept.
/// Then whoever a change may concern, in the order of rank: a user before what it keeps.
struct Agenda: ~Copyable {
    private var reached = RankQueue()
    private var concerned = RankQueue()

    /// Adds a declaration that came to life.
    mutating func add(reached declaration: DeclIndex, rank: Int64) { reached.push(declaration, rank: rank) }

    /// Adds a declaration that a change may concern.
    mutating func add(concerned declaration: DeclIndex, rank: Int64) { concerned.push(declaration, rank: rank) }

    /// What is to be looked at next: it may have died since it was added. Nil at the end; by then everybody who lost a
    /// keeper has another or is dead.
    mutating func next(_ liveness: inout Liveness, in graph: Graph) -> DeclIndex? {
        if let declaration = reached.pop()?.declaration { return declaration }
        liveness.resolve(graph)
        while let entry = concerned.pop() {
            let rank = graph[state: entry.declaration].rank
            guard rank > entry.rank else { return entry.declaration }
            // It was hung on a keeper that may be yet to be looked at, and may use it no more.
            concerned.push(entry.declaration, rank: rank)
        }
        return nil
    }
}
