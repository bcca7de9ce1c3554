import Engine

/// Why a build did what it did, as causes and their effects: a root cause a line, what it caused indented below.
struct ExplanationText {
    private let report: Report
    /// Whether nothing is left out.
    private let isVerbose: Bool

    init(_ report: Report, isVerbose: Bool) {
        self.report = report
        self.isVerbose = isVerbose
    }

    /// Lines shown where not everything is asked for.
    private static let limit = 40

    var text: String {
        var lines = CauseLines(report.causes, isVerbose: isVerbose).lines
        if !isVerbose && lines.count > ExplanationText.limit {
            let left = lines.count - ExplanationText.limit
            lines = lines.prefix(ExplanationText.limit) + ["... and \(grouped(left)) more; --verbose shows all"]
        }
        if report.unlistedChanges > 0 {
            lines.append("\(grouped(report.unlistedChanges)) more changes of what nothing reaches")
        }
        return (beginning + lines + [counts]).joined(separator: "\n") + "\n"
    }

    /// Why there are no causes, or more was done than they say.
    private var beginning: [String] {
        var lines: [String] = []
        if report.isRecovered { lines.append("an update that was interrupted was finished") }
        if let fallback = report.fallback {
            lines.append("everything was made anew: \(fallback.explanation)")
        } else if report.isFirst {
            lines.append("everything was made: there was no build before")
        } else if report.causes.isEmpty && report.files.read > 0 {
            let isOne = report.files.read == 1
            lines.append("read \(grouped(report.files.read)) \(isOne ? "file" : "files"): no declaration changed")
        }
        return lines
    }

    /// What the linker did, and how much of the program it was.
    private var counts: String {
        let blocks = report.blocks
        var parts = [
            "\(grouped(report.declarations.analysed)) of \(grouped(report.declarations.total)) declarations compiled",
            "\(grouped(blocks.written)) written", "\(grouped(blocks.moved)) moved", "\(grouped(blocks.freed)) freed",
        ]
        if report.positions > 0 {
            parts.append("\(grouped(report.positions)) \(report.positions == 1 ? "position" : "positions") updated")
        }
        return parts.joined(separator: ", ")
    }
}
