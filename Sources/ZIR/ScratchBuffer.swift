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

    /// Adds an element, for which there must be room.
    @inline(__always)
    mutating func appendReserved(_ element: Element) {
        assert(count < capacity)
        (base + count).initialize(to: element)
        count &+= 1
    }

    /// Makes room for `added` elements more.
    @inline(__always)
    mutating func reserve(_ added: Int) {
        if added > capacity &- count { grow(by: added) }
    }

    @inline(never)
    mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
        reserve(elements.count)
        if let first = elements.baseAddress { (base + count).initialize(from: first, count: elements.count) }
        count &+= elements.count
    }

    /// Adds `added` elements that have no value yet, and returns the index of the first. Each must be set before it is
    /// read.
    @inline(__always)
    mutating func appendRoom(_ added: Int) -> Int {
        reserve(added)
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

    /// Removes the last element, which there must be, and returns it.
    @inline(__always)
    mutating func removeLast() -> Element {
        assert(count > 0)
        count &-= 1
        return base[count]
    }

    /// Forgets the elements from `newCount` on.
    @inline(__always)
    mutating func truncate(to newCount: Int) {
        assert(newCount >= 0 && newCount <= count)
        count = newCount
    }

    /// Bytes of the elements.
    var byteCount: Int { count * MemoryLayout<Element>.stride }

    /// The elements; good until the next append.
    @inline(__always)
    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

    @inline(never)
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
    /// Adds the lowest `added` bytes of `word`, at most eight, with a single store: what is too much of it the next bytes
    /// overwrite. There must be room for eight.
    @inline(__always)
    mutating func appendReserved(lowest added: Int, of word: UInt64) {
        assert(capacity - count >= MemoryLayout<UInt64>.size)
        UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt64.self)
        count &+= added
    }

    /// Adds the bytes of `name`.
    @inline(__always)
    mutating func append(_ name: Name) {
        guard name.count <= Name.shortCount else { return append(contentsOf: name.bytes) }
        reserve(Name.shortCount)
        appendReserved(lowest: name.count, of: name.key)
    }
}
