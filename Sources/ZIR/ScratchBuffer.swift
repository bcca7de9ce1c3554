/// Memory that the parser fills for one declaration after the other: an array without the checks for unique ownership
/// that an `Array` in a struct makes at every append.
///
/// It owns its memory and is never shared. Elements are plain data, so nothing has to be destroyed one by one. Indices are
/// the parser's own, never taken from the text.
struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 64
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(by: 1) }
        (base + count).initialize(to: element)
        count &+= 1
    }

    @inline(__always)
    mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
        if elements.count > capacity &- count { grow(by: elements.count) }
        // Names are short: a call of memcpy would take longer.
        let free = base + count
        for offset in 0..<elements.count { (free + offset).initialize(to: elements[offset]) }
        count &+= elements.count
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// Forgets the elements from `newCount` on.
    @inline(__always)
    mutating func truncate(to newCount: Int) {
        assert(newCount >= 0 && newCount <= count)
        count = newCount
    }

    /// The elements; good until the next append.
    @inline(__always)
    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

    /// A copy of the elements, no larger than needed.
    func copy() -> [Element] { Array(elements) }

    private mutating func grow(by added: Int) {
        let larger = max(capacity * 2, count + added)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        memory.initialize(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = larger
    }
}
