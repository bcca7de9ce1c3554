import Cache
import Semantics

/// Up to this many users of a declaration stand in its own record; more are in user records, 1,024 numbers each,
/// so that a declaration which everybody uses costs an edit one small record and not a list of everybody.
private let inlineUsers = 32
private let usersPerPart: UInt32 = 1024

extension Graph {
    /// Everybody who asks about `declaration`, ascending where the cache knew them.
    func users(of declaration: DeclIndex) -> [DeclIndex] {
        var users: [DeclIndex] = []
        _ = firstUser(of: declaration) { user in
            users.append(user)
            return false
        }
        return users
    }

    /// Whether anybody asks about `declaration`.
    func hasUsers(_ declaration: DeclIndex) -> Bool {
        !self[state: declaration].users.isEmpty || self[state: declaration].userRowCount > 0
    }

    /// The first who asks about `declaration` and is `wanted`. Of those in rows of their own it reads as many as it must.
    func firstUser(of declaration: DeclIndex, where wanted: (DeclIndex) -> Bool) -> DeclIndex? {
        for user in self[state: declaration].users where wanted(DeclIndex(user)) { return DeclIndex(user) }
        let count = self[state: declaration].userRowCount
        var part: UInt32 = 0
        for _ in 0..<count {
            guard let row = userRow(declaration, from: part) else { return nil }
            for user in row.users where wanted(DeclIndex(user)) { return DeclIndex(user) }
            part = row.part + 1
        }
        return nil
    }

    /// The next of the rows that `declaration` says it has.
    private func userRow(_ declaration: DeclIndex, from part: UInt32) -> UserRow? {
        let row = attempt(nil) { () throws(CacheError) in
            try userRows.row(of: declaration.rawValue, from: part, in: store)
        }
        guard let row, isKnown(row.users) else {
            fail(.damaged(.user, .number))
            return nil
        }
        return row
    }

    /// Notes that `user` asks about `declaration`. The caller knows that it did not before.
    func addUser(_ user: DeclIndex, of declaration: DeclIndex) {
        addUser(user, of: declaration, stateToChange(declaration))
    }

    /// The same where `state` is that of `declaration`.
    @inline(__always)
    func addUser(_ user: DeclIndex, of declaration: DeclIndex, _ state: UnsafeMutablePointer<StateRecord>) {
        if let count = state.pointee.addUser(user) {
            if count == inlineUsers + 1 { notePopular(declaration) }
            return
        }
        changeUsers(of: declaration, part: user.rawValue / usersPerPart) { users in
            let place = users.firstIndex { $0 > user.rawValue } ?? users.count
            users.insert(user.rawValue, at: place)
        }
    }

    /// Notes that `user` does not ask about `declaration` any more.
    func removeUser(_ user: DeclIndex, of declaration: DeclIndex) {
        if self[state: declaration].users.contains(user.rawValue) {
            self[state: declaration].users.remove(user.rawValue)
        } else if self[state: declaration].userRowCount > 0 {
            changeUsers(of: declaration, part: user.rawValue / usersPerPart) { users in
                users.removeAll { $0 == user.rawValue }
            }
        }
    }

    /// Moves the users of `declaration`, if there are many, into rows of their own.
    func moveManyUsersToRows(_ declaration: DeclIndex) throws(CacheError) {
        let users = self[state: declaration].users.sorted()
        guard users.count > inlineUsers else { return }
        var start = 0
        while start < users.count {
            let part = users[start] / usersPerPart
            let end = users[start...].firstIndex { $0 / usersPerPart != part } ?? users.count
            try store.putUserRow(
                UserRow(target: declaration.rawValue, part: part, users: Array(users[start..<end])))
            self[state: declaration].userRowCount += 1
            start = end
        }
        self[state: declaration].users = []
    }
}

extension StateRecord {
    /// Adds a user to those in the record, and gives how many these are; nil if they have rows of their own.
    fileprivate mutating func addUser(_ user: DeclIndex) -> Int? {
        guard userRowCount == 0 else { return nil }
        users.append(user.rawValue)
        return users.count
    }
}
