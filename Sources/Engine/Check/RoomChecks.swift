import Cache
import ELF

/// Room in the sections: every byte is owned once, by a block, an entry, a string, the runtime or a hole, and what
/// nobody uses is as free bytes are.
struct RoomChecks {
    let built: ProgramSnapshot
    /// Bytes of zbuild's own code at the start of the text.
    let runtimeSize: UInt64

    /// A run of bytes of a section and whose it is.
    private struct Extent {
        var start: UInt64
        var size: UInt64
        var owner: Owner
        /// How many of the bytes are in use; the others are free.
        var used: UInt64

        var end: UInt64 { start + size }
    }

    private enum Owner: Equatable {
        case declaration(DeclNumber)
        case hole
        case zbuild
        case path(String)
        case symbol(UInt64)
    }

    func run(_ differences: inout Differences) {
        checkHoles(&differences)
        for section in [SectionID.text, .rodata, .data, .bss] { check(blocks(of: section), section, &differences) }
        check(slots, .slots, &differences)
        check(names, .names, &differences)
        check(symbols, .symtab, &differences)
        check(symbolNames, .strtab, &differences)
        checkFreePositions(&differences)
        for section in SectionID.allCases { checkEnd(of: section, &differences) }
    }

    // MARK: - Who owns what

    private func holes(of section: SectionID) -> [HoleRow] { built.holes.filter { $0.section == section.rawValue } }

    private func blocks(of section: SectionID) -> [Extent] {
        let blocks = built.declarations.compactMap { known -> Extent? in
            guard let link = known.state.link, link.sectionID == section else { return nil }
            return Extent(start: link.offset, size: link.room, owner: .declaration(known.number), used: link.size)
        }
        guard section == .text else { return blocks }
        return blocks + [Extent(start: 0, size: runtimeRoom(blocks), owner: .zbuild, used: runtimeSize)]
    }

    /// zbuild's own code is the first block of the text, and its room ends where that of the next begins.
    private func runtimeRoom(_ blocks: [Extent]) -> UInt64 {
        let others = blocks.map(\.start) + holes(of: .text).map(\.offset)
        return others.min() ?? built.section(.text)?.size ?? 0
    }

    private var slots: [Extent] {
        let unit = SectionID.slots.unit
        let reserved = UInt64(SlotIndex.reservedCount) * unit
        let taken = built.declarations.filter { $0.text.slot != 0 }.map { known in
            Extent(start: UInt64(known.text.slot) * unit, size: unit, owner: .declaration(known.number), used: unit)
        }
        return taken + [Extent(start: 0, size: reserved, owner: .zbuild, used: reserved)]
    }

    private var names: [Extent] {
        let paths = built.files.filter { $0.pathName != 0 }.compactMap { file in
            string(.names, at: UInt64(file.pathName), from: SectionID.names.address, .path(file.path))
        }
        let names = built.declarations.filter { $0.text.slot != 0 }.compactMap { known -> Extent? in
            let entry = UInt64(known.text.slot) * SectionID.positions.unit
            let address = built.number(.positions, entry + 4, bytes: 4) ?? 0
            return string(.names, at: address, from: SectionID.names.address, .declaration(known.number))
        }
        return paths + names
    }

    private func string(
        _ section: SectionID, at address: UInt64, from start: UInt64, _ owner: Owner
    ) -> Extent? {
        guard address >= start, let text = built.string(section, address - start) else { return nil }
        let size = UInt64(text.count) + 1
        return Extent(start: address - start, size: size, owner: owner, used: size)
    }

