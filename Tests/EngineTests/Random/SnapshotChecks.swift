import Cache
import ELF
import ZIR

/// What must hold of any build by itself, whatever came before it. Collects what does not.
final class SnapshotChecks {
    let snapshot: ProgramSnapshot
    private var faults: [String] = []

    private init(snapshot: ProgramSnapshot) { self.snapshot = snapshot }

    /// All that is wrong with what a build left.
    static func faults(in snapshot: ProgramSnapshot, isGood: Bool) -> [String] {
        let checks = SnapshotChecks(snapshot: snapshot)
        checks.checkUsers()
        checks.checkKeepers()
        checks.checkCounts(isGood: isGood)
        if isGood {
            checks.checkNothingDeadIsLeft()
            for known in snapshot.live { checks.checkPlace(known) }
            checks.checkSymbols()
            checks.checkRoom()
        }
        return checks.faults
    }

    private func expect(_ condition: Bool, _ fault: @autoclosure () -> String) {
        if !condition { faults.append(fault()) }
    }

    // MARK: - The graph

    /// Users are the edges the other way round.
    private func checkUsers() {
        var users: [DeclNumber: Set<DeclNumber>] = [:]
        for known in snapshot.declarations.values {
            for edge in known.state.edges { users[edge.target, default: []].insert(known.number) }
        }
        for known in snapshot.declarations.values.sorted(by: { $0.name < $1.name }) {
            let expected = users[known.number, default: []].sorted()
            expect(
                known.users.sorted() == expected,
                "users of \(known.name): \(names(known.users)), by the edges \(names(expected))")
        }
        checkPassingUsers()
        for target in users.keys where snapshot.declarations[target] == nil {
            faults.append("an edge of \(names(users[target, default: []].sorted())) to nobody, \(target)")
        }
    }

    /// Users in interfaces and in content are counted.
    private func checkPassingUsers() {
        var counts: [DeclNumber: UInt32] = [:]
        for known in snapshot.declarations.values {
            let edges = known.state.edges.filter { $0.isFromInterface || known.state.bodyHash != 0 }
            for target in Set(edges.map(\.target)) { counts[target, default: 0] += 1 }
        }
        for known in snapshot.declarations.values.sorted(by: { $0.name < $1.name }) {
            let expected = counts[known.number, default: 0]
            expect(
                known.state.passingUserCount == expected,
                "\(known.name) counts \(known.state.passingUserCount) users that pass changes on, not \(expected)")
        }
    }

    private func names(_ numbers: [DeclNumber]) -> [String] { numbers.map(snapshot.name).sorted() }

    /// Every keeper lives, uses what it keeps, and is of a smaller rank; only exports have none.
    private func checkKeepers() {
        for known in snapshot.live {
            let state = known.state
            if state.keeper == 0 {
                let isExport = known.text.opcode == Opcode.export.rawValue
                expect(isExport, "\(known.name) is live without a keeper")
                continue
            }
            guard let keeper = snapshot.declarations[state.keeper] else {
                faults.append("the keeper of \(known.name) is nobody, \(state.keeper)")
                continue
            }
            expect(keeper.state.isLive, "\(known.name) is kept by \(keeper.name), which is dead")
            expect(
                keeper.state.rank < state.rank,
                "\(known.name) of rank \(state.rank) is kept by \(keeper.name) of rank \(keeper.state.rank)")
            let inEffect = keeper.state.edges.prefix(Int(keeper.state.edgesInEffect))
            expect(
                inEffect.contains { $0.target == known.number && $0.kind != .exists },
                "\(known.name) is kept by \(keeper.name), which does not use it")
        }
        checkReach()
    }

