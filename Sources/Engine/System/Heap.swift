import CSystem

/// The memory that a thread allocates from.
enum Heap {
    /// What a thread mostly gets, in bytes.
    private static let usualSize: Int32 = 16 << 20

    /// Has the heap of this thread made larger by as much as it mostly gets, in huge pages where the kernel gives them. It
    /// asks for each page of it alone otherwise: thousands of calls and page faults in a clean build, a tenth of it.
    static func grow() { zbuild_reserve_heap(usualSize) }
}
