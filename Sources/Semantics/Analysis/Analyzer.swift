import ZIR

/// Analyses declarations one at a time: parsed text in, types, comptime values and typed code out.
///
/// What it makes of a declaration depends on the text, on the options, and on the answers of `program` to what it asked,
/// and on nothing else. It may be asked again from inside an answer. Belongs to one thread, as does its `types`.
public final class Analyzer {
    /// The types of all interfaces that are passed in and out.
    public let types: TypeTable
    /// The options of the build.
    public let options: AnalysisOptions
    /// Where the operand stands that the last question to a `Program` was about: a cycle is reported there.
    public private(set) var questionPosition = Position.start

    /// Analyses that are over, to be taken up again.
    private let idle = FlatTable<Analysis>()

    /// An analyzer whose types are those of `types`.
    public init(types: TypeTable = TypeTable(), options: AnalysisOptions = AnalysisOptions()) {
        self.types = types
        self.options = options
    }

    /// What others see of a declaration. Of a function that is its type: its body is not looked at.
    public func analyzeInterface(
        _ syntax: Syntax, of declaration: DeclIndex, program: any Program
    ) throws(AnalysisStop) -> Interface {
        try analyze(syntax, declaration, program) { analysis throws(AnalysisStop) in try analysis.interface() }
    }

    /// What a declaration puts into the program. `interface` is what `analyzeInterface` made of it.
    public func analyzeBody(
        _ syntax: Syntax, of declaration: DeclIndex, interface: Interface, program: any Program
    ) throws(AnalysisStop) -> AnalyzedBody {
        try analyze(syntax, declaration, program) { analysis throws(AnalysisStop) in
            try analysis.body(interface)
        }
    }

    /// As `analyzeBody` of a function of `type`, but lends what it does to `use` instead of copying it. Of any other
    /// declaration there is nothing to lend.
    public func withCode(
        _ syntax: Syntax, of declaration: DeclIndex, type: TypeIndex, program: any Program, _ use: (IRCode) -> Void
    ) throws(AnalysisStop) {
        try analyze(syntax, declaration, program) { analysis throws(AnalysisStop) in
            if try analysis.makeCode(type) { use(analysis.code.finished) }
        }
    }

    /// What an `export` asks of the linker; nil for any other declaration.
    public func analyzeExport(
        _ syntax: Syntax, of declaration: DeclIndex, program: any Program
    ) throws(AnalysisStop) -> ExportRequest? {
        try analyze(syntax, declaration, program) { analysis throws(AnalysisStop) in try analysis.export() }
    }

    private func analyze<Result>(
        _ syntax: Syntax, _ declaration: DeclIndex, _ program: any Program,
        _ run: (Analysis) throws(AnalysisStop) -> Result
    ) throws(AnalysisStop) -> Result {
        let analysis = idle.popLast() ?? Analysis(types: types, options: options)
        analysis.begin(syntax, of: declaration, in: program)
        defer {
            questionPosition = analysis.questionPosition
            analysis.end()
            idle.append(analysis)
        }
        return try run(analysis)
    }
}
