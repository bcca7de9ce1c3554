// How room in a section is found and given back: blocks, entries of tables and strings all come down to this.

extension Image {
    /// Takes `room` bytes at an aligned address: the best hole, else the end of the section. A clean image always takes
    /// the end, so that what stands where follows from the order of the calls.
    mutating func takeRoom(_ section: SectionID, _ room: UInt64, alignment: UInt64 = 1) throws(ImageError) -> UInt64 {
        if !isClean, let offset = try takeFromHoles(section, room, alignment) { return offset }
        return try extend(section, room, alignment)
    }

    /// Takes room out of a hole, what is left over stays free. Nil if no hole has as much.
    ///
    /// The best hole may be too small once its start is aligned; then one is taken that is large enough wherever it
    /// stands. Offsets in holes are multiples of the unit, so most alignments need no second look.
    mutating func takeFromHoles(
        _ section: SectionID, _ room: UInt64, _ alignment: UInt64 = 1
    ) throws(ImageError) -> UInt64? {
        for size in [room, room + alignment] {
            guard let hole = try holes.bestFit(section, atLeast: size) else { return nil }
            try check(hole, section)
            let start = try aligned(hole.offset, section, alignment)
            guard start <= hole.end, room <= hole.end - start else { continue }
            try holes.remove(hole, section)
            try insert(hole.offset..<start, section)
            try insert((start + room)..<hole.end, section)
            return start
        }
        return nil
    }

    /// Takes room at the end of a section, which gets larger. Bytes before the aligned start become a hole.
    mutating func extend(_ section: SectionID, _ room: UInt64, _ alignment: UInt64 = 1) throws(ImageError) -> UInt64 {
        let size = sections[section.index].state.size
        let start = try aligned(size, section, alignment)
        try grow(section, to: start + room)
        try insert(size..<start, section)
        return start
    }

    /// Makes a section larger; the new bytes are as those of holes.
    mutating func grow(_ section: SectionID, to size: UInt64) throws(ImageError) {
        let old = sections[section.index].state.size
        guard size <= sections[section.index].layout.limit else { throw .sectionFull(section, needed: size) }
        sections[section.index].state.size = size
        // The bytes of a clean image are as those of holes until somebody writes them.
        if !isClean, sections[section.index].hasBytes, sections[section.index].layout.fill != 0 {
            // Bytes of the file after the end of a section are zero.
            try clear(section, old..<size)
        }
    }

    /// Gives room back: it becomes one hole with its neighbours, or the section gets smaller if it is the last.
    ///
    /// The caller has overwritten the bytes.
    mutating func giveBack(_ section: SectionID, _ range: Range<UInt64>) throws(ImageError) {
        guard !range.isEmpty else { return }
        var start = range.lowerBound
        var end = range.upperBound
        if let before = try holes.hole(section, endingAt: start) {
            try check(before, section)
            try holes.remove(before, section)
            start = before.offset
        }
        if let after = try holes.hole(section, startingAt: end) {
            try check(after, section)
            try holes.remove(after, section)
            end = after.end
        }
        if end == sections[section.index].state.size {
            // A filler is a symbol: no bytes that free room may have.
            if section == .symtab { try clear(section, start..<end) }
            sections[section.index].state.size = start
        } else {
            try insert(start..<end, section)
        }
    }

    /// Takes `room` bytes from the start of the hole that follows `offset`; there are as many.
    mutating func takeStart(of hole: Hole, _ section: SectionID, _ room: UInt64) throws(ImageError) {
        try holes.remove(hole, section)
        try insert((hole.offset + room)..<hole.end, section)
    }

    /// The hole that begins at `offset`, checked.
    func holeAfter(_ section: SectionID, _ offset: UInt64) throws(ImageError) -> Hole? {
        guard let hole = try holes.hole(section, startingAt: offset) else { return nil }
        try check(hole, section)
        return hole
    }

    private func insert(_ range: Range<UInt64>, _ section: SectionID) throws(ImageError) {
        guard !range.isEmpty else { return }
        try holes.insert(Hole(offset: range.lowerBound, size: range.upperBound - range.lowerBound), section)
    }

    /// Holes come out of a database: one that cannot be would lead to writing over what others own.
    private func check(_ hole: Hole, _ section: SectionID) throws(ImageError) {
        let size = sections[section.index].state.size
        let unit = sections[section.index].layout.unit
        let isInside = hole.offset < size && hole.size <= size - hole.offset
        guard isInside, hole.size > 0, hole.offset % unit == 0, hole.size % unit == 0 else {
            throw .damaged(.hole(section, hole))
        }
    }

    /// The first offset from `offset` on whose address is a multiple of `alignment`.
    private func aligned(
        _ offset: UInt64, _ section: SectionID, _ alignment: UInt64
    ) throws(ImageError) -> UInt64 {
        let address = sections[section.index].layout.address
        guard let rounded = (address + offset).rounded(upTo: alignment) else { throw .invalidAlignment(alignment) }
        return rounded - address
    }
}
