// Strings that end with a NUL: names and paths for the program's own messages, and the names of symbols.

extension Image {
    /// Puts a string where a position can point at it. Gives its address.
    public mutating func addName(_ name: [UInt8]) throws(ImageError) -> UInt32 {
        let offset = try addString(.names, name)
        return UInt32(truncatingIfNeeded: SectionID.names.address + offset)
    }

    /// Takes out the string at an address that `addName` gave.
    public mutating func removeName(_ address: UInt32) throws(ImageError) {
        let start = SectionID.names.address
        guard UInt64(address) >= start else { throw .outOfBounds(.names, offset: 0, count: 0) }
        try removeString(.names, UInt64(address) - start)
    }

    /// The string at an address that `addName` gave; read from the file if need be.
    public func name(_ address: UInt32) throws(ImageError) -> [UInt8] {
        let start = SectionID.names.address
        guard UInt64(address) >= start else { throw .outOfBounds(.names, offset: 0, count: 0) }
        return try string(.names, UInt64(address) - start)
    }

    mutating func addString(_ section: SectionID, _ string: [UInt8]) throws(ImageError) -> UInt64 {
        guard !string.contains(0) else { throw .nulInName }
        let end = UInt64(string.count)
        let offset = try takeRoom(section, end + 1)
        try write(section, at: offset, string)
        // Free room is zero already, so the NUL is there. An update does not rely on that: a hole out of a damaged
        // database must not make two strings one.
        if !isClean { try clear(section, (offset + end)..<(offset + end + 1)) }
        return offset
    }

    mutating func removeString(_ section: SectionID, _ offset: UInt64) throws(ImageError) {
        let end = offset + UInt64(try string(section, offset).count)
        try clear(section, offset..<end)
        try giveBack(section, offset..<(end + 1))
    }

    /// The string at `offset`. Most are short, so it is read in steps, each as long as all before.
    func string(_ section: SectionID, _ offset: UInt64) throws(ImageError) -> [UInt8] {
        var string: [UInt8] = []
        let size = sections[section.index].state.size
        guard offset < size else { throw .damaged(.string(section, offset: offset)) }
        while true {
            let start = offset + UInt64(string.count)
            let step = try bytes(section, at: start, count: min(max(64, UInt64(string.count)), size - start))
            guard !step.isEmpty else { throw .damaged(.string(section, offset: offset)) }
            if let end = step.firstIndex(of: 0) { return string + step[..<end] }
            string += step
        }
    }
}
