import Cache
import Semantics

/// The declarations of the project: a window on the cache that loads a page of 64 when one of its declarations is
/// first asked for, and remembers which pages were changed. Never the whole graph.
///
/// Reading may fail where the database is damaged. Then the page counts as empty and `failure` is set: whoever runs an
/// update looks at it before anything is decided, so that no loop over declarations needs an error path of its own.
final class Graph {
    let store: CacheStore
    /// How many pages a processor packs at once.
    private static let pagesPerJob = 8
    /// The first error of the cache.
    private(set) var failure: CacheError?

    private let texts = DeclPages<TextRecord>()
    private let states = DeclPages<StateRecord>()
    /// The file of each page, 0 where it is not known yet: no file has that number.
    private let files = SparseTable<FileNumber>(repeating: 0)
    /// Users of popular declarations.
    private(set) var userRows = UserRows()
    /// Declarations that got many users in this run, which are to be moved there.
    private var popular: Set<DeclIndex> = []
    /// Where declarations were placed, in a build from nothing: what records say of that is filled in when they are packed,
    /// by whatever thread, which has to look at them anyway.
    var blocks: CodeBlocks?
    /// Above the numbers of all files that pages read from `store` may belong to.
    let fileLimit: FileNumber
    /// Pages from here on are new: `store` is not asked for them.
    private let firstNewPage: Int

    /// `pageCount` pages are in use in `store`, of files below `fileLimit`; page 0 is no page, so that declaration 0 is
    /// nobody.
    init(store: CacheStore, pageCount: PageNumber, fileLimit: FileNumber) {
        self.store = store
        self.fileLimit = fileLimit
        firstNewPage = Int(max(pageCount, 1))
        grow(to: firstNewPage)
    }

    /// The number of the next new page.
    var pageCount: PageNumber { PageNumber(texts.count) }

    private func grow(to count: Int) {
        texts.grow(to: count)
        states.grow(to: count)
    }

    /// A page for declarations of `file`, empty: one with a number that was given back, or a new one.
    func addPage(file: FileNumber, reusing freeNumber: PageNumber? = nil) -> PageNumber {
        let page = freeNumber.map { Int($0) } ?? texts.count
        grow(to: max(texts.count, page + 1))
        files[page] = file
        texts.load(page, repeating: TextRecord())
        if page < firstNewPage { states.load(page, repeating: StateRecord()) }
        texts.setDirty(page)
        states.setDirty(page)
        return PageNumber(page)
    }

    /// Where that stands which finding changes needs of `declaration`, until its page is loaded anew.
    @inline(__always)
    func text(_ declaration: DeclIndex) -> UnsafePointer<TextRecord> {
        UnsafePointer(texts.loaded(declaration) ?? loadText(declaration))
    }

    /// The same to change it, so that it is written.
    @inline(__always)
    func textToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<TextRecord> {
        texts.loadedToChange(declaration) ?? loadTextToChange(declaration)
    }

    /// Where that stands which was found out about `declaration`, until its page is loaded anew.
    @inline(__always)
    func state(_ declaration: DeclIndex) -> UnsafePointer<StateRecord> {
        UnsafePointer(states.loaded(declaration) ?? loadState(declaration))
    }

    /// The same to change it, so that it is written.
    @inline(__always)
    func stateToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<StateRecord> {
        states.loadedToChange(declaration) ?? loadStateToChange(declaration)
    }

    /// What finding changes needs of `declaration`.
    subscript(text declaration: DeclIndex) -> TextRecord {
        @inline(__always) _read { yield text(declaration).pointee }
        @inline(__always) _modify { yield &textToChange(declaration).pointee }
    }

    /// What was found out about `declaration`.
    subscript(state declaration: DeclIndex) -> StateRecord {
        @inline(__always) _read { yield state(declaration).pointee }
        @inline(__always) _modify { yield &stateToChange(declaration).pointee }
    }

    /// The file that `declaration` is or was in.
    func file(of declaration: DeclIndex) -> FileNumber {
        let file = files[declaration.page]
        return file != 0 ? file : files[knownText(declaration).page]
    }

    /// Notes an error of the cache; the first one counts.
    func fail(_ error: CacheError) {
        if failure == nil { failure = error }
    }

    /// Runs an operation of the cache; `fallback` stands for its result where it fails.
    func attempt<Result>(_ fallback: Result, _ operation: () throws(CacheError) -> Result) -> Result {
        do throws(CacheError) {
            return try operation()
        } catch {
            fail(error)
            return fallback
        }
    }

    @inline(never)
    private func loadText(_ declaration: DeclIndex) -> UnsafeMutablePointer<TextRecord> {
        texts.element(knownText(declaration))
    }

    @inline(never)
    private func loadTextToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<TextRecord> {
        let known = knownText(declaration)
        texts.setDirty(known.page)
        return texts.element(known)
    }

    /// `declaration`, whose page is loaded now; nobody, if there is no such page.
    private func knownText(_ declaration: DeclIndex) -> DeclIndex {
        let page = declaration.page
        if texts.isLoaded(page) { return declaration }
        guard page < texts.count else { return outOfRange() }
        let records = texts.load(page, repeating: TextRecord())
        let file = attempt(nil) { () throws(CacheError) in try store.readTexts(of: PageNumber(page), into: records) }
        if let file, isSound(records, of: file) {
            files[page] = file
        } else {
            if page != 0 { fail(.damaged(.text, .number)) }
            texts.load(page, repeating: TextRecord())
        }
        return declaration
    }

    @inline(never)
    private func loadState(_ declaration: DeclIndex) -> UnsafeMutablePointer<StateRecord> {
        states.element(knownState(declaration))
    }

