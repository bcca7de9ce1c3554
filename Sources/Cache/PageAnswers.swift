/// What the records of a page have said so far of answers. Neighbours mostly are of one type and ask about the same
/// declarations: a hash that was there before is one byte in place of eight, and an interface none at all.
struct PageAnswers {
    /// In the order in which they came: those that followed are written in full each time.
    private var hashes: [UInt64] = []
    /// The interface of the first whose type has that hash, by the place of the hash.
    private var interfaces: [[UInt8]?] = []

    /// More would be searched for longer than it takes to write them.
    private static let most = 64

    /// Appends a hash: its number in the list, from 1 on; or 0 and itself, which puts it there while there is room.
    mutating func encode(_ hash: UInt64, into writer: inout ByteWriter) {
        if let place = hashes.firstIndex(of: hash) { return writer.append(UInt8(place + 1)) }
        writer.append(0)
        writer.append(fixed: hash)
        add(hash)
    }

    /// Reads what `encode` wrote.
    mutating func decode(from reader: inout ByteReader) throws(Malformed) -> UInt64 {
        let number = Int(try reader.byte())
        if number > 0 {
            guard number <= hashes.count else { throw .number }
            return hashes[number - 1]
        }
        let hash = try reader.fixed()
        add(hash)
        return hash
    }

    private mutating func add(_ hash: UInt64) {
        guard hashes.count < PageAnswers.most else { return }
        hashes.append(hash)
        interfaces.append(nil)
    }

    /// The interface that belongs to the hash of a type.
    func interface(_ hash: UInt64) -> [UInt8]? {
        guard let place = hashes.firstIndex(of: hash) else { return nil }
        return interfaces[place]
    }

    /// Notes the interface of a record whose type has that hash; the first one counts.
    mutating func note(_ interface: [UInt8], of hash: UInt64) {
        guard let place = hashes.firstIndex(of: hash), interfaces[place] == nil else { return }
        interfaces[place] = interface
    }
}
