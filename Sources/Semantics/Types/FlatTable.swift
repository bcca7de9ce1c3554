/// A growing list that one object owns and never shares: reading it counts no references and checks no
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
        storage.pointee.elements.deinitialize(count: count)
        storage.pointee.elements.deallocate()
        storage.deallocate()
    }

    @inline(__always)
    var count: Int { storage.pointee.count }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return storage.pointee.elements[index]
    }

    func append(_ element: Element) {
        if count == storage.pointee.capacity { grow() }
        (storage.pointee.elements + count).initialize(to: element)
        storage.pointee.count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * storage.pointee.capacity)
        larger.moveInitialize(from: storage.pointee.elements, count: count)
        storage.pointee.elements.deallocate()
        storage.pointee.elements = larger
        storage.pointee.capacity *= 2
    }
}