    private var symbolTable: [Symbol] {
        guard let section = built.section(.symtab), let bytes = built.bytes(.symtab, 0, section.size) else { return [] }
        let size = Symbol.elf64Size
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).compactMap { Symbol(elf64: bytes[$0...]) }
    }

    private var symbols: [Extent] {
        let size = UInt64(Symbol.elf64Size)
        return symbolTable.enumerated().filter { !$0.element.isFiller }.map { index, _ in
            Extent(start: UInt64(index) * size, size: size, owner: .symbol(UInt64(index)), used: size)
        }
    }

    private var symbolNames: [Extent] {
        let named = symbolTable.enumerated().filter { $0.element.name != 0 }.compactMap { index, symbol in
            string(.strtab, at: UInt64(symbol.name), from: 0, .symbol(UInt64(index)))
        }
        return named + [Extent(start: 0, size: 1, owner: .zbuild, used: 1)]
    }

    // MARK: - Owned once

    private func check(_ owned: [Extent], _ section: SectionID, _ differences: inout Differences) {
        let size = built.section(section)?.size ?? 0
        let free = holes(of: section).map { Extent(start: $0.offset, size: $0.size, owner: .hole, used: 0) }
        var inside: [Extent] = []
        for extent in owned + free {
            guard extent.start <= size, extent.size <= size - extent.start, extent.used <= extent.size else {
                note(extent, nil, section, "lies outside of the section, or uses more than it owns", &differences)
                continue
            }
            inside.append(extent)
        }
        inside.sort { ($0.start, $0.size) < ($1.start, $1.size) }
        var last: Extent?
        var end: UInt64 = 0
        for extent in inside where extent.size > 0 {
            if extent.start < end {
                note(extent, last, section, "overlaps \(last.map(describe) ?? "nothing")", &differences)
            } else if extent.start > end {
                noteGap(end..<extent.start, section, &differences)
            }
            if extent.end > end { (end, last) = (extent.end, extent) }
            checkFill(extent, section, &differences)
        }
        if end < size { noteGap(end..<size, section, &differences) }
    }

    private func note(
        _ extent: Extent, _ other: Extent?, _ section: SectionID, _ what: String, _ differences: inout Differences
    ) {
        let place = "\(section.name) \(hexadecimal(extent.start)), \(extent.size) bytes"
        for case .declaration(let number)? in [extent.owner, other?.owner] {
            guard let known = built[number] else { continue }
            let subject = extent.owner == .declaration(number) ? "its room" : describe(extent)
            let message = extent.owner == .declaration(number) ? what : "overlaps its room"
            return differences.add(.room, known, "\(subject) in \(place), \(message)")
        }
        differences.addToExecutable(.room, "\(describe(extent)) in \(place), \(what)")
    }

    private func describe(_ extent: Extent) -> String {
        switch extent.owner {
        case .declaration(let number): "the room of \(built.name(number))"
        case .hole: "a hole"
        case .zbuild: "what zbuild owns"
        case .path(let path): "the path '\(path)'"
        case .symbol(let index): "symbol \(index)"
        }
    }

    private func noteGap(_ range: Range<UInt64>, _ section: SectionID, _ differences: inout Differences) {
        differences.addToExecutable(
            .room,
            "\(range.upperBound - range.lowerBound) bytes of \(section.name) from \(hexadecimal(range.lowerBound)) on "
                + "belong to nobody")
    }

    // MARK: - Holes

    /// Holes do not touch, and none is the last of its section.
    private func checkHoles(_ differences: inout Differences) {
        var last: HoleRow?
        for hole in built.holes.sorted(by: { ($0.section, $0.offset) < ($1.section, $1.offset) }) {
            guard let section = SectionID(rawValue: hole.section), let row = built.section(section) else {
                differences.addToCache(.room, "a hole is in section \(hole.section), which there is not")
                continue
            }
            if let last, last.section == hole.section, last.offset &+ last.size == hole.offset {
                differences.addToCache(.room, "two holes of \(section.name) meet at \(hexadecimal(hole.offset))")
            }
            if hole.size == 0 || hole.offset &+ hole.size == row.size {
                differences.addToCache(.room, "the hole of \(section.name) at \(hexadecimal(hole.offset)) is no hole")
            }
            last = hole
        }
    }

    // MARK: - Free bytes

    /// The bytes of a hole, and those of a block that its content does not need.
    private func checkFill(_ extent: Extent, _ section: SectionID, _ differences: inout Differences) {
        guard extent.used < extent.size, section != .bss, section != .symtab,
            let bytes = built.bytes(section, extent.start + extent.used, extent.size - extent.used),
            let place = bytes.firstIndex(where: { $0 != section.fill })
        else { return }
        let offset = extent.start + extent.used + UInt64(place - bytes.startIndex)
        let message = "the free byte at \(section.name) \(hexadecimal(offset)) is \(hexadecimalByte(bytes[place]))"
        if case .declaration(let number) = extent.owner, let known = built[number] {
            differences.add(.fill, known, message + ", behind its content")
        } else {
            differences.addToExecutable(.fill, message)
        }
    }

    /// Positions of free slots are zero.
    private func checkFreePositions(_ differences: inout Differences) {
        for hole in holes(of: .slots) {
            guard let bytes = built.bytes(.positions, hole.offset &* 2, hole.size &* 2) else { continue }
            if bytes.contains(where: { $0 != 0 }) {
                differences.addToExecutable(
                    .fill, "the position of free slot \(hole.offset / SectionID.slots.unit) is not zero")
            }
        }
    }

    /// Room of the file behind the end of a section holds zeros, or what free bytes of the section are.
    private func checkEnd(of section: SectionID, _ differences: inout Differences) {
        guard let row = built.section(section), row.fileRoom > row.size, section != .headers,
            let bytes = built.fileBytes(row.fileOffset &+ row.size, row.fileRoom - row.size),
            let place = bytes.firstIndex(where: { $0 != 0 && $0 != section.fill })
        else { return }
        differences.addToExecutable(
            .fill, "the free byte \(place) of the file, behind \(section.name), is \(hexadecimalByte(bytes[place]))")
    }
}