    /// Exactly what an export reaches lives.
    private func checkReach() {
        var reached: Set<DeclNumber> = []
        var stack = snapshot.declarations.values.filter {
            $0.text.isPresent && $0.text.opcode == Opcode.export.rawValue
        }.map(\.number)
        while let number = stack.popLast() {
            guard reached.insert(number).inserted, let known = snapshot.declarations[number] else { continue }
            let inEffect = known.state.edges.prefix(Int(known.state.edgesInEffect))
            stack += inEffect.filter { $0.kind != .exists }.map(\.target)
        }
        for known in snapshot.declarations.values.sorted(by: { $0.name < $1.name }) {
            let isReached = reached.contains(known.number)
            expect(
                isReached == known.state.isLive,
                "\(known.name) is \(isReached ? "reached" : "not reached") and \(known.state.isLive ? "live" : "dead")")
        }
    }

    private func checkCounts(isGood: Bool) {
        let present = snapshot.declarations.values.count(where: \.text.isPresent)
        expect(Int(snapshot.meta.totalCount) == present, "\(snapshot.meta.totalCount) counted, \(present) present")
        let live = snapshot.live.count
        expect(Int(snapshot.meta.liveCount) == live, "\(snapshot.meta.liveCount) counted live, \(live) are")
        expect(
            Int(snapshot.meta.pendingCount) == snapshot.pending.count,
            "\(snapshot.meta.pendingCount) counted pending, \(snapshot.pending.count) are")
        // One more may stand that is in no text.
        let extra = Int(snapshot.meta.errorCount) - snapshot.diagnostics.count
        expect(
            extra == 0 || extra == 1 && !isGood,
            "\(snapshot.meta.errorCount) errors counted, \(snapshot.diagnostics.count) are")
    }

    /// After a good build there is no trace of what is not in it.
    private func checkNothingDeadIsLeft() {
        expect(snapshot.pending.isEmpty, "pending after a good build")
        expect(snapshot.diagnostics.isEmpty, "errors after a good build")
        for known in snapshot.declarations.values where !known.state.isLive {
            var empty = StateRecord()
            empty.users = known.state.users
            empty.hasUserRows = known.state.hasUserRows
            empty.passingUserCount = known.state.passingUserCount
            // A text that changed and was never analysed is stale; that says nothing.
            empty.isStale = known.state.isStale
            expect(known.state == empty, "\(known.name) is dead and has a state: \(known.state)")
            expect(known.text.slot == 0, "\(known.name) is dead and has slot \(known.text.slot)")
            expect(
                known.text.isPresent || !known.users.isEmpty,
                "\(known.name) is in no text, has no users, and keeps its number")
        }
        for known in snapshot.live {
            expect(known.text.isPresent, "\(known.name) is live and in no text")
            expect(
                known.state.interfaceState == .done && !known.state.isDormant && !known.state.isStale,
                "\(known.name) is live and not done: \(known.state.interfaceState), dormant \(known.state.isDormant), "
                    + "stale \(known.state.isStale)")
        }
    }

    // MARK: - The executable

    /// Slot, position and fields of one declaration hold what they should.
    private func checkPlace(_ known: ProgramSnapshot.Known) {
        guard let link = known.state.link else {
            return expect(known.text.slot == 0, "\(known.name) has slot \(known.text.slot) and no block")
        }
        guard let section = SectionID(rawValue: link.section) else { return faults.append("\(known.name): section") }
        let address = section.address + link.offset
        let slot = UInt64(known.text.slot)
        expect(slot >= 3, "\(known.name) has a block and no slot")
        expect(link.codeHash == known.state.codeHash, "\(known.name): linked code is not the analysed code")
        expect(
            snapshot.number(.slots, slot * 8, bytes: 8) == address, "\(known.name): its slot does not hold its address")
        checkPosition(known, slot)
        for relocation in link.relocations { checkField(relocation, of: known, link, section) }
    }

    private func checkPosition(_ known: ProgramSnapshot.Known, _ slot: UInt64) {
        let path = snapshot.number(.positions, slot * 16, bytes: 4).flatMap(snapshot.string)
        let name = snapshot.number(.positions, slot * 16 + 4, bytes: 4).flatMap(snapshot.string)
        let line = snapshot.number(.positions, slot * 16 + 8, bytes: 4)
        let column = snapshot.number(.positions, slot * 16 + 12, bytes: 4)
        expect(path == known.path, "\(known.name): its position is in \(path ?? "nothing")")
        expect(name == known.name, "\(known.name): its position names \(name ?? "nothing")")
        expect(
            line == UInt64(known.line) && column == UInt64(known.column),
            "\(known.name) at \(known.line):\(known.column): its position is \(line ?? 0):\(column ?? 0)")
    }

