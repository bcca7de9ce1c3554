import CSystem
import Glibc

/// A thread that nobody waits for.
///
/// Dispatch is not used: where the system gives no thread, it asks again for ever.
enum DetachedThread {
    /// Processors that this process may use.
    static let processorCount = zbuild_processor_count()

    /// Runs `body` on a thread of its own, on another processor than this one if there is one; false if the system gives
    /// none.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        zbuild_avoid_this_processor(&attributes)
        let argument = Unmanaged.passRetained(Body(run: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().perform() }
                return nil
            }, argument.toOpaque())
        if code != 0 { argument.release() }
        return code == 0
    }

    private final class Body: Sendable {
        private let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }

        func perform() {
            Heap.prepareThread()
            run()
        }
    }
}