    @inline(never)
    private func loadStateToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<StateRecord> {
        let known = knownState(declaration)
        states.setDirty(known.page)
        return states.element(known)
    }

    /// `declaration`, whose page is loaded now; nobody, if there is no such page.
    private func knownState(_ declaration: DeclIndex) -> DeclIndex {
        let page = declaration.page
        if states.isLoaded(page) { return declaration }
        guard page < states.count else { return outOfRange() }
        // A new page is made when it is needed: in a build from nothing it stands where parsed forms were, then.
        let records = states.load(page, repeating: StateRecord())
        guard page < firstNewPage else { return declaration }
        let isFound = attempt(false) { () throws(CacheError) in
            try store.readStates(of: PageNumber(page), into: records)
        }
        if !isFound || !isSound(records) {
            if page != 0 { fail(.damaged(.state, .number)) }
            states.load(page, repeating: StateRecord())
        }
        return declaration
    }

    /// A number from a damaged row stands for nobody.
    private func outOfRange() -> DeclIndex {
        fail(.damaged(.state, .number))
        _ = knownText(.none)
        return knownState(.none)
    }

    /// Notes that `declaration` has many users.
    func notePopular(_ declaration: DeclIndex) { popular.insert(declaration) }

    /// Changes the row of users of `declaration` that `part` is.
    func changeUsers(of declaration: DeclIndex, part: UInt32, _ change: (inout [DeclNumber]) -> Void) {
        let added = attempt(0) { () throws(CacheError) in
            try userRows.change(of: declaration.rawValue, part: part, in: store, change)
        }
        let count = Int64(self[state: declaration].userRowCount) + added
        self[state: declaration].userRowCount = UInt32(clamping: count)
    }

    /// Writes the pages and rows that were changed.
    func save() throws(CacheError) {
        try userRows.save(to: store)
        for declaration in popular.sorted() { try moveManyUsersToRows(declaration) }
        popular = []
        let (textPages, statePages) = (texts.dirtyPages, states.dirtyPages)
        for page in statePages { states.ensure(page, repeating: StateRecord()) }
        if textPages.count + statePages.count <= Graph.pagesPerJob {
            var packer = PagePacker()
            for page in textPages { unpackedText(page).pack(into: &packer) }
            for page in statePages { unpackedState(page).pack(into: &packer) }
            for page in packer.finish() { try store.putPage(page) }
        } else {
            try put(textPages.map(unpackedText) + statePages.map(unpackedState))
        }
        for page in textPages { texts.setDirty(page, false) }
        for page in statePages { states.setDirty(page, false) }
    }

    private func unpackedText(_ page: Int) -> UnpackedPage {
        UnpackedPage(number: PageNumber(page), records: .text(texts.elements(page), files[page]), blocks: blocks)
    }

    private func unpackedState(_ page: Int) -> UnpackedPage {
        UnpackedPage(number: PageNumber(page), records: .state(states.elements(page)), blocks: blocks)
    }

    /// Has many pages packed, some by other processors, and puts them into the cache.
    private func put(_ pages: [UnpackedPage]) throws(CacheError) {
        let packing = WorkAhead(fewest: 4, UnpackedPage.pack)
        let tickets = packing.add(pages.jobs(of: Graph.pagesPerJob))
        var failure: CacheError?
        for ticket in tickets {
            // Also after an error: nobody may be at a page any more when its memory goes.
            let packed = packing.take(ticket)
            guard failure == nil else { continue }
            do throws(CacheError) {
                for page in packed { try store.putPage(page) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

/// A page as the graph has it. Its memory stays where and what it is until it is packed, so another thread may do that.
private struct UnpackedPage: @unchecked Sendable {
    enum Records {
        case text(UnsafeMutableBufferPointer<TextRecord>, FileNumber)
        case state(UnsafeMutableBufferPointer<StateRecord>)
    }
    let number: PageNumber
    let records: Records
    /// What is to be filled in.
    let blocks: CodeBlocks?

    @Sendable static func pack(_ pages: [UnpackedPage]) -> [PackedPage] {
        var packer = PagePacker()
        for page in pages { page.pack(into: &packer) }
        return packer.finish()
    }

    func pack(into packer: inout PagePacker) {
        switch records {
        case .text(let records, let file):
            fillSlots(records)
            packer.add(UnsafeBufferPointer(records), of: number, file: file)
        case .state(let records):
            fillLinks(records)
            UnpackedPage.sortUsers(records)
            packer.add(UnsafeBufferPointer(records), of: number)
        }
    }

    private func fillSlots(_ records: UnsafeMutableBufferPointer<TextRecord>) {
        guard let blocks else { return }
        for place in records.indices {
            if let slot = blocks.slot(of: declaration(at: place)) { records[place].slot = slot }
        }
    }

    private func fillLinks(_ records: UnsafeMutableBufferPointer<StateRecord>) {
        guard let blocks else { return }
        for place in records.indices {
            if let link = blocks.link(of: declaration(at: place)) { records[place].link = link }
        }
    }

    private func declaration(at place: Int) -> DeclNumber { DeclIndex(page: number, place: place).rawValue }

    /// Users stand in the order in which they came.
    private static func sortUsers(_ records: UnsafeMutableBufferPointer<StateRecord>) {
        for place in records.indices where records[place].users.count > 1 { records[place].users.sort() }
    }
}

extension DeclIndex {
    /// The page that holds it.
    var page: Int { Int(rawValue) / declarationsPerPage }
    /// Its place in the page.
    var place: Int { Int(rawValue) % declarationsPerPage }
    /// The declaration at `place` of `page`.
    init(page: PageNumber, place: Int) { self.init(page * UInt32(declarationsPerPage) + UInt32(place)) }
}