    private func checkField(
        _ relocation: RelocationRecord, of known: ProgramSnapshot.Known, _ link: LinkRecord, _ section: SectionID
    ) {
        guard FieldKind.isAddress(relocation.kind) else { return }
        let offset = link.offset + UInt64(relocation.offset)
        let here = section.address &+ offset
        let addend = UInt64(bitPattern: relocation.addend)
        let target = snapshot.declarations[relocation.target]
        let count = UInt64(FieldKind.size(relocation.kind))
        let value: UInt64
        switch relocation.kind {
        case FieldKind.slotPC32:
            expect(target?.state.link != nil, "\(known.name) uses the slot of \(target?.name ?? "nobody"), unlinked")
            value = SlotIndex(target?.text.slot ?? 0).address &+ addend &- here
        case FieldKind.panicSlotPC32:
            value = SlotIndex.panicHandler.address &+ addend &- here
        case FieldKind.ownSlot32:
            value = UInt64(known.text.slot) &+ addend
        default:
            guard let other = target?.state.link, let base = SectionID(rawValue: other.section)?.address else {
                return faults.append("\(known.name) holds the address of \(target?.name ?? "nobody"), unlinked")
            }
            value = base &+ other.offset &+ addend
        }
        let found = snapshot.number(section, offset, bytes: count)
        let expected = count == 4 ? value & 0xffff_ffff : value
        expect(
            found == expected,
            "\(known.name)+\(relocation.offset) holds \(found ?? 0) and not \(expected), for \(target?.name ?? "nobody")"
        )
    }

    // MARK: - Symbols

    private struct SymbolText: Hashable, Comparable {
        var name: String
        var value: UInt64
        var size: UInt64
        var binding: UInt8

        static func < (a: SymbolText, b: SymbolText) -> Bool {
            (a.name, a.value, a.size, a.binding) < (b.name, b.value, b.size, b.binding)
        }
    }

    private func checkSymbols() {
        guard let reader = try? ELFReader(snapshot.executable), let symbols = try? reader.symbols() else {
            return faults.append("the executable cannot be read")
        }
        var found: [SymbolText] = []
        for (index, symbol) in symbols.enumerated().dropFirst() where !symbol.isFiller {
            let name = (try? reader.name(of: symbol)) ?? "unreadable"
            expect(
                symbol.isLocal == (index < Int(snapshot.meta.firstGlobal)),
                "symbol \(index) '\(name)' is on the wrong side of \(snapshot.meta.firstGlobal)")
            found.append(SymbolText(name: name, value: symbol.value, size: symbol.size, binding: symbol.binding))
        }
        var expected: [SymbolText] = []
        for known in snapshot.live {
            guard let link = known.state.link, let section = SectionID(rawValue: link.section) else { continue }
            let text = SymbolText(
                name: known.name, value: section.address + link.offset, size: link.size, binding: 0)
            expected.append(text)
            expect(
                Int(link.symbol) < symbols.count && symbols[Int(link.symbol)].value == text.value,
                "\(known.name): symbol \(link.symbol) is not its own")
        }
        for export in snapshot.exports where export.symbolIndex != 0 {
            guard let text = exportSymbol(export) else { continue }
            expected.append(text)
        }
        expected += found.filter { $0.name == "zbuild:runtime" }
        expect(
            found.sorted() == expected.sorted(),
            "symbols: \(Set(found).symmetricDifference(expected).sorted()) are in one of table and cache only")
        checkExportedSymbols()
    }

    private func exportSymbol(_ export: ExportRow) -> SymbolText? {
        let name = String(decoding: export.symbol, as: UTF8.self)
        guard let link = snapshot.declarations[export.target]?.state.link,
            let section = SectionID(rawValue: link.section)
        else {
            faults.append("symbol '\(name)' is of \(snapshot.name(export.target)), unlinked")
            return nil
        }
        return SymbolText(
            name: name, value: section.address + link.offset, size: link.size,
            binding: export.linkage == 2 ? 0 : export.linkage == 1 ? 2 : 1)
    }

