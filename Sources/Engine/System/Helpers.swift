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

    // What follows is guarded by `monitor`.
    private var waiting: [Body] = []
    private var threadCount = 0
    private var idleCount = 0
    /// Signals that something was added.
    private let monitor = Monitor()

    /// So long a thread waits for work before it goes.
    private static var patience: Int { 5_000_000 }  // nanoseconds

    /// At most so many threads.
    init(count: Int) { self.count = count }

    /// Has a thread run `body` once one is free; false if there is none, nor will be.
    func run(_ body: @escaping Body) -> Bool {
        let isNeeded = monitor.locked {
            waiting.append(body)
            let isNeeded = idleCount < waiting.count && threadCount < count
            if isNeeded { threadCount += 1 } else if idleCount > 0 { monitor.signal() }
            return isNeeded
        }
        return !isNeeded || start()
    }

    /// Starts a thread that was counted already. Where the system gives none, there may be others; else nothing may wait.
    private func start() -> Bool {
        if DetachedThread.start({ self.work() }) { return true }
        return monitor.locked {
            threadCount -= 1
            if threadCount == 0 { waiting = [] }
            return threadCount > 0
        }
    }

    /// Runs what waits until nothing comes any more.
    private func work() {
        while let body = monitor.locked(next) { body() }
    }

    private func next() -> Body? {
        while waiting.isEmpty {
            idleCount += 1
            let isSignalled = monitor.wait(nanoseconds: Helpers.patience)
            idleCount -= 1
            if !isSignalled && waiting.isEmpty {
                threadCount -= 1
                return nil
            }
        }
        return waiting.removeFirst()
    }
}
