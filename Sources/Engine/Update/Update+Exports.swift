import Cache
import ELF
import Semantics
import ZIR

/// Exports: which of them count, and their symbols in the executable.
///
/// The row of an export that is gone, or asks for something else now, keeps the index of the symbol that the
/// executable has for it, so that a later build, once it has no errors, can take that symbol out.
extension Update {
    /// Takes back what an export asked of the linker.
    func forgetExport(_ declaration: DeclIndex) {
        guard var row = graph.attempt(nil, { () throws(CacheError) in try store.export(declaration.rawValue) }) else {
            return
        }
        touchExport(row)
        graph.attempt(()) { () throws(CacheError) in
            guard row.symbolIndex != 0 else { return try store.removeExport(declaration.rawValue) }
            row.symbol = []
            row.target = 0
            try store.putExport(row)
        }
    }

    func addExport(_ declaration: DeclIndex, _ request: ExportRequest) {
        graph.attempt(()) { () throws(CacheError) in
            let old = try store.export(declaration.rawValue)
            let row = ExportRow(
                declaration: declaration.rawValue, symbol: request.symbol, target: request.target.rawValue,
                linkage: request.linkage.rawValue, symbolIndex: old?.symbolIndex ?? 0)
            touchExport(row)
            try store.putExport(row)
        }
    }

    /// An export is in effect again, or no more, without being analysed.
    func touchExport(of declaration: DeclIndex) {
        let row = graph.attempt(nil) { () throws(CacheError) in try store.export(declaration.rawValue) }
        if let row { touchExport(row) }
    }

    private func touchExport(_ row: ExportRow) {
        touchedExports.insert(DeclIndex(row.declaration))
        guard !row.symbol.isEmpty, !options.ignoredEdges.contains(.exportedSymbol) else { return }
        touchedSymbols.insert(row.symbol)
    }

    /// Whether what the row says holds: the export is in the text and has been analysed without error.
    func isInEffect(_ row: ExportRow) -> Bool {
        let declaration = DeclIndex(row.declaration)
        return row.target != 0 && graph[state: declaration].isLive && graph[state: declaration].interfaceState == .done
            && graph[state: declaration].bodyState == .done
    }

    // MARK: - Symbols

    /// Gives exported symbols their entries in the symbol table: all of them, or those that changed and those of what
    /// was `placed` in this run.
    func updateExports(_ image: inout Image, placed: [DeclIndex]?) throws(ImageError) {
        let rows = try exportsToUpdate(placed)
        let winners = winners(rows)
        let won = Set(winners.map(\.declaration))
        for declaration in rows.map(\.declaration) {
            // Read anew: a symbol taken out before may have moved this one.
            guard let row = try exportRow(declaration), row.symbolIndex != 0 else { continue }
            if won.contains(declaration), try hasItsSymbol(row, image) { continue }
            try removeSymbol(of: row.declaration, &image)
        }
        for row in winners { try placeExport(row.declaration, &image) }
    }

    /// The exports whose symbols may have to change. After a build with errors that is not known: all of them.
    private func exportsToUpdate(_ placed: [DeclIndex]?) throws(ImageError) -> [ExportRow] {
        do throws(CacheError) {
            guard let placed, !hadErrors else { return try store.exports() }
            var rows: [DeclNumber: ExportRow] = [:]
            for symbol in touchedSymbols {
                for row in try store.exports(ofSymbol: symbol) { rows[row.declaration] = row }
            }
            for declaration in touchedExports {
                rows[declaration.rawValue] = try store.export(declaration.rawValue)
            }
            for target in placed {
                for row in try store.exports(ofTarget: target.rawValue) where row.symbolIndex != 0 {
                    rows[row.declaration] = row
                }
            }
            return rows.values.sorted { $0.declaration < $1.declaration }
        } catch {
            throw .outside(error)
        }
    }

    /// Whom the exports name.
    func exportTargets() throws(ImageError) -> [DeclIndex] {
        do throws(CacheError) {
            return try store.exports().map { DeclIndex($0.target) }
        } catch {
            throw .outside(error)
        }
    }

    /// One export for each symbol: the strong one if there is one, else the first by path and name; and every internal
    /// one. In the order in which they get their symbols.
    func winners(_ rows: [ExportRow]) -> [ExportRow] {
        var best: [[UInt8]: ExportRow] = [:]
        var result: [ExportRow] = []
        for row in rows where isInEffect(row) {
            if row.linkage == Linkage.Internal.rawValue {
                result.append(row)
            } else if let other = best[row.symbol] {
                if isStronger(row, other) { best[row.symbol] = row }
            } else {
                best[row.symbol] = row
            }
        }
        return (result + best.values).sorted { a, b in
            isBefore(DeclIndex(a.declaration), DeclIndex(b.declaration))
        }
    }

