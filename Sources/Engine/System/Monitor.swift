import Glibc

/// What threads use in turns is guarded by one of these; a thread may wait there until another has something for it.
///
/// ThreadSanitizer knows the C library's mutex; of that of module Synchronization it sees nothing, and reports every use.
final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` while no other thread is inside.
    func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Inside: lets others in until one of them signals.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// Has a thread that waits go on.
    func signal() { pthread_cond_signal(condition) }
}