    /// Of the exports of one symbol that others can see, exactly one has an entry.
    private func checkExportedSymbols() {
        for (symbol, rows) in Dictionary(grouping: snapshot.exports.filter { $0.linkage != 2 }, by: \.symbol) {
            let name = String(decoding: symbol, as: UTF8.self)
            let winners = rows.filter { $0.symbolIndex != 0 }
            expect(winners.count == 1, "symbol '\(name)' has \(winners.count) entries for \(rows.count) exports")
            let best = rows.map(\.linkage).min()
            expect(winners.allSatisfy { $0.linkage == best }, "symbol '\(name)': a weaker export won")
        }
        for row in snapshot.exports where row.linkage == 2 {
            expect(row.symbolIndex != 0, "an internal export of \(snapshot.name(row.target)) has no symbol")
        }
    }

    // MARK: - Room

    /// Every byte of a section is owned once: by a block, an entry, a string or a hole.
    private func checkRoom() {
        for section in [SectionID.rodata, .data, .bss] { checkRoom(of: section, blocks(of: section)) }
        let text = blocks(of: .text)
        let firstBlock = (text + holes(of: .text)).map(\.lowerBound).min() ?? size(of: .text)
        checkRoom(of: .text, text + [0..<firstBlock])
        let slots = snapshot.live.filter { $0.text.slot != 0 }.map { UInt64($0.text.slot) * 8 }
        checkRoom(of: .slots, slots.map { $0..<($0 + 8) } + [0..<24])
        checkRoom(of: .names, names())
        checkSymbolRoom()
    }

    private func size(of section: SectionID) -> UInt64 { snapshot.sections[section.rawValue]?.size ?? 0 }

    private func blocks(of section: SectionID) -> [Range<UInt64>] {
        snapshot.live.compactMap(\.state.link).filter { $0.section == section.rawValue }
            .map { $0.offset..<($0.offset + $0.room) }
    }

    private func holes(of section: SectionID) -> [Range<UInt64>] {
        snapshot.holes.filter { $0.section == section.rawValue }.map { $0.offset..<($0.offset + $0.size) }
    }

    private func checkRoom(of section: SectionID, _ owned: [Range<UInt64>]) {
        var end: UInt64 = 0
        for range in (owned + holes(of: section)).filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound })
        {
            expect(range.lowerBound == end, "\(section): \(end) to \(range.lowerBound) is owned twice or not at all")
            end = range.upperBound
        }
        expect(end == size(of: section), "\(section): owned up to \(end) of \(size(of: section))")
    }

    private func names() -> [Range<UInt64>] {
        var addresses = snapshot.files.values.map { UInt64($0.pathName) }.filter { $0 != 0 }
        for known in snapshot.live where known.text.slot != 0 {
            if let name = snapshot.number(.positions, UInt64(known.text.slot) * 16 + 4, bytes: 4) {
                addresses.append(name)
            }
        }
        return addresses.map { address in
            let start = address &- SectionID.names.address
            return start..<(start + UInt64(snapshot.string(at: address)?.utf8.count ?? 0) + 1)
        }
    }

    private func checkSymbolRoom() {
        guard let reader = try? ELFReader(snapshot.executable), let symbols = try? reader.symbols() else { return }
        var strings: [Range<UInt64>] = [0..<1]
        for symbol in symbols where symbol.name != 0 {
            let name = (try? reader.name(of: symbol)) ?? ""
            strings.append(UInt64(symbol.name)..<(UInt64(symbol.name) + UInt64(name.utf8.count) + 1))
        }
        checkRoom(of: .strtab, strings)
        let entries = symbols.indices.filter { $0 == 0 || !symbols[$0].isFiller }
            .map { UInt64($0) * 24..<(UInt64($0) * 24 + 24) }
        checkRoom(of: .symtab, entries)
    }
}
