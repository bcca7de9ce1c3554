import Cache
import Semantics

/// The declarations of the project: a window on the cache that loads a page of 64 when one of its declarations is
/// first asked for, and remembers which pages were changed. Never the whole graph.
///
/// Reading may fail where the database is damaged. Then the page counts as empty and `failure` is set: whoever runs an
/// update looks at it before anything is decided, so that no loop over declarations needs an error path of its own.
final class Graph {
    let store: CacheStore
    /// The first error of the cache.
    private(set) var failure: CacheError?

    private var texts: [TextPage] = []
    private var states: [StatePage] = []
    private var isTextDirty: [Bool] = []
    private var isStateDirty: [Bool] = []

    /// `pageCount` pages are in use in `store`; page 0 is no page, so that declaration 0 is nobody.
    init(store: CacheStore, pageCount: PageNumber) {
        self.store = store
        grow(to: Int(max(pageCount, 1)))
    }

    /// The number of the next new page.
    var pageCount: PageNumber { PageNumber(texts.count) }

    private func grow(to count: Int) {
        texts.reserveCapacity(count)
        while texts.count < count {
            let number = PageNumber(texts.count)
            var text = TextPage(number: number, file: 0)
            text.records = []
            texts.append(text)
            var state = StatePage(number: number)
            state.records = []
            states.append(state)
            isTextDirty.append(false)
            isStateDirty.append(false)
        }
    }

    /// A new page for declarations of `file`, empty.
    func addPage(file: FileNumber) -> PageNumber {
        let number = pageCount
        grow(to: texts.count + 1)
        texts[Int(number)] = TextPage(number: number, file: file)
        states[Int(number)] = StatePage(number: number)
        isTextDirty[Int(number)] = true
        isStateDirty[Int(number)] = true
        return number
    }

    /// What finding changes needs of `declaration`.
    subscript(text declaration: DeclIndex) -> TextRecord {
        _read {
            let page = loadText(declaration)
            yield texts[page].records[declaration.place]
        }
        _modify {
            let page = loadText(declaration)
            isTextDirty[page] = true
            yield &texts[page].records[declaration.place]
        }
    }

    /// What was found out about `declaration`.
    subscript(state declaration: DeclIndex) -> StateRecord {
        _read {
            let page = loadState(declaration)
            yield states[page].records[declaration.place]
        }
        _modify {
            let page = loadState(declaration)
            isStateDirty[page] = true
            yield &states[page].records[declaration.place]
        }
    }

    /// The file that `declaration` is or was in.
    func file(of declaration: DeclIndex) -> FileNumber {
        texts[loadText(declaration)].file
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

    private func loadText(_ declaration: DeclIndex) -> Int {
        let page = declaration.page
        guard page < texts.count else { return outOfRange() }
        if texts[page].records.isEmpty {
            let loaded = attempt(nil) { () throws(CacheError) in try store.textPage(PageNumber(page)) }
            if let loaded, loaded.records.count == declarationsPerPage {
                texts[page] = loaded
            } else {
                if page != 0 { fail(.damaged(.text, .number)) }
                texts[page] = TextPage(number: PageNumber(page), file: 0)
            }
        }
        return page
    }

    private func loadState(_ declaration: DeclIndex) -> Int {
        let page = declaration.page
        guard page < states.count else { return outOfRange() }
        if states[page].records.isEmpty {
            let loaded = attempt(nil) { () throws(CacheError) in try store.statePage(PageNumber(page)) }
            if let loaded, loaded.records.count == declarationsPerPage {
                states[page] = loaded
            } else {
                if page != 0 { fail(.damaged(.state, .number)) }
                states[page] = StatePage(number: PageNumber(page))
            }
        }
        return page
    }

    /// A number from a damaged row stands for nobody.
    private func outOfRange() -> Int {
        fail(.damaged(.state, .number))
        return loadText(.none)
    }

    /// Writes the pages that were changed.
    func save() throws(CacheError) {
        for page in isTextDirty.indices where isTextDirty[page] && page != 0 {
            try store.putTextPage(texts[page])
            isTextDirty[page] = false
        }
        for page in isStateDirty.indices where isStateDirty[page] && page != 0 {
            try moveManyUsersToRows(&states[page])
            try store.putStatePage(states[page])
            isStateDirty[page] = false
        }
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
