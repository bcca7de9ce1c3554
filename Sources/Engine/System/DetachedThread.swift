import Glibc

/// A thread that nobody waits for.
///
/// Dispatch is not used: where the system gives no thread, it asks again for ever.
enum DetachedThread {
    /// Processors of this machine; 1 if that is not known. The C library reads a file for each answer, so it is asked once.
    static let processorCount = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)

    /// Runs `body` on a thread of its own; false if the system gives none.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
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