    /// Not by position: moving text must not change the program.
    private func isStronger(_ row: ExportRow, _ other: ExportRow) -> Bool {
        guard row.linkage == other.linkage else { return row.linkage < other.linkage }
        let (a, b) = (DeclIndex(row.declaration), DeclIndex(other.declaration))
        let (fileA, fileB) = (graph.file(of: a), graph.file(of: b))
        return fileA != fileB ? isFileBefore(fileA, fileB) : name(of: a) < name(of: b)
    }

    /// Whether the symbol that the executable has for an export is still one of that name and binding.
    private func hasItsSymbol(_ row: ExportRow, _ image: Image) throws(ImageError) -> Bool {
        let symbol = try image.symbol(SymbolIndex(row.symbolIndex))
        let isInternal = row.linkage == Linkage.Internal.rawValue
        guard symbol.isLocal == isInternal else { return false }
        if !isInternal, symbol.binding != binding(of: row).rawValue { return false }
        let section = graph[state: DeclIndex(row.target)].link.flatMap { SectionID(rawValue: $0.section) }
        guard section == nil || symbol.type == Update.symbolKind(section).rawValue else { return false }
        return try image.name(of: symbol) == row.symbol
    }

    /// What symbols in a section stand for.
    static func symbolKind(_ section: SectionID?) -> Symbol.Kind { section == .text ? .function : .object }

    private func binding(of row: ExportRow) -> Symbol.Binding {
        row.linkage == Linkage.Weak.rawValue ? .weak : .global
    }

    /// Takes the symbol of an export out, and the row with it if nothing else is left of the export.
    private func removeSymbol(of declaration: DeclNumber, _ image: inout Image) throws(ImageError) {
        guard var row = try exportRow(declaration) else { return }
        let index = SymbolIndex(row.symbolIndex)
        if try image.symbol(index).isLocal {
            try image.removeLocalSymbol(index)
        } else if let moved = try image.removeGlobalSymbol(index) {
            noteSymbolMove(moved)
        }
        row.symbolIndex = 0
        graph.attempt(()) { () throws(CacheError) in
            guard row.target != 0 else { return try store.removeExport(declaration) }
            try store.putExport(row)
        }
    }

    /// Writes nothing where nothing is other than it was: then the executable may stay untouched.
    private func updateSymbol(
        _ index: SymbolIndex, _ section: SectionID, _ link: LinkRecord, _ image: inout Image
    ) throws(ImageError) {
        let symbol = try image.symbol(index)
        let isSame = symbol.value == image.address(section, link.offset) && symbol.size == link.size
        if !isSame { try image.updateSymbol(index, section, offset: link.offset, size: link.size) }
    }

    private func exportRow(_ declaration: DeclNumber) throws(ImageError) -> ExportRow? {
        do throws(CacheError) {
            return try store.export(declaration)
        } catch {
            throw .outside(error)
        }
    }

    /// The row is read anew: an entry taken out or added before may have moved this one.
    private func placeExport(_ declaration: DeclNumber, _ image: inout Image) throws(ImageError) {
        guard var row = try exportRow(declaration), let link = graph[state: DeclIndex(row.target)].link,
            let section = SectionID(rawValue: link.section)
        else { return }
        if row.symbolIndex != 0 {
            return try updateSymbol(SymbolIndex(row.symbolIndex), section, link, &image)
        }
        let kind = Update.symbolKind(section)
        if row.linkage == Linkage.Internal.rawValue {
            let added = try image.addLocalSymbol(row.symbol, kind, section, offset: link.offset, size: link.size)
            if let moved = added.moved { noteSymbolMove(moved) }
            row.symbolIndex = added.index.rawValue
        } else {
            row.symbolIndex = try image.addGlobalSymbol(
                row.symbol, kind, binding(of: row), section, offset: link.offset, size: link.size
            ).rawValue
        }
        graph.attempt(()) { () throws(CacheError) in try store.putExport(row) }
    }

    /// A global symbol has another index: the export that it belongs to learns it.
    func noteSymbolMove(_ move: SymbolMove) {
        graph.attempt(()) { () throws(CacheError) in
            for var row in try store.exports(withSymbolIndex: move.from.rawValue) {
                row.symbolIndex = move.to.rawValue
                try store.putExport(row)
            }
        }
    }
}
