import Engine
import Semantics

/// A build that somebody asks for, and what is to be printed of it; without any words on the command line, the default.
///
/// Apart from the options of the parser, whose types take longer to set up than a build that finds nothing to do.
struct BuildRequest {
    var mode: OptimizeMode = .debug
    /// Say why each declaration was compiled.
    var explain = false
    /// Print one JSON object instead of text.
    var json = false
    /// Print errors only.
    var quiet = false
    /// Explain everything.
    var verbose = false
    var color: ColorChoice = .auto
    /// Say what each phase took.
    var stats = false
    /// Where to write when each phase began and ended.
    var trace: String?

    /// Builds and prints. Throws if the sources have errors.
    func run() throws { _ = try build(summary: .output) }

    /// Builds and prints; the last line goes to `summary`, or nowhere if it only says that there was nothing to do and
    /// nobody wants to hear that. Throws if the sources have errors.
    func build(summary: Console.Stream, isQuietIfUnchanged: Bool = false) throws -> Report {
        let report = try Engine.build(options)
        var printed = self
        if isQuietIfUnchanged && report.result == .unchanged && !(explain || json || stats) { printed.quiet = true }
        ReportPrinter(request: printed, summary: summary).print(report)
        try TraceFile.write(report, to: trace)
        guard report.result != .failed else { throw ExitStatus.sourcesHaveErrors }
        return report
    }

    private var options: BuildOptions {
        var options = BuildOptions(mode: mode)
        // `zbuild run` starts the program in this process.
        options.endsProcess = true
        options.measuring = trace != nil ? .spans : stats ? .phases : .nothing
        return options
    }
}

extension BuildOptions {
    /// What concerns one variant of the project in the current folder, and tells a person whom it waits for.
    init(mode: OptimizeMode) {
        self.init()
        self.mode = mode
        waiting = Console.waiting
    }
}
