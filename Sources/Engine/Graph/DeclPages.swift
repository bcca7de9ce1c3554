import Cache
import Semantics

/// One element for each declaration, in pages of 64 as the cache has them: neighbours stand together, and a run that
/// looks at few declarations pays for few pages.
///
/// The memory is its own and never shared, and a page never moves. So an element is read and changed in place, without
/// the counting of references and the checks of exclusive access that an array in a class needs at every step, and that
/// were a fifth of a clean build.
final class DeclPages<Element> {
    private struct Slot {
        var elements: UnsafeMutablePointer<Element>?
        var isDirty = false
    }

    /// Behind a pointer that never changes, so that reading it is no access to a variable.
    private struct Storage {
        var slots: UnsafeMutablePointer<Slot>
        var count: Int
        var capacity: Int
    }
    private let storage: UnsafeMutablePointer<Storage>

    /// Without pages.
    init() {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(slots: .allocate(capacity: 16), count: 0, capacity: 16))
    }

    deinit {
        for page in 0..<count { unload(page) }
        storage.pointee.slots.deallocate()
        storage.deallocate()
    }

    /// Forgets all pages, and leaves their memory to the kernel, which has it back when the process ends.
    func leaveMemory() { storage.pointee.count = 0 }

    /// Number of pages, loaded or not.
    var count: Int { storage.pointee.count }

    /// Adds pages that are not loaded.
    func grow(to count: Int) {
        let old = self.count
        guard count > old else { return }
        if count > storage.pointee.capacity {
            let capacity = max(count, 2 * storage.pointee.capacity)
            let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
            slots.moveInitialize(from: storage.pointee.slots, count: old)
            storage.pointee.slots.deallocate()
            storage.pointee.slots = slots
            storage.pointee.capacity = capacity
        }
        (storage.pointee.slots + old).initialize(repeating: Slot(), count: count - old)
        storage.pointee.count = count
    }

    /// Whether there is a page of that number, with elements.
    @inline(__always)
    func isLoaded(_ page: Int) -> Bool { page < count && storage.pointee.slots[page].elements != nil }

    /// Fills `page` with 64 new elements. Each is made on its own: copies of one would count references.
    func load(_ page: Int, repeating element: @autoclosure () -> Element) {
        unload(page)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: declarationsPerPage)
        for place in 0..<declarationsPerPage { (memory + place).initialize(to: element()) }
        storage.pointee.slots[page].elements = memory
    }

    /// Fills `page` with 64 elements.
    func load(_ page: Int, _ elements: some Collection<Element>) {
        precondition(elements.count == declarationsPerPage)
        unload(page)
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: declarationsPerPage)
        _ = memory.initialize(fromContentsOf: elements)
        storage.pointee.slots[page].elements = memory.baseAddress
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

    private func unload(_ page: Int) {
        precondition(page < count)
        guard let elements = storage.pointee.slots[page].elements else { return }
        elements.deinitialize(count: declarationsPerPage)
        elements.deallocate()
        storage.pointee.slots[page].elements = nil
    }

    /// Whether the elements of `page` are to be written.
    func isDirty(_ page: Int) -> Bool { storage.pointee.slots[page].isDirty }

    func setDirty(_ page: Int, _ isDirty: Bool = true) { storage.pointee.slots[page].isDirty = isDirty }

    /// The elements of a page that is loaded.
    @inline(__always)
    func elements(_ page: Int) -> UnsafeMutableBufferPointer<Element> {
        precondition(page < count)
        return UnsafeMutableBufferPointer(start: storage.pointee.slots[page].elements, count: declarationsPerPage)
    }

    /// The element of a declaration whose page is loaded.
    @inline(__always)
    subscript(declaration: DeclIndex) -> Element {
        _read { yield element(declaration).pointee }
        _modify { yield &element(declaration).pointee }
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
        let page = declaration.page
        guard page < count, let elements = storage.pointee.slots[page].elements else { return nil }
        return elements + declaration.place
    }

    /// The same of an element that is to be changed, and so to be written.
    @inline(__always)
    func loadedToChange(_ declaration: DeclIndex) -> UnsafeMutablePointer<Element>? {
        guard let element = loaded(declaration) else { return nil }
        storage.pointee.slots[declaration.page].isDirty = true
        return element
    }
}

/// What a run knows of some declarations, by declaration.
final class DeclTable<Value> {
    private let pages = DeclPages<Value?>()

    /// The value of a declaration, nil if it has none. Reading yields a copy: a coroutine would have its frame on the heap.
    subscript(declaration: DeclIndex) -> Value? {
        @inline(__always) get { pages.loaded(declaration)?.pointee ?? nil }
        @inline(__always) _modify { yield &pages.element(declaration, orNew: nil).pointee }
    }

    /// Whether a value is as `predicate` says.
    func contains(where predicate: (Value) -> Bool) -> Bool {
        (0..<pages.count).contains { page in
            pages.isLoaded(page) && pages.elements(page).contains { value in value.map(predicate) ?? false }
        }
    }

    /// Who has a value, in the order of their numbers.
    var declarations: [DeclIndex] {
        var declarations: [DeclIndex] = []
        for page in 0..<pages.count where pages.isLoaded(page) {
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
