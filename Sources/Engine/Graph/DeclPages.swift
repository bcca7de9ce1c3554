import Cache
import Semantics

/// One element for each declaration, in pages of 64 as the cache has them: neighbours stand together, and a run that
/// looks at few declarations pays for few pages.
///
/// The memory is its own and never shared, and a page never moves. So an element is read and changed in place, without
/// the counting of references and the checks of exclusive access that an array in a class needs at every step, and that
/// were a fifth of a clean build.
struct DeclPages<Element>: ~Copyable {
    private struct Slot: BitwiseCopyable {
        /// The elements, if the page is loaded.
        var elements: UnsafeMutablePointer<Element>?
        var isDirty = false
        var isListed = false
    }

    private let slots = SparseTable(repeating: Slot())
    /// Behind a pointer that never changes, so that reading it is no access to a variable.
    private let state: UnsafeMutablePointer<State>

    private struct State {
        var count = 0
        /// Pages that are or were loaded or dirty, in the order in which they came.
        var listed: [Int] = []
    }

    /// Without pages.
    init() {
        state = .allocate(capacity: 1)
        state.initialize(to: State())
    }

    deinit {
        for page in state.pointee.listed { unload(page) }
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Forgets all pages, and leaves their memory to the kernel, which has it back when the process ends.
    func leaveMemory() {
        state.pointee.listed = []
        state.pointee.count = 0
    }

    /// Number of pages, loaded or not.
    var count: Int { state.pointee.count }

    /// Adds pages that are not loaded.
    func grow(to count: Int) { state.pointee.count = max(state.pointee.count, count) }

    /// Whether there is a page of that number, with elements.
    @inline(__always)
    func isLoaded(_ page: Int) -> Bool { slots.known(page)?.pointee.elements != nil }

    /// Fills `page` with 64 new elements. Each is made on its own: copies of one would count references.
    @discardableResult
    func load(_ page: Int, repeating element: @autoclosure () -> Element) -> UnsafeMutableBufferPointer<Element> {
        precondition(page < count)
        unload(page)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: declarationsPerPage)
        for place in 0..<declarationsPerPage { (memory + place).initialize(to: element()) }
        listed(page).pointee.elements = memory
        return UnsafeMutableBufferPointer(start: memory, count: declarationsPerPage)
    }

    private func unload(_ page: Int) {
        guard let slot = slots.known(page), let elements = slot.pointee.elements else { return }
        elements.deinitialize(count: declarationsPerPage)
        elements.deallocate()
        slot.pointee.elements = nil
    }

    /// The slot of a page that may be loaded or dirty from now on.
    private func listed(_ page: Int) -> UnsafeMutablePointer<Slot> {
        let slot = slots.element(page)
        if !slot.pointee.isListed {
            slot.pointee.isListed = true
            state.pointee.listed.append(page)
        }
        return slot
    }

    /// Adds `page`, filled with 64 new elements, unless it is loaded.
    @inline(__always)
    func ensure(_ page: Int, repeating element: @autoclosure () -> Element) {
        if isLoaded(page) { return }
        grow(to: page + 1)
        load(page, repeating: element())
    }

    /// Where the element of a declaration stands, whose page is added if it is not loaded, with such elements.
    @inline(__always)
    func element(_ declaration: DeclIndex, orNew new: @autoclosure () -> Element) -> UnsafeMutablePointer<Element> {
        if let element = loaded(declaration) { return element }
        ensure(declaration.page, repeating: new())
        return element(declaration)
    }

    /// The pages that are loaded, in the order of their numbers.
    var loadedPages: [Int] { state.pointee.listed.filter { isLoaded($0) }.sorted() }

    /// The pages whose elements are to be written, in the order of their numbers.
    var dirtyPages: [Int] { state.pointee.listed.filter { slots[$0].isDirty }.sorted() }

    /// Says whether the elements of `page` are to be written.
    func setDirty(_ page: Int, _ isDirty: Bool = true) { listed(page).pointee.isDirty = isDirty }

    /// The elements of a page that is loaded.
    @inline(__always)
    func elements(_ page: Int) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: slots.known(page)?.pointee.elements, count: declarationsPerPage)
    }

    /// The element of a declaration whose page is loaded.
    @inline(__always)
    subscript(declaration: DeclIndex) -> Element {
        _read { yield element(declaration).pointee }
        nonmutating _modify { yield &element(declaration).pointee }
    }

    /// Where the element of a declaration stands whose page is loaded.
    @inline(__always)
    func element(_ declaration: DeclIndex) -> UnsafeMutablePointer<Element> {
        guard let element = loaded(declaration) else { preconditionFailure("page \(declaration.page) is not loaded") }
        return element
    }

    /// Where the element of a declaration stands, which it does until its page is loaded anew; nil if it is not loaded.
    @inline(__always)
    func loaded(_ declaration: DeclIndex) -> UnsafeMutablePointer<Element>? {
        guard let elements = slots.known(declaration.page)?.pointee.elements else { return nil }
        return elements + declaration.place
    }

    /// The same of an element that is to be changed, and so to be written.
    @inline(__always)
    func loadedToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<Element>? {
        guard let slot = slots.known(declaration.page), let elements = slot.pointee.elements else { return nil }
        slot.pointee.isDirty = true
        return elements + declaration.place
    }
}

/// What a run knows of some declarations, by declaration.
struct DeclTable<Value>: ~Copyable {
    private let pages = DeclPages<Value?>()

    /// The value of a declaration, nil if it has none. Reading yields a copy: a coroutine would have its frame on the heap.
    subscript(declaration: DeclIndex) -> Value? {
        @inline(__always) get { pages.loaded(declaration)?.pointee ?? nil }
        @inline(__always) nonmutating _modify { yield &pages.element(declaration, orNew: nil).pointee }
    }

    /// Whether a value is as `predicate` says.
    func contains(where predicate: (Value) -> Bool) -> Bool {
        pages.loadedPages.contains { page in
            pages.elements(page).contains { value in value.map(predicate) ?? false }
        }
    }

    /// Who has a value, in the order of their numbers.
    var declarations: [DeclIndex] {
        var declarations: [DeclIndex] = []
        for page in pages.loadedPages {
            let values = pages.elements(page)
            for place in values.indices {
                // A comparison would copy the value.
                guard case .some = values[place] else { continue }
                declarations.append(DeclIndex(page: PageNumber(page), place: place))
            }
        }
        return declarations
    }

    /// Those that have a value, in the order of their numbers.
    var entries: [(declaration: DeclIndex, value: Value)] {
        declarations.compactMap { declaration in self[declaration].map { (declaration, $0) } }
    }
}
