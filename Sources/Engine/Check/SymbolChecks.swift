import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// The table of symbols: each declaration and each export that won has its entry, and no entry is nobody's.
struct SymbolChecks {
    let built: ProgramSnapshot

    func run(_ differences: inout Differences) {
        var isOwned: Set<UInt32> = [0]
        for known in built.live {
            guard let link = known.state.link else { continue }
            let expected = symbol(of: link, binding: 0)
            check(link.symbol, Array(known.name.utf8), expected, known, "symbol", &isOwned, &differences)
        }
        checkExports(&isOwned, &differences)
        checkRuntime(&isOwned, &differences)
        checkOthers(isOwned, &differences)
    }

    private var count: UInt32 {
        UInt32(clamping: (built.section(.symtab)?.size ?? 0) / UInt64(Symbol.elf64Size))
    }

    private func entry(_ index: UInt32) -> Symbol? {
        let size = UInt64(Symbol.elf64Size)
        return built.bytes(.symtab, UInt64(index) * size, size).flatMap { Symbol(elf64: $0) }
    }

    /// The symbol of what has a place; its name is looked at apart.
    private func symbol(of link: LinkRecord, binding: UInt8) -> Symbol {
        var symbol = Symbol()
        symbol.info = binding << 4 | Update.symbolKind(link.sectionID).rawValue
        symbol.section = link.sectionID?.headerIndex ?? 0
        symbol.value = link.address
        symbol.size = link.size
        return symbol
    }

    private func check(
        _ index: UInt32, _ name: [UInt8], _ expected: Symbol, _ known: ProgramSnapshot.Known, _ what: String,
        _ isOwned: inout Set<UInt32>, _ differences: inout Differences
    ) {
        guard isOwned.insert(index).inserted else {
            return differences.add(.symbol, known, "its \(what) \(index) is another's too")
        }
        guard var found = entry(index) else {
            return differences.add(.symbol, known, "its \(what) \(index) is not in the table")
        }
        let foundName = self.name(of: found)
        differences.expect(
            foundName == name, .symbol, known,
            "its \(what) \(index) has the name '\(text(foundName))' and not '\(text(name))'")
        found.name = 0
        differences.expect(
            found == expected, .symbol, known,
            "its \(what) \(index) is \(describe(found)) and not \(describe(expected))")
        let isLocal = expected.isLocal
        differences.expect(
            isLocal == (index < built.meta.firstGlobal), .symbol, known,
            "its \(what) \(index) is on the wrong side of the first global one, \(built.meta.firstGlobal)")
    }

    private func name(of symbol: Symbol) -> [UInt8] {
        built.string(.strtab, UInt64(symbol.name)).map(Array.init) ?? []
    }

    private func describe(_ symbol: Symbol) -> String {
        "\(symbol.size) bytes at \(hexadecimal(symbol.value)) (section \(symbol.section), info \(symbol.info))"
    }

    private func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

    // MARK: - Exports

    private func checkExports(_ isOwned: inout Set<UInt32>, _ differences: inout Differences) {
        for row in built.exports where row.symbolIndex != 0 {
            guard let known = built[row.declaration] else { continue }
            guard let link = built[row.target]?.state.link else {
                differences.add(.symbol, known, "its symbol is of \(built.name(row.target)), which has no place")
                continue
            }
            let binding: UInt8 =
                switch Linkage(rawValue: row.linkage) {
                case .Internal: 0
                case .Weak: Symbol.Binding.weak.rawValue
                default: Symbol.Binding.global.rawValue
                }
            let expected = symbol(of: link, binding: binding)
            check(row.symbolIndex, row.symbol, expected, known, "exported symbol", &isOwned, &differences)
        }
        checkWinners(&differences)
    }

    /// Of the exports of one symbol that others can see, exactly one has an entry: one of the strongest.
    private func checkWinners(_ differences: inout Differences) {
        let visible = built.exports.filter { $0.linkage != Linkage.Internal.rawValue }
        for (symbol, rows) in Dictionary(grouping: visible, by: \.symbol).sorted(by: { text($0.key) < text($1.key) }) {
            let winners = rows.filter { $0.symbolIndex != 0 }
            let best = rows.map(\.linkage).min()
            if winners.count != 1 || winners.contains(where: { $0.linkage != best }) {
                differences.addToCache(
                    .symbol,
                    "'\(text(symbol))' has \(winners.count) symbols for \(rows.count) exports, or a weaker one won")
            }
        }
    }

    // MARK: - What no declaration has

    /// The runtime's symbol is the first, because local symbols never move.
    private func checkRuntime(_ isOwned: inout Set<UInt32>, _ differences: inout Differences) {
        let runtime = Runtime(entry: DeclIndex(built.meta.entry))
        let link = LinkRecord(
            section: SectionID.text.rawValue, offset: 0, room: 0, size: UInt64(runtime.code.bytes.count), codeHash: 0,
            symbol: 1, relocations: [])
        guard isOwned.insert(1).inserted, var found = entry(1), name(of: found) == Array("zbuild:runtime".utf8) else {
            return differences.addToExecutable(.symbol, "symbol 1 is not that of zbuild's own code")
        }
        found.name = 0
        if found != symbol(of: link, binding: 0) {
            differences.addToExecutable(.symbol, "the symbol of zbuild's own code is \(describe(found))")
        }
    }

    private func checkOthers(_ isOwned: Set<UInt32>, _ differences: inout Differences) {
        if entry(0) != Symbol() { differences.addToExecutable(.symbol, "symbol 0 is not null") }
        let size = UInt64(Symbol.elf64Size)
        let free = built.holes.filter { $0.section == SectionID.symtab.rawValue }
        let isFree = Set(
            free.flatMap { hole in (0..<min(hole.size / size, UInt64(count))).map { hole.offset / size + $0 } })
        for index in 0..<count where !isOwned.contains(index) {
            guard let found = entry(index), !(isFree.contains(UInt64(index)) && found.isFiller) else { continue }
            differences.addToExecutable(.symbol, "symbol \(index) '\(text(name(of: found)))' belongs to nobody")
        }
    }
}
