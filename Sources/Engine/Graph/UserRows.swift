import Cache

/// User records that a run has changed: each is read once and written once, however many of its users come and
/// go. A record without users is none.
struct UserRows {
    /// By target and part.
    private var changed: [DeclNumber: [UInt32: [DeclNumber]]] = [:]

    /// The first row of `target` from `part` on, as it is by now.
    func row(of target: DeclNumber, from part: UInt32, in store: CacheStore) throws(CacheError) -> UserRow? {
        var part = part
        while true {
            let stored = try store.userRow(target, from: part)
            let own = changed[target]?.filter { $0.key >= part && !$0.value.isEmpty }.min { $0.key < $1.key }
            guard let stored, stored.part < own?.key ?? UInt32.max else {
                return own.map { UserRow(target: target, part: $0.key, users: $0.value) }
            }
            if changed[target]?[stored.part] == nil { return stored }
            part = stored.part + 1
        }
    }

    /// Changes the users in one row. Gives how many rows more there are: 1, 0 or -1.
    mutating func change(
        of target: DeclNumber, part: UInt32, in store: CacheStore, _ change: (inout [DeclNumber]) -> Void
    ) throws(CacheError) -> Int64 {
        var users: [DeclNumber]
        if let known = changed[target]?[part] {
            users = known
        } else {
            users = try store.userRow(target, part: part)?.users ?? []
        }
        let before = users.isEmpty ? 0 : 1
        change(&users)
        changed[target, default: [:]][part] = users
        return Int64((users.isEmpty ? 0 : 1) - before)
    }

    /// Writes what was changed.
    mutating func save(to store: CacheStore) throws(CacheError) {
        for (target, parts) in changed.sorted(by: { $0.key < $1.key }) {
            for (part, users) in parts.sorted(by: { $0.key < $1.key }) {
                if users.isEmpty {
                    try store.removeUserRow(target, part: part)
                } else {
                    try store.putUserRow(UserRow(target: target, part: part, users: users))
                }
            }
        }
        changed = [:]
    }
}
