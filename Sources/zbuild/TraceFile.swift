import Engine
import Glibc

/// What `--trace` writes: the Trace Event Format of Chrome, which Perfetto reads. One event for the build, below it one for
/// each phase, below those their parts, each with its file or declaration. Times are in microseconds.
enum TraceFile {
    /// Writes the trace of a build, if one is wanted.
    static func write(_ report: Report, to path: String?) throws {
        guard let path, let measurements = report.measurements else { return }
        guard let file = fopen(path, "we") else { throw failure(path) }
        let bytes = Array(text(measurements, output: report.output).utf8)
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten else { throw failure(path) }
    }

    private static func failure(_ path: String) -> ExitStatus {
        Console.write("zbuild: unable to write '\(path)': \(String(cString: strerror(errno)))\n", to: .error)
        return .failure
    }

    static func text(_ measurements: Measurements, output: String) -> String {
        let process = #"{"name":"process_name","ph":"M","pid":1,"tid":1,"args":{"name":"zbuild"}}"#
        let end = measurements.spans.reduce(0) { max($0, $1.end) }
        let build = event("build", "build", start: 0, duration: end, #""output":\#(jsonText(output))"#)
        let events = [process, build] + measurements.spans.map(event)
        return #"{"displayTimeUnit":"ms","traceEvents":["# + "\n" + events.joined(separator: ",\n") + "\n]}\n"
    }

    private static func event(_ span: Measurements.Span) -> String {
        let kind = span.phase == .diff ? "file" : "declaration"
        let arguments = span.subject.map { #""\#(kind)":\#(jsonText($0))"# } ?? ""
        return event(
            span.phase.name, span.isPart ? "part" : "phase", start: span.start, duration: span.duration, arguments)
    }

    private static func event(
        _ name: String, _ category: String, start: Int64, duration: Int64, _ arguments: String
    ) -> String {
        #"{"name":"\#(name)","cat":"\#(category)","ph":"X","ts":\#(microseconds(start)),"dur":\#(microseconds(duration)),"#
            + #""pid":1,"tid":1,"args":{\#(arguments)}}"#
    }

    private static func microseconds(_ nanoseconds: Int64) -> String {
        let rest = String(nanoseconds % 1000 + 1000).dropFirst()
        return "\(nanoseconds / 1000).\(rest)"
    }
}
