import Semantics

/// Work that other processors do ahead of the thread that needs it, in the order in which it was added.
///
/// One thread takes the results, each once, in what order it likes; nothing about a result depends on who computed it, or
/// when. What nobody has begun when its result is asked for, the asking thread does itself: so there is no waiting for a
/// processor that does not come, and with one processor all of it is done there.
final class WorkAhead<Job: Sendable, Result: Sendable>: @unchecked Sendable {
    /// Number of a job.
    typealias Ticket = Int

    private enum State {
        case waiting(Job)
        case begun
        case done(Result)
        case taken
    }

    private let perform: @Sendable (Job) -> Result
    /// How many jobs there must be for it to be worth to wake another thread.
    private let fewest: Int

    // What follows is guarded by `monitor`.
    private let states = FlatTable<State>()
    /// Before it no job waits.
    private var firstWaiting = 0
    /// The job that the thread waits for that takes results.
    private var awaited: Ticket?
    /// Threads besides the one that takes results.
    private var helperCount = 0
    private var isCancelled = false
    /// Signals that the awaited job is done.
    private let monitor = Monitor()

    /// Other threads join in from the `fewest`th job on.
    init(fewest: Int, _ perform: @escaping @Sendable (Job) -> Result) {
        self.perform = perform
        self.fewest = fewest
    }

    /// The results of `jobs`, in their order.
    static func results(of jobs: [Job], _ perform: @escaping @Sendable (Job) -> Result) -> [Result] {
        let work = WorkAhead(fewest: 1, perform)
        return work.add(jobs).map(work.take)
    }

    /// Any thread may add a job.
    @discardableResult func add(_ job: Job) -> Ticket { add(CollectionOfOne(job)).lowerBound }

    /// Adds jobs, of which no other thread begins one before all are there.
    func add(_ jobs: some Collection<Job>) -> Range<Ticket> {
        let (tickets, missing) = monitor.locked {
            let first = states.count
            for job in jobs { states.append(isCancelled ? .taken : .waiting(job)) }
            let isWorth = !isCancelled && states.count >= fewest
            let missing = isWorth ? min(jobs.count, Helpers.shared.count - helperCount) : 0
            helperCount += missing
            return (first..<states.count, missing)
        }
        for _ in 0..<missing where !Helpers.shared.run({ self.help() }) { monitor.locked { helperCount -= 1 } }
        return tickets
    }

    /// The result of a job, which is given once. While another thread is at it, this one does what waits behind it.
    func take(_ ticket: Ticket) -> Result {
        if let job = monitor.locked({ begin(ticket) }) {
            let result = perform(job)
            monitor.locked { states[ticket] = .taken }
            return result
        }
        while true {
            switch monitor.locked({ wait(for: ticket) }) {
            case .result(let result): return result
            case .work(let ticket, let job): finish(ticket, perform(job))
            }
        }
    }

    private enum Turn {
        case result(Result)
        case work(Ticket, Job)
    }

    /// What the thread that wants the result of a job does next.
    private func wait(for ticket: Ticket) -> Turn {
        while true {
            if case .done(let result) = states[ticket] {
                states[ticket] = .taken
                return .result(result)
            }
            if let (ticket, job) = beginNext() { return .work(ticket, job) }
            awaited = ticket
            monitor.wait()
        }
    }

    /// Drops what nobody has begun, and what is added from now on.
    func cancel() {
        monitor.locked {
            isCancelled = true
            for ticket in firstWaiting..<states.count {
                if case .waiting = states[ticket] { states[ticket] = .taken }
            }
        }
    }

    /// Does what is to be done.
    private func help() {
        while let (ticket, job) = monitor.locked({ beginNextOrLeave() }) { finish(ticket, perform(job)) }
    }

    private func finish(_ ticket: Ticket, _ result: Result) {
        monitor.locked {
            states[ticket] = .done(result)
            if awaited == ticket { monitor.signal() }
        }
    }

    private func beginNextOrLeave() -> (ticket: Ticket, job: Job)? {
        let next = beginNext()
        if next == nil { helperCount -= 1 }
        return next
    }

    /// The next job that waits, which is begun; nil if there is none.
    private func beginNext() -> (ticket: Ticket, job: Job)? {
        while firstWaiting < states.count {
            let ticket = firstWaiting
            firstWaiting += 1
            if let job = begin(ticket) { return (ticket, job) }
        }
        return nil
    }

    /// The job, if it waits; then it is begun.
    private func begin(_ ticket: Ticket) -> Job? {
        guard case .waiting(let job) = states[ticket] else { return nil }
        states[ticket] = .begun
        return job
    }
}

extension Array {
    /// Its elements in jobs of `count`, of which the last has what is left.
    func jobs(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { start in
            Array(self[start..<Swift.min(start + count, self.count)])
        }
    }
}
