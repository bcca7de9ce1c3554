/// Memory that parser and scanner fill for one declaration after the other: an array without the checks for unique ownership
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

    mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
        if elements.count > capacity &- count { grow(by: elements.count) }
        if let first = elements.baseAddress { (base + count).initialize(from: first, count: elements.count) }
        count &+= elements.count
    }

    /// Adds `added` elements that have no value yet, and returns the index of the first. Each must be set before it is
    /// read.
    @inline(__always)
    mutating func appendRoom(_ added: Int) -> Int {
        if added > capacity &- count { grow(by: added) }
        defer { count &+= added }
        return count
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

    /// Removes the last element and returns it, if there is one.
    @inline(__always)
    mutating func popLast() -> Element? {
        if count == 0 { return nil }
        count &-= 1
        return base[count]
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

    /// The elements, to be written; good until the next append.
    @inline(__always)
    var mutableElements: UnsafeMutableBufferPointer<Element> {
        mutating get { UnsafeMutableBufferPointer(start: base, count: count) }
    }

    private mutating func grow(by added: Int) {
        let larger = max(capacity * 2, count + added)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        memory.initialize(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = larger
    }
}

extension ScratchBuffer<UInt8> {
    /// Adds the bytes of `name`: those of a short one with a single store, of which the next bytes overwrite the rest.
    @inline(__always)
    mutating func append(_ name: Name) {
        guard name.count <= Name.headCount, capacity &- count >= Name.headCount else {
            return append(contentsOf: name.bytes)
        }
        UnsafeMutableRawPointer(base + count).storeBytes(of: name.head.littleEndian, as: UInt64.self)
        count &+= name.count
    }
}
