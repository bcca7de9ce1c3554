import Engine
import ZIR

/// Errors in the sources as people see them: place, message, the line, a caret; notes below theirs.
enum DiagnosticText {
    static func text(_ diagnostics: [RenderedDiagnostic], _ color: ColorChoice, on stream: Console.Stream) -> String {
        let renderer = DiagnosticRenderer(usesColor: Console.usesColor(color, stream))
        var text = ""
        for diagnostic in diagnostics {
            for entry in [diagnostic] + diagnostic.notes {
                text += renderer.render(
                    path: entry.path, position: entry.position, severity: entry.severity == .error ? .error : .note,
                    message: entry.message, sourceLine: entry.line)
            }
        }
        return text
    }
}
