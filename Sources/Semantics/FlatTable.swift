/// A growing list that one owner has and never shares: using it counts no references and checks no access, as an array
/// in a class does at every step. Its memory stays when it is emptied.
///
/// The storage stands behind a pointer that never changes, so that using it is no access to a variable. Every element
/// below `count` is initialised; an index is checked.
public struct FlatTable<Element>: ~Copyable {
    @usableFromInline
    struct Storage {
        @usableFromInline var elements: UnsafeMutablePointer<Element>
        @usableFromInline var count: Int
        @usableFromInline var capacity: Int

        @inlinable
        init(elements: UnsafeMutablePointer<Element>, count: Int, capacity: Int) {
            self.elements = elements
            self.count = count
            self.capacity = capacity
        }
    }
    @usableFromInline let storage: UnsafeMutablePointer<Storage>

    /// An empty list.
    @inlinable
    public init() {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(elements: .allocate(capacity: 64), count: 0, capacity: 64))
    }

    @inlinable
    deinit {
        removeAll()
        storage.pointee.elements.deallocate()
        storage.deallocate()
    }

    /// The number of elements.
    @inlinable @inline(__always)
    public var count: Int { storage.pointee.count }

    /// The element at `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return storage.pointee.elements[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            storage.pointee.elements[index] = newValue
        }
    }

    /// Changes the element at `index` in place.
    @inlinable @inline(__always)
    public func change<Result>(_ index: Int, _ body: (inout Element) -> Result) -> Result {
        precondition(index >= 0 && index < count)
        return body(&storage.pointee.elements[index])
    }

    /// Adds `element` at the end.
    @inlinable @inline(__always)
    public func append(_ element: Element) {
        if count == storage.pointee.capacity { grow(to: count + 1) }
        (storage.pointee.elements + count).initialize(to: element)
        storage.pointee.count &+= 1
    }

    /// Adds `element` at the end, `added` times.
    @inlinable
    public func append(repeating element: Element, count added: Int) {
        if count + added > storage.pointee.capacity { grow(to: count + added) }
        (storage.pointee.elements + count).initialize(repeating: element, count: added)
        storage.pointee.count += added
    }

    /// Adds the elements of `array` at the end.
    @inlinable
    public func append(contentsOf array: [Element]) {
        if count + array.count > storage.pointee.capacity { grow(to: count + array.count) }
        array.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            (storage.pointee.elements + count).initialize(from: first, count: source.count)
        }
        storage.pointee.count += array.count
    }

    /// The last element, if there is one.
    @inlinable @inline(__always)
    public var last: Element? { count == 0 ? nil : storage.pointee.elements[count - 1] }

    /// Whether there is no element.
    @inlinable @inline(__always)
    public var isEmpty: Bool { count == 0 }

    /// Removes the last element, which there must be, and returns it.
    @inlinable @inline(__always) @discardableResult
    public func removeLast() -> Element {
        precondition(count > 0)
        storage.pointee.count -= 1
        return (storage.pointee.elements + count).move()
    }

    /// Removes the last element and returns it, if there is one.
    @inlinable @inline(__always)
    public func popLast() -> Element? {
        if count == 0 { return nil }
        storage.pointee.count -= 1
        return (storage.pointee.elements + count).move()
    }

    /// Removes the elements from `start` on; the memory stays.
    @inlinable
    public func removeAll(from start: Int) {
        precondition(start >= 0 && start <= count)
        (storage.pointee.elements + start).deinitialize(count: count - start)
        storage.pointee.count = start
    }

    /// Removes everything; the memory stays.
    @inlinable
    public func removeAll() {
        storage.pointee.elements.deinitialize(count: count)
        storage.pointee.count = 0
    }

    /// The elements; good until the next change.
    @inlinable @inline(__always)
    public var elements: UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(start: storage.pointee.elements, count: count)
    }

    @inlinable
    func grow(to count: Int) {
        let capacity = max(2 * storage.pointee.capacity, count)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        larger.moveInitialize(from: storage.pointee.elements, count: self.count)
        storage.pointee.elements.deallocate()
        storage.pointee.elements = larger
        storage.pointee.capacity = capacity
    }
}
