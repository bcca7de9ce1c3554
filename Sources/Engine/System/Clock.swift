import Glibc

/// The machine's clocks.
enum Clock {
    /// Nanoseconds since 1970 by the clock that stamps files: the kernel's coarse one, a tick behind at most.
    static func fileTime() -> Int64 { read(CLOCK_REALTIME_COARSE) }

    /// Nanoseconds that only grow, for measuring.
    static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds of processor time that this process has used.
    static func processorTime() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
