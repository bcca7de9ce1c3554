import Cache
import Semantics

/// Up to this many users of a declaration stand in its own record; more are rows of table `user`, 1,024 numbers each,
/// so that a declaration which everybody uses costs an edit one small row and not a list of everybody.
private let inlineUsers = 32
private let usersPerPart: UInt32 = 1024

extension Graph {
    /// Everybody who asks about `declaration`, ascending where the cache knew them.
    func users(of declaration: DeclIndex) -> [DeclIndex] {
        var numbers = self[state: declaration].users
        if self[state: declaration].hasUserRows {
            let rows = attempt([]) { () throws(CacheError) in try store.userRows(declaration.rawValue) }
            numbers += rows.flatMap(\.users)
        }
        return numbers.map(DeclIndex.init)
    }

    /// Notes that `user` asks about `declaration`. The caller knows that it did not before.
    func addUser(_ user: DeclIndex, of declaration: DeclIndex) {
        guard self[state: declaration].hasUserRows else {
            return self[state: declaration].users.append(user.rawValue)
        }
        changePart(of: declaration, holding: user) { users in
            let place = users.firstIndex { $0 > user.rawValue } ?? users.count
            users.insert(user.rawValue, at: place)
        }
    }

    /// Notes that `user` does not ask about `declaration` any more.
    func removeUser(_ user: DeclIndex, of declaration: DeclIndex) {
        if let place = self[state: declaration].users.firstIndex(of: user.rawValue) {
            self[state: declaration].users.remove(at: place)
        } else if self[state: declaration].hasUserRows {
            changePart(of: declaration, holding: user) { users in users.removeAll { $0 == user.rawValue } }
        }
    }

    private func changePart(of declaration: DeclIndex, holding user: DeclIndex, _ change: (inout [DeclNumber]) -> Void)
    {
        let part = user.rawValue / usersPerPart
        attempt(()) { () throws(CacheError) in
            var row =
                try store.userRow(declaration.rawValue, part: part)
                ?? UserRow(target: declaration.rawValue, part: part, users: [])
            change(&row.users)
            if row.users.isEmpty {
                try store.removeUserRow(declaration.rawValue, part: part)
            } else {
                try store.putUserRow(row)
            }
        }
    }

    /// Sorts the users in the records of `page`, and moves those of declarations with many into rows of their own.
    func moveManyUsersToRows(
        _ page: PageNumber, _ records: UnsafeMutableBufferPointer<StateRecord>
    ) throws(CacheError) {
        for place in records.indices where !records[place].users.isEmpty {
            records[place].users.sort()
            let users = records[place].users
            guard users.count > inlineUsers else { continue }
            let target = DeclIndex(page: page, place: place).rawValue
            var start = 0
            while start < users.count {
                let part = users[start] / usersPerPart
                let end = users[start...].firstIndex { $0 / usersPerPart != part } ?? users.count
                try store.putUserRow(UserRow(target: target, part: part, users: Array(users[start..<end])))
                start = end
            }
            records[place].users = []
            records[place].hasUserRows = true
        }
    }
}
