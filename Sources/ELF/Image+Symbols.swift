// The table of symbols: the null symbol, local ones with fillers between them where some were taken out, global ones.

extension Image {
    /// Symbols, the null symbol and fillers included.
    public var symbolCount: UInt32 {
        UInt32(truncatingIfNeeded: sections[SectionID.symtab.index].state.size / SectionID.symtab.unit)
    }

    /// Adds a local symbol for `size` bytes of a section, `offset` bytes from its start.
    ///
    /// It takes the entry of a filler, else that of the first global symbol, which moves to the end.
    public mutating func addLocalSymbol(
        _ name: [UInt8], _ kind: Symbol.Kind, _ section: SectionID, offset: UInt64, size: UInt64
    ) throws(ImageError) -> (index: SymbolIndex, moved: SymbolMove?) {
        let symbol = try symbol(name, STB_LOCAL, kind, section, offset, size)
        if !isClean, let free = try takeFromHoles(.symtab, SectionID.symtab.unit) {
            let index = SymbolIndex(UInt32(truncatingIfNeeded: free / SectionID.symtab.unit))
            guard index > .none, index < firstGlobal else { throw .damaged(.symbol(index)) }
            try put(symbol, at: index)
            return (index, nil)
        }
        let index = firstGlobal
        let end = try extendSymbols()
        if index < end { try copySymbol(from: index, to: end) }
        try put(symbol, at: index)
        firstGlobal.rawValue += 1
        return (index, index < end ? SymbolMove(from: index, to: end) : nil)
    }

    /// Takes out a local symbol and its name. A filler takes its entry.
    public mutating func removeLocalSymbol(_ index: SymbolIndex) throws(ImageError) {
        let symbol = try self.symbol(index)
        guard index < firstGlobal, symbol.isLocal, !symbol.isFiller else { throw .damaged(.symbol(index)) }
        try removeName(of: symbol)
        try put(.filler, at: index)
        try giveBack(.symtab, index.offset..<(index.offset + SectionID.symtab.unit))
        firstGlobal = min(firstGlobal, SymbolIndex(symbolCount))
    }

    /// Adds a global symbol for `size` bytes of a section, `offset` bytes from its start.
    public mutating func addGlobalSymbol(
        _ name: [UInt8], _ kind: Symbol.Kind, _ binding: Symbol.Binding, _ section: SectionID, offset: UInt64,
        size: UInt64
    ) throws(ImageError) -> SymbolIndex {
        let symbol = try symbol(name, binding.rawValue, kind, section, offset, size)
        let index = try extendSymbols()
        try put(symbol, at: index)
        return index
    }

    /// Takes out a global symbol and its name. The last one takes its entry.
    public mutating func removeGlobalSymbol(_ index: SymbolIndex) throws(ImageError) -> SymbolMove? {
        let symbol = try self.symbol(index)
        guard index >= firstGlobal, !symbol.isLocal else { throw .damaged(.symbol(index)) }
        let last = SymbolIndex(symbolCount - 1)
        try removeName(of: symbol)
        if index < last { try copySymbol(from: last, to: index) }
        let range = last.offset..<(last.offset + SectionID.symtab.unit)
        try clear(.symtab, range)
        try giveBack(.symtab, range)
        firstGlobal = min(firstGlobal, SymbolIndex(symbolCount))
        return index < last ? SymbolMove(from: last, to: index) : nil
    }

    /// Says where what a symbol stands for is now; its name and kind stay.
    public mutating func updateSymbol(
        _ index: SymbolIndex, _ section: SectionID, offset: UInt64, size: UInt64
    ) throws(ImageError) {
        guard index > .none, index.rawValue < symbolCount else { throw .damaged(.symbol(index)) }
        guard section.holdsBlocks else { throw .noBlocks(section) }
        try storeNumber(.symtab, at: index.offset + 6, section.headerIndex)
        try storeNumber(.symtab, at: index.offset + 8, section.address &+ offset)
        try storeNumber(.symtab, at: index.offset + 16, size)
    }

    /// A symbol as it is by now; read from the file if need be.
    public func symbol(_ index: SymbolIndex) throws(ImageError) -> Symbol {
        guard index > .none, index.rawValue < symbolCount else { throw .damaged(.symbol(index)) }
        let bytes = try bytes(.symtab, at: index.offset, count: SectionID.symtab.unit)
        var reader = FieldReader(.elf64Little, bytes[...])
        guard let symbol = try? Symbol(&reader) else { throw .damaged(.symbol(index)) }
        return symbol
    }

    /// Name of a symbol; read from the file if need be.
    public func name(of symbol: Symbol) throws(ImageError) -> [UInt8] {
        try string(.strtab, UInt64(symbol.name))
    }

    private mutating func symbol(
        _ name: [UInt8], _ binding: UInt8, _ kind: Symbol.Kind, _ section: SectionID, _ offset: UInt64, _ size: UInt64
    ) throws(ImageError) -> Symbol {
        guard section.holdsBlocks else { throw .noBlocks(section) }
        var symbol = Symbol()
        // All nameless symbols share the empty string at the start.
        symbol.name = name.isEmpty ? 0 : UInt32(truncatingIfNeeded: try addString(.strtab, name))
        symbol.info = binding << 4 | kind.rawValue
        symbol.section = section.headerIndex
        symbol.value = section.address &+ offset
        symbol.size = size
        return symbol
    }

    private mutating func removeName(of symbol: Symbol) throws(ImageError) {
        if symbol.name != 0 { try removeString(.strtab, UInt64(symbol.name)) }
    }

    private mutating func extendSymbols() throws(ImageError) -> SymbolIndex {
        let offset = try extend(.symtab, SectionID.symtab.unit)
        return SymbolIndex(UInt32(truncatingIfNeeded: offset / SectionID.symtab.unit))
    }

    private mutating func copySymbol(from source: SymbolIndex, to target: SymbolIndex) throws(ImageError) {
        let bytes = try bytes(.symtab, at: source.offset, count: SectionID.symtab.unit)
        try write(.symtab, at: target.offset, bytes)
    }

    private mutating func put(_ symbol: Symbol, at index: SymbolIndex) throws(ImageError) {
        if isClean {
            try check(.symtab, index.offset, SectionID.symtab.unit)
            sections[SectionID.symtab.index].buffer.store(symbol, .elf64Little, at: Int(index.offset))
        } else {
            try write(.symtab, at: index.offset, symbol.bytes(.elf64Little))
        }
    }
}
