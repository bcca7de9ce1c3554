import Semantics

/// The threads that help the one which everything begins with: one for each other processor, whatever the work is, so that
/// no two of them wait for one processor.
///
/// What is to be done waits in the order in which it came. A thread without work goes at once: when the process ends, the
/// kernel would have to wake it first, on a processor that sleeps. The next one takes over its stack and its heap.
final class Helpers: @unchecked Sendable {
    typealias Body = @Sendable () -> Void

    /// Those of this process.
    static let shared = Helpers(count: DetachedThread.processorCount - 1)

    /// How many threads there are at most.
    let count: Int

    /// A closure that is an element itself gets another form there, and memory each time that it is taken out: the heap that
    /// the C library makes for that takes a thread as long as to ask for 25 statuses.
    private struct Job {
        let body: Body
    }

    // What follows is guarded by `monitor`.
    private let jobs = FlatTable<Job>()
    /// Before it all jobs were taken.
    private var next = 0
    private var threadCount = 0
    private let monitor = Monitor()

    /// At most so many threads.
    init(count: Int) { self.count = count }

    /// Has a thread run `body` once one is free; false if there is none, nor will be.
    func run(_ body: @escaping Body) -> Bool {
        let isNeeded = monitor.locked {
            jobs.append(Job(body: body))
            let isNeeded = threadCount < count
            if isNeeded { threadCount += 1 }
            return isNeeded
        }
        return !isNeeded || start()
    }

    /// Starts a thread that was counted already. Where the system gives none, there may be others; else nothing may wait.
    private func start() -> Bool {
        if DetachedThread.start({ self.work() }) { return true }
        return monitor.locked {
            threadCount -= 1
            if threadCount == 0 { forgetJobs() }
            return threadCount > 0
        }
    }

    /// Runs what waits until nothing is left.
    private func work() {
        while let job = monitor.locked(takeNext) { job.body() }
    }

    private func forgetJobs() {
        jobs.removeAll()
        next = 0
    }

    private func takeNext() -> Job? {
        guard next < jobs.count else {
            threadCount -= 1
            return nil
        }
        let job = jobs[next]
        next += 1
        if next == jobs.count { forgetJobs() }
        return job
    }
}
