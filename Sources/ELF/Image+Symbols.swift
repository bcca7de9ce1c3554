// The table of symbols: the null symbol, local ones with fillers between them where some were taken out, global ones.

extension Image {
    /// Symbols, the null symbol and fillers included.
    public var symbolCount: UInt32 {
        UInt32(truncatingIfNeeded: sections[SectionID.symtab.index].state.size / symbolSize)
    }

    /// Bytes of an entry.
    private var symbolSize: UInt64 { sections[SectionID.symtab.index].layout.unit }

    private func offset(of index: SymbolIndex) -> UInt64 { index.offset(target.format) }

    /// Adds a local symbol for `size` bytes of a section, `offset` bytes from its start.
    ///
    /// It takes the entry of a filler, else that of the first global symbol, which moves to the end.
    public mutating func addLocalSymbol(
        _ name: [UInt8], _ kind: Symbol.Kind, _ section: SectionID, offset: UInt64, size: UInt64
    ) throws(ImageError) -> (index: SymbolIndex, moved: SymbolMove?) {
        let symbol = try symbol(name, STB_LOCAL, kind, section, offset, size)
        if !isClean, let free = try takeFromHoles(.symtab, symbolSize) {
            let index = SymbolIndex(UInt32(truncatingIfNeeded: free / symbolSize))
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
        try giveBack(.symtab, offset(of: index)..<(offset(of: index) + symbolSize))
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
        let range = offset(of: last)..<(offset(of: last) + symbolSize)
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
        let entry = self.offset(of: index)
        if target.format.is64Bit {
            try storeNumber(.symtab, at: entry + 6, section.headerIndex)
            try storeNumber(.symtab, at: entry + 8, section.address &+ offset)
            try storeNumber(.symtab, at: entry + 16, size)
        } else {
            try storeNumber(.symtab, at: entry + 4, UInt32(truncatingIfNeeded: section.address &+ offset))
            try storeNumber(.symtab, at: entry + 8, UInt32(truncatingIfNeeded: size))
            try storeNumber(.symtab, at: entry + 14, section.headerIndex)
        }
    }

    /// A symbol as it is by now; read from the file if need be.
    public func symbol(_ index: SymbolIndex) throws(ImageError) -> Symbol {
        guard index > .none, index.rawValue < symbolCount else { throw .damaged(.symbol(index)) }
        let bytes = try bytes(.symtab, at: offset(of: index), count: symbolSize)
        var reader = FieldReader(target.format, bytes[...])
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
        let offset = try extend(.symtab, symbolSize)
        return SymbolIndex(UInt32(truncatingIfNeeded: offset / symbolSize))
    }

    private mutating func copySymbol(from source: SymbolIndex, to end: SymbolIndex) throws(ImageError) {
        let bytes = try bytes(.symtab, at: offset(of: source), count: symbolSize)
        try write(.symtab, at: offset(of: end), bytes)
    }

    private mutating func put(_ symbol: Symbol, at index: SymbolIndex) throws(ImageError) {
        if isClean {
            try check(.symtab, offset(of: index), symbolSize)
            sections[SectionID.symtab.index].buffer.store(symbol, target.format, at: Int(offset(of: index)))
        } else {
            try write(.symtab, at: offset(of: index), symbol.bytes(target.format))
        }
    }
}
