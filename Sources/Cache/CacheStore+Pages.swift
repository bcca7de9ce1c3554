/// Statements of table `text`.
struct TextStatements: ~Copyable {
    var get = Statement("SELECT * FROM text WHERE page = ?")
    var put = Statement("REPLACE INTO text VALUES (?,?,?,?)")
    var remove = Statement("DELETE FROM text WHERE page = ?")
    var search = Statement("SELECT page FROM text WHERE instr(records, ?) > 0 ORDER BY page")
}

/// Statements of table `state`.
struct StateStatements: ~Copyable {
    var get = Statement("SELECT * FROM state WHERE page = ?")
    var put = Statement("REPLACE INTO state VALUES (?,?,?)")
    var remove = Statement("DELETE FROM state WHERE page = ?")
}

extension CacheStore {
    /// A page's texts; nil if there is no such page.
    public func textPage(_ page: PageNumber) throws(CacheError) -> TextPage? {
        try row(.text, &textStatements.get, [.number(page)]) { (row) throws(Malformed) in
            try TextPage(number: try row.integer(), file: try row.integer(), decoding: try row.borrowed())
        }
    }

    /// Pages that may hold a declaration of this name: their bytes have it, and are not looked at otherwise.
    public func textPages(holding name: [UInt8]) throws(CacheError) -> [PageNumber] {
        defer { textStatements.search.reset() }
        var pages: [PageNumber] = []
        let key = packed { $0.append(counted: name) }
        try cacheErrors { () throws(SQLiteError) in try textStatements.search.start(in: database, [key]) }
        while try cacheErrors({ () throws(SQLiteError) in try textStatements.search.step() }) {
            var row = Row(textStatements.search)
            do { pages.append(try row.integer()) } catch { throw .damaged(.text, error) }
        }
        return pages
    }

    /// Puts a page's texts in place of those that are there.
    public func putTextPage(_ page: TextPage) throws(CacheError) {
        var packer = PagePacker()
        page.records.withUnsafeBufferPointer { packer.add($0, of: page.number, file: page.file) }
        for page in packer.finish() { try putPage(page) }
    }

    /// Puts a page in place of the one that is there.
    public func putPage(_ page: PackedPage) throws(CacheError) {
        switch page.table {
        case .text: try put(page, &textStatements.put)
        default: try put(page, &stateStatements.put)
        }
    }

    /// Removes a page's texts.
    public func removeTextPage(_ page: PageNumber) throws(CacheError) {
        try remove(.text, &textStatements.remove, [.number(page)])
    }

    /// What is known about a page's declarations; nil if there is no such page.
    public func statePage(_ page: PageNumber) throws(CacheError) -> StatePage? {
        try row(.state, &stateStatements.get, [.number(page)]) { (row) throws(Malformed) in
            try StatePage(number: try row.integer(), decoding: try row.borrowed())
        }
    }

    /// Puts what is known about a page's declarations in place of what is there.
    public func putStatePage(_ page: StatePage) throws(CacheError) {
        var packer = PagePacker()
        page.records.withUnsafeBufferPointer { packer.add($0, of: page.number) }
        for page in packer.finish() { try putPage(page) }
    }

    /// Removes what is known about a page's declarations.
    public func removeStatePage(_ page: PageNumber) throws(CacheError) {
        try remove(.state, &stateStatements.remove, [.number(page)])
    }
}
