extension CacheStore {
    /// A page's texts; nil if there is no such page.
    public func textPage(_ page: PageNumber) throws(CacheError) -> TextPage? {
        try record(.text, page) { (number, bytes) throws(Malformed) in
            try TextPage(number: try narrowed(number), decoding: bytes)
        }
    }

    /// Reads a page's texts into 64 new records, where they stay. Gives its file; nil if there is no such page. After an
    /// error the records are good for nothing.
    public func readTexts(
        of page: PageNumber, into records: UnsafeMutableBufferPointer<TextRecord>
    ) throws(CacheError) -> FileNumber? {
        try record(.text, page) { (_, bytes) throws(Malformed) in try TextPage.decode(bytes, into: records) }
    }

    /// Pages that may hold a declaration of this name: their bytes have it, and are not looked at otherwise.
    public func textPages(holding name: [UInt8]) throws(CacheError) -> [PageNumber] {
        defer { recordStatements.search.reset() }
        var pages: [PageNumber] = []
        writer.removeAll()
        writer.append(counted: name)
        let (keys, wanted) = (RecordKind.text.keys, SQLValue.borrowed(writer.bytes))
        try cacheErrors { () throws(SQLiteError) in
            try recordStatements.search.start(
                in: database, [.integer(keys.lowerBound), .integer(keys.upperBound), wanted])
        }
        while try cacheErrors({ () throws(SQLiteError) in try recordStatements.search.step() }) {
            let row = Row(recordStatements.search)
            do { pages.append(try narrowed(RecordKind.number(of: try row.key()))) } catch {
                throw .damaged(.text, error)
            }
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
        try put(page)
    }

    /// Removes a page's texts.
    public func removeTextPage(_ page: PageNumber) throws(CacheError) { try removeRecord(.text, page) }

    /// What is known about a page's declarations; nil if there is no such page.
    public func statePage(_ page: PageNumber) throws(CacheError) -> StatePage? {
        try record(.state, page) { (number, bytes) throws(Malformed) in
            try StatePage(number: try narrowed(number), decoding: bytes)
        }
    }

    /// Reads what is known about a page's declarations into 64 new records, where they stay; false if there is no such
    /// page. After an error the records are good for nothing.
    public func readStates(
        of page: PageNumber, into records: UnsafeMutableBufferPointer<StateRecord>
    ) throws(CacheError) -> Bool {
        let found: Void? = try record(.state, page) { (_, bytes) throws(Malformed) in
            try StatePage.decode(bytes, of: page, into: records)
        }
        return found != nil
    }

    /// Puts what is known about a page's declarations in place of what is there.
    public func putStatePage(_ page: StatePage) throws(CacheError) {
        var packer = PagePacker()
        page.records.withUnsafeBufferPointer { packer.add($0, of: page.number) }
        for page in packer.finish() { try putPage(page) }
    }

    /// Removes what is known about a page's declarations.
    public func removeStatePage(_ page: PageNumber) throws(CacheError) { try removeRecord(.state, page) }
}
