import Glibc

/// A point in time, for people.
struct Moment {
    private let nanoseconds: Int64

    /// Nanoseconds since 1970.
    init(_ nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// `2026-11-27 00:41:12, 3 minutes ago`.
    var text: String { "\(format("%Y-%m-%d %H:%M:%S", localtime_r)), \(age)" }

    /// `2026-11-27T00:41:12Z`.
    var machineText: String { format("%Y-%m-%dT%H:%M:%SZ", gmtime_r) }

    private typealias Conversion = (UnsafePointer<time_t>?, UnsafeMutablePointer<tm>?) -> UnsafeMutablePointer<tm>?

    private func format(_ pattern: String, _ convert: Conversion) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        guard convert(&seconds, &parts) != nil else { return "?" }
        var buffer = [CChar](repeating: 0, count: 40)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private var age: String {
        let seconds = time(nil) - time_t(nanoseconds / 1_000_000_000)
        if seconds < 0 { return "in the future" }
        for (unit, length) in [("day", 86400), ("hour", 3600), ("minute", 60)] where seconds >= length {
            let count = seconds / length
            return "\(count) \(unit)\(count == 1 ? "" : "s") ago"
        }
        return seconds < 2 ? "just now" : "\(seconds) seconds ago"
    }
}
