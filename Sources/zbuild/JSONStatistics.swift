import Engine

/// What the phases of a build took, as `--json` prints it.
struct JSONStatistics: Encodable {
    private let phases: [PhaseObject]
    private let startMicroseconds: Int64
    private let peakMemory: Int

    private struct PhaseObject: Encodable {
        var name: String
        var microseconds: Int64
        var rows: [String: Int]
        var bytes: [String: Int]
    }

    init(_ measurements: Measurements) {
        phases = Phase.allCases.map { phase in
            let cost = measurements[phase]
            return PhaseObject(
                name: phase.name, microseconds: cost.nanoseconds / 1000,
                rows: ["read": cost.rows.read, "written": cost.rows.written],
                bytes: ["read": cost.bytes.read, "written": cost.bytes.written])
        }
        startMicroseconds = measurements.startTime / 1000
        peakMemory = measurements.peakMemory
    }
}
