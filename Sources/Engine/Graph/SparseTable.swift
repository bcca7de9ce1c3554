/// A table by number that has memory only around the numbers for which something was written: 64 elements at a time, all
/// of which hold `filler` until then. So a run that looks at little of a large project pays for little.
///
/// As `FlatTable` it has one owner, and stands behind a pointer that never changes, so that using it is no access to a
/// variable.
struct SparseTable<Element: BitwiseCopyable>: ~Copyable {
    private struct Storage {
        /// The chunks that there are, by number.
        var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
        /// Numbers of chunks end here.
        var chunkCount: Int
    }
    private let storage: UnsafeMutablePointer<Storage>
    private let filler: Element

    /// Elements of a chunk, a power of two.
    private static var chunkSize: Int { 64 }

    /// A table that holds `filler` everywhere.
    init(repeating filler: Element) {
        self.filler = filler
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(chunks: .allocate(capacity: 0), chunkCount: 0))
    }

    deinit {
        for chunk in 0..<storage.pointee.chunkCount { storage.pointee.chunks[chunk]?.deallocate() }
        storage.pointee.chunks.deallocate()
        storage.deallocate()
    }

    /// The element of that number.
    subscript(number: Int) -> Element {
        @inline(__always) get { known(number)?.pointee ?? filler }
        nonmutating set { element(number).pointee = newValue }
    }

    /// Where the element of that number stands, if there is memory for it.
    @inline(__always)
    func known(_ number: Int) -> UnsafeMutablePointer<Element>? {
        let chunk = number / Self.chunkSize
        guard chunk < storage.pointee.chunkCount, let elements = storage.pointee.chunks[chunk] else { return nil }
        return elements + number % Self.chunkSize
    }

    /// Where the element of that number stands, which it does from now on.
    @inline(__always)
    func element(_ number: Int) -> UnsafeMutablePointer<Element> { known(number) ?? newElement(number) }

    @inline(never)
    private func newElement(_ number: Int) -> UnsafeMutablePointer<Element> {
        let chunk = number / Self.chunkSize
        if chunk >= storage.pointee.chunkCount { grow(to: chunk + 1) }
        let elements = UnsafeMutablePointer<Element>.allocate(capacity: Self.chunkSize)
        elements.initialize(repeating: filler, count: Self.chunkSize)
        storage.pointee.chunks[chunk] = elements
        return elements + number % Self.chunkSize
    }

    private func grow(to count: Int) {
        let (old, larger) = (storage.pointee.chunkCount, max(count, 2 * storage.pointee.chunkCount))
        let chunks = UnsafeMutablePointer<UnsafeMutablePointer<Element>?>.allocate(capacity: larger)
        chunks.moveInitialize(from: storage.pointee.chunks, count: old)
        (chunks + old).initialize(repeating: nil, count: larger - old)
        storage.pointee.chunks.deallocate()
        storage.pointee = Storage(chunks: chunks, chunkCount: larger)
    }
}
