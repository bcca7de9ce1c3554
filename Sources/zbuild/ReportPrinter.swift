import Engine

/// What a person sees of a run: errors on standard error, then one line, or the explanation.
struct ReportPrinter {
    let request: BuildRequest
    /// Where the line goes.
    let summary: Console.Stream

    func print(_ report: Report) {
        if request.json {
            let object = JSONReport(report, explains: request.explain, measures: request.stats)
            return Console.write(object.text + "\n", to: summary)
        }
        if let fallback = report.fallback {
            Console.write("zbuild: everything is made anew: \(fallback.explanation)\n", to: .error)
        }
        Console.write(DiagnosticText.text(report.diagnostics, request.color, on: .error), to: .error)
        guard !request.quiet else { return }
        if request.explain { Console.write(ExplanationText(report, isVerbose: request.verbose).text, to: summary) }
        Console.write(line(report), to: summary)
        if request.stats, let measurements = report.measurements {
            Console.write(StatisticsText(measurements).text, to: summary)
        }
    }

    /// The line, in pieces: when a string of more than 64 bytes goes, Swift's runtime sets up a type by its name.
    private func line(_ report: Report) -> [String] {
        let total = grouped(report.declarations.total)
        let compiled = grouped(report.declarations.analysed)
        let time = duration(report.microseconds)
        switch report.result {
        case .built:
            return ["compiled ", compiled, " of ", total, " declarations in ", time, " → ", report.output, "\n"]
        case .unchanged where report.declarations.analysed > 0:
            return [
                "compiled ", compiled, " of ", total, " declarations in ", time, ", same program → ", report.output,
                "\n",
            ]
        case .unchanged: return ["nothing to do for ", total, " declarations, ", time, " → ", report.output, "\n"]
        case .failed:
            let count = report.diagnostics.count
            return [
                grouped(count), count == 1 ? " error" : " errors", ", compiled ", compiled, " of ", total,
                " declarations\n",
            ]
        }
    }

    private func duration(_ microseconds: Int64) -> String {
        if microseconds < 1000 { return "\(microseconds) µs" }
        if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds / 100 % 10) ms" }
        return "\(grouped(Int(microseconds / 1000))) ms"
    }
}

/// `number` with a comma between groups of three digits.
func grouped(_ number: Int) -> String {
    guard number >= 1000 else { return String(number) }
    let rest = number % 1000
    return grouped(number / 1000) + (rest < 10 ? ",00" : rest < 100 ? ",0" : ",") + String(rest)
}
