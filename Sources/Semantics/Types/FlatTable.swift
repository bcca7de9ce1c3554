/// A growing list that one object owns and never shares: using it counts no references and checks no
/// access, as an array in a class does at every step.
final class FlatTable<Element> {
    private struct Storage {
        var elements: UnsafeMutablePointer<Element>
        var count: Int
        var capacity: Int
    }
    /// Behind a pointer that never changes, so that reading it is no access to a variable.
    private let storage: UnsafeMutablePointer<Storage>

    init() {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(elements: .allocate(capacity: 64), count: 0, capacity: 64))
    }

    deinit {
        removeAll()
        storage.pointee.elements.deallocate()
        storage.deallocate()
    }

    @inline(__always)
    var count: Int { storage.pointee.count }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return storage.pointee.elements[index]
        }
        set {
            precondition(index >= 0 && index < count)
            storage.pointee.elements[index] = newValue
        }
    }

    @inline(__always)
    func append(_ element: Element) {
        if count == storage.pointee.capacity { grow(to: count + 1) }
        (storage.pointee.elements + count).initialize(to: element)
        storage.pointee.count += 1
    }

    func append(repeating element: Element, count added: Int) {
        if count + added > storage.pointee.capacity { grow(to: count + added) }
        (storage.pointee.elements + count).initialize(repeating: element, count: added)
        storage.pointee.count += added
    }

    /// The last element, if there is one.
    @inline(__always)
    var last: Element? { count == 0 ? nil : storage.pointee.elements[count - 1] }

    /// Removes the last element and returns it, if there is one.
    @inline(__always)
    func popLast() -> Element? {
        if count == 0 { return nil }
        storage.pointee.count -= 1
        return (storage.pointee.elements + count).move()
    }

    /// Removes everything; the memory stays.
    func removeAll() {
        storage.pointee.elements.deinitialize(count: count)
        storage.pointee.count = 0
    }

    /// The elements as an array of just the size.
    func copy() -> [Element] { Array(UnsafeBufferPointer(start: storage.pointee.elements, count: count)) }

    private func grow(to count: Int) {
        let capacity = max(2 * storage.pointee.capacity, count)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        larger.moveInitialize(from: storage.pointee.elements, count: self.count)
        storage.pointee.elements.deallocate()
        storage.pointee.elements = larger
        storage.pointee.capacity = capacity
    }
}
