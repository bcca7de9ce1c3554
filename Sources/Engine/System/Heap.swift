import CSystem
import Synchronization

/// The memory that threads allocate from.
enum Heap {
    /// What a thread of a clean build mostly gets, in bytes.
    private static let usualSize: Int32 = 16 << 20

    private static let isGrown = Atomic(false)

    /// Has the heaps of this thread, and of those that are started from now on, made larger by as much as they mostly get in
    /// a clean build, in huge pages where the kernel gives them. It asks for each page of it alone otherwise: thousands of
    /// calls and page faults, a tenth of the build. A build that finds little to do is over before such a page is cleared.
    static func grow() {
        isGrown.store(true, ordering: .relaxed)
        zbuild_reserve_heap(usualSize)
    }

    /// A thread calls this as it starts.
    static func prepareThread() {
        if isGrown.load(ordering: .relaxed) { zbuild_reserve_heap(usualSize) }
    }
}
