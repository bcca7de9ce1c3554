import Engine

/// What the phases of a build took, as a table.
struct StatisticsText {
    let text: String

    init(_ measurements: Measurements) {
        var lines = [["phase", "time", "rows read", "written", "bytes read", "written"]]
        for phase in Phase.allCases { lines.append(StatisticsText.cells(phase.name, measurements[phase])) }
        lines.append(StatisticsText.cells("together", measurements.total))
        text = StatisticsText.table(lines) + StatisticsText.remark(measurements)
    }

    private static func cells(_ name: String, _ cost: Measurements.Cost) -> [String] {
        let amounts = [cost.rows.read, cost.rows.written, cost.bytes.read, cost.bytes.written]
        return [name, milliseconds(cost.nanoseconds)] + amounts.map(grouped)
    }

    /// In one unit, since the times of a table are there to be compared.
    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let hundredths = Int(nanoseconds / 10_000)
        return "\(grouped(hundredths / 100)).\(String(hundredths % 100 + 100).dropFirst()) ms"
    }

    /// Columns as wide as they must be, the first at the left and the others at the right.
    private static func table(_ lines: [[String]]) -> String {
        let widths = lines[0].indices.map { column in lines.reduce(0) { max($0, $1[column].count) } }
        return lines.map { cells in
            let padded = cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return column == 0 ? cells[column] + space : space + cells[column]
            }
            return padded.joined(separator: "  ") + "\n"
        }.joined()
    }

    private static func remark(_ measurements: Measurements) -> String {
        let memory = measurements.peakMemory / 100_000
        return "\(milliseconds(measurements.startTime)) of processor time to start, "
            + "\(grouped(memory / 10)).\(memory % 10) MB of memory at most\n"
    }
}
