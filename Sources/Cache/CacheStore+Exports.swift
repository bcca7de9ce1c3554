extension CacheStore {
    /// All exports, by number of their declaration.
    public func exports() throws(CacheError) -> [ExportRow] { try records(.export, ExportRow.init(number:bytes:)) }

    /// How many there are.
    public func exportCount() throws(CacheError) -> Int {
        try loadExportLists(0)
        return exportLists.exportCount
    }

    /// The export that a declaration is.
    public func export(_ declaration: DeclNumber) throws(CacheError) -> ExportRow? {
        try record(.export, declaration, ExportRow.init(number:bytes:))
    }

    /// The exports of a symbol that is not empty, by number of their declaration.
    public func exports(ofSymbol symbol: [UInt8]) throws(CacheError) -> [ExportRow] {
        try exports(in: .symbol(symbol)) { $0.symbol == symbol }
    }

    /// The export whose symbol has this index in the executable, which is not 0, and maybe others, by number of their
    /// declaration.
    public func exports(withSymbolIndex index: UInt32) throws(CacheError) -> [ExportRow] {
        try exports(in: .index(index)) { $0.symbolIndex == index }
    }

    /// The exports of a declaration other than 0, by number of theirs.
    public func exports(ofTarget target: DeclNumber) throws(CacheError) -> [ExportRow] {
        try exports(in: .target(target)) { $0.target == target }
    }

    /// The exports that a list names. Different symbols may share one.
    private func exports(
        in list: ExportLists.Key, where matches: (ExportRow) -> Bool
    ) throws(CacheError) -> [ExportRow] {
        try loadExportLists(list)
        var rows: [ExportRow] = []
        for declaration in exportLists[list] {
            guard let row = try export(declaration) else { throw .damaged(.export, .count) }
            if matches(row) { rows.append(row) }
        }
        return rows
    }

    /// Puts an export in place of the one of its declaration.
    public func putExport(_ row: ExportRow) throws(CacheError) {
        let old = try export(row.declaration)
        guard row != old else { return }
        try changeExportLists(from: old, to: row)
        try putRecord(.export, row.declaration) { row.encode(into: &$0) }
    }

    /// Removes the export that a declaration is.
    public func removeExport(_ declaration: DeclNumber) throws(CacheError) {
        guard let old = try export(declaration) else { return }
        try changeExportLists(from: old, to: nil)
        try removeRecord(.export, declaration)
    }

    // MARK: Lists

    private func changeExportLists(from old: ExportRow?, to new: ExportRow?) throws(CacheError) {
        try loadExportLists(0)
        let (before, after) = (old?.lists ?? [], new?.lists ?? [])
        for list in before + after { try loadExportLists(list) }
        for list in before where !after.contains(list) { exportLists.remove(old?.declaration ?? 0, from: list) }
        for list in after where !before.contains(list) { exportLists.add(new?.declaration ?? 0, to: list) }
        exportLists.changeCount(by: (new == nil ? 0 : 1) - (old == nil ? 0 : 1))
    }

    private func loadExportLists(_ list: ExportLists.Key) throws(CacheError) {
        try loadExportLists(0)
        try loadExportLists(exportLists.part(of: list))
    }

    /// Reads a part of the lists, if it is not known yet. None is ever missing: a list that is gone would not be missed.
    private func loadExportLists(_ part: UInt64) throws(CacheError) {
        if isUnsaved { exportLists.isWhole = true }
        guard !exportLists.isLoaded(part) else { return }
        let found: Void? = try record(.exportList, part) { (_, bytes) throws(Malformed) in
            try exportLists.load(part, bytes)
        }
        if found == nil { throw .damaged(.exportList, .count) }
    }

    /// Writes the parts that changed; all of them if there are more or fewer now.
    func saveExportLists() throws(CacheError) {
        if isUnsaved { exportLists.isWhole = true }
        guard exportLists.isOther || isUnsaved else { return }
        let before = exportLists.partCount
        let isDividedAnew = exportLists.partCountForCount != before
        if isDividedAnew {
            for part in 0..<before { try loadExportLists(part) }
            exportLists.divideAnew()
        }
        for (part, lists) in exportLists.changedParts(all: isDividedAnew || isUnsaved) {
            try putRecord(.exportList, part) { exportLists.encode(part, lists, into: &$0) }
        }
        if isDividedAnew, !isUnsaved {
            let behind = RecordKind.exportList.key(exportLists.partCount)...RecordKind.exportList.keys.upperBound
            try removeRecords(.exportList, in: behind)
        }
        exportLists.noteSaved()
    }

    /// Whether the lists name all exports, and nothing else.
    func areExportsListed() throws(CacheError) -> Bool {
        var expected = ExportLists()
        expected.isWhole = true
        for row in try exports() {
            for list in row.lists { expected.add(row.declaration, to: list) }
            expected.changeCount(by: 1)
        }
        try loadExportLists(0)
        for part in 0..<exportLists.partCount { try loadExportLists(part) }
        return exportLists.hasSameLists(as: expected)
    }
}

extension ExportRow {
    /// The lists that name it.
    fileprivate var lists: [ExportLists.Key] {
        var lists: [ExportLists.Key] = []
        if !symbol.isEmpty { lists.append(.symbol(symbol)) }
        if target != 0 { lists.append(.target(target)) }
        if symbolIndex != 0 { lists.append(.index(symbolIndex)) }
        return lists
    }

    fileprivate init(number: UInt64, bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        self.init(
            declaration: try narrowed(number), symbol: try reader.countedBytes(), target: try reader.varint32(),
            linkage: try reader.byte(), symbolIndex: try reader.varint32())
        try reader.finish()
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.append(counted: symbol)
        writer.append(varint: target)
        writer.append(linkage)
        writer.append(varint: symbolIndex)
    }
}
