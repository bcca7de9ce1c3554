/// What the records of a page have said so far of answers. Neighbours mostly are of one type and ask about the same
/// declarations: a hash that was there before is one byte in place of eight, and an interface none at all.
struct PageAnswers {
    /// In the order in which they came: those that followed are written in full each time.
    private var answers: [Answer] = []

    private struct Answer {
        var hash: UInt64
        /// The interface of the first whose type has that hash.
        var interface: [UInt8]?
    }

    /// More would be searched for longer than it takes to write them.
    private static let most = 64

    /// Appends a hash: its number in the list, from 1 on; or 0 and itself, which puts it there while there is room.
    @inline(__always)
    mutating func encode(_ hash: UInt64, into cursor: inout ByteCursor) {
        if let place = place(of: hash) { return cursor.append(UInt8(truncatingIfNeeded: place + 1)) }
        cursor.append(0)
        cursor.append(fixed: hash)
        add(hash)
    }

    /// Where a hash stands that was there before.
    @inline(__always)
    private func place(of hash: UInt64) -> Int? {
        for place in answers.indices where answers[place].hash == hash { return place }
        return nil
    }

    /// Reads what `encode` wrote.
    mutating func decode(from reader: inout ByteReader) throws(Malformed) -> UInt64 {
        let number = Int(try reader.byte())
        if number > 0 {
            guard number <= answers.count else { throw .number }
            return answers[number - 1].hash
        }
        let hash = try reader.fixed()
        add(hash)
        return hash
    }

    @inline(never)
    private mutating func add(_ hash: UInt64) {
        if answers.count < PageAnswers.most { answers.append(Answer(hash: hash)) }
    }

    /// The interface that belongs to the hash of a type.
    func interface(_ hash: UInt64) -> [UInt8]? {
        guard let place = place(of: hash) else { return nil }
        return answers[place].interface
    }

    /// Notes the interface of a record whose type has that hash; the first one counts.
    mutating func note(_ interface: [UInt8], of hash: UInt64) {
        guard let place = place(of: hash), answers[place].interface == nil else { return }
        answers[place].interface = interface
    }
}
