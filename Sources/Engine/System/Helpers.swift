import Glibc

/// The threads that help the one which everything begins with: one for each other processor, whatever the work is, so that
/// no two of them wait for one processor.
///
/// What is to be done waits in the order in which it came. A thread without work waits for some, longer than a batch of
/// functions is analysed, before it goes: a new one needs a stack and a heap of its own.
final class Helpers: @unchecked Sendable {
    typealias Body = @Sendable () -> Void

    /// Those of this process.
    static let shared = Helpers(count: DetachedThread.processorCount - 1)

    /// How many threads there are at most.
    let count: Int

    // What follows is guarded by `mutex`.
    private var waiting: [Body] = []
    private var threadCount = 0
    private var idleCount = 0
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let isAdded: UnsafeMutablePointer<pthread_cond_t>

    /// So long a thread waits for work before it goes.
    private static var patience: Int { 5_000_000 }  // nanoseconds

    /// At most so many threads.
    init(count: Int) {
        self.count = count
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        isAdded = .allocate(capacity: 1)
        pthread_cond_init(isAdded, nil)
    }

    deinit {
        pthread_cond_destroy(isAdded)
        isAdded.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Has a thread run `body` once one is free; false if there is none, nor will be.
    func run(_ body: @escaping Body) -> Bool {
        pthread_mutex_lock(mutex)
        waiting.append(body)
        let isNeeded = idleCount < waiting.count && threadCount < count
        if isNeeded { threadCount += 1 } else if idleCount > 0 { pthread_cond_signal(isAdded) }
        pthread_mutex_unlock(mutex)
        return !isNeeded || start()
    }

    /// Starts a thread that was counted already. Where the system gives none, there may be others; else nothing may wait.
    private func start() -> Bool {
        if DetachedThread.start({ self.work() }) { return true }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        threadCount -= 1
        if threadCount == 0 { waiting = [] }
        return threadCount > 0
    }

    /// Runs what waits until nothing comes any more.
    private func work() {
        while let body = next() { body() }
    }

    private func next() -> Body? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty {
            idleCount += 1
            let isSignalled = waitForMore()
            idleCount -= 1
            if !isSignalled && waiting.isEmpty {
                threadCount -= 1
                return nil
            }
        }
        return waiting.removeFirst()
    }

    /// Waits until something was added; false if nothing was for too long.
    private func waitForMore() -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let nanoseconds = deadline.tv_nsec + Helpers.patience
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return pthread_cond_timedwait(isAdded, mutex, &deadline) == 0
    }
}
