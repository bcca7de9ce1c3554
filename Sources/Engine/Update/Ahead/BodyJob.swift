import Cache
import CodeGen
import Glibc
import Semantics
import ZIR

/// Bodies of functions to be analysed ahead of the update, with the answers to whatever they may ask: so they need
/// nothing that belongs to another thread.
struct BodyJob: Sendable {
    /// The body of one function.
    struct Body: Sendable {
        var declaration: DeclIndex
        var syntax: Syntax
        var interface: InterfaceNumber
        /// What the function asked to find out what it is.
        var interfaceEdges: [EdgeRecord]
        /// The declarations that its text names, in the job's.
        var references: Range<Int>
    }

    /// A declaration that a body names.
    struct Reference: Sendable {
        /// The name, in the body's syntax.
        var name: SyntaxRange
        var target: DeclIndex
        var interface: InterfaceNumber
        /// The edge to it once its interface was asked for.
        var kind: EdgeKind
        var seen: UInt64
        /// What looking the name up asks of the modules on the way, in the job's.
        var steps: Range<Int>
    }

    private(set) var bodies: [Body] = []
    var references: [Reference] = []
    var steps: [EdgeRecord] = []
    /// Who analyses them.
    let analysts: BodyAnalysts

    init(analysts: BodyAnalysts) {
        self.analysts = analysts
        bodies.reserveCapacity(Update.functionsPerBatch)
    }

    /// Whether there are as many as a job has.
    var isFull: Bool { bodies.count == Update.functionsPerBatch }

    mutating func add(_ body: Body) { bodies.append(body) }

    /// The code of those bodies that need no more answers; the others are missing.
    func generate() -> GeneratedBatch {
        let analyst = analysts.take()
        defer { analysts.giveBack(analyst) }
        var builder = BatchBuilder(count: bodies.count)
        references.withUnsafeBufferPointer { references in
            steps.withUnsafeBufferPointer { steps in
                for place in bodies.indices {
                    let answers = BodyAnalyst.Answers(
                        names: bodies[place].syntax.withUnsafeBytes(of: .empty) { $0.baseAddress },
                        references: UnsafeBufferPointer(rebasing: references[bodies[place].references]), steps: steps)
                    analyst.generate(bodies[place], answers, &builder)
                }
            }
        }
        return builder.build()
    }
}

/// Who analyses bodies ahead: one for each thread that is at it, and used again.
final class BodyAnalysts: Sendable {
    private let options: AnalysisOptions
    private let interfaces: Locked<[StoredInterface]>
    private let idle = Locked<[BodyAnalyst]>([])

    /// `interfaces` are those that bodies ask for, by number.
    init(options: AnalysisOptions, interfaces: Locked<[StoredInterface]>) {
        self.options = options
        self.interfaces = interfaces
    }

    func take() -> BodyAnalyst {
        idle.with { $0.popLast() } ?? BodyAnalyst(options: options, interfaces: interfaces)
    }

    func giveBack(_ analyst: BodyAnalyst) { idle.with { $0.append(analyst) } }
}

/// Analyses bodies ahead, with types of its own, and makes their code. Belongs to the thread that took it.
final class BodyAnalyst: Program, @unchecked Sendable {
    private let analyzer: Analyzer
    private let generator = Generator()
    private let stored: Locked<[StoredInterface]>
    /// In the types of `analyzer`, by number; nil until it is asked for.
    private let interfaces = FlatTable<Interface?>()
    /// Those of them that are plain.
    private let plainInterfaces = FlatTable<PlainInterface?>()
    /// Where the edges of a body are put together.
    private let edges = FlatTable<EdgeRecord>()
    /// What the body at work may ask.
    private var answers = Answers()
    /// What it has asked.
    private var frame = Frame(asker: .none, isInterface: false)

    /// The answers to what a body may ask, where they stand: in its job and in its parsed form.
    struct Answers {
        /// Where the names begin of which the references have ranges.
        var names: UnsafeRawPointer?
        /// The declarations that the body names.
        var references = UnsafeBufferPointer<BodyJob.Reference>(start: nil, count: 0)
        /// The steps to them, and to those of other bodies.
        var steps = UnsafeBufferPointer<EdgeRecord>(start: nil, count: 0)
    }

    init(options: AnalysisOptions, interfaces: Locked<[StoredInterface]>) {
        analyzer = Analyzer(options: options)
        stored = interfaces
    }

    /// Adds the code of `body` to `builder`, or that it is missing: if it has an error, or asks what has no answer.
    func generate(_ body: BodyJob.Body, _ answers: Answers, _ builder: inout BatchBuilder) {
        self.answers = answers
        frame.removeAll()
        if makeCode(body) {
            builder.add(generator, body.syntax, edges: edges(behind: body.interfaceEdges))
        } else {
            builder.addMissing()
        }
        self.answers = Answers()
    }

    /// `first`, and what the body at work has asked: in an array without room for more, since it is kept.
    private func edges(behind first: [EdgeRecord]) -> [EdgeRecord] {
        edges.removeAll()
        edges.append(contentsOf: first)
        edges.append(contentsOf: frame.edges)
        return Array(edges.elements)
    }

    private func makeCode(_ body: BodyJob.Body) -> Bool {
        guard let interface = plainInterface(body.interface) else { return false }
        var isMade = false
        try? analyzer.withCode(body.syntax, of: body.declaration, type: interface.type, program: self) { code in
            isMade = (try? generator.generate(code, declaration: body.declaration)) != nil
        }
        return isMade
    }

    private func plainInterface(_ number: InterfaceNumber) -> PlainInterface? {
        if Int(number) < plainInterfaces.count, let known = plainInterfaces[Int(number)] { return known }
        return interface(number) == nil ? nil : plainInterfaces[Int(number)]
    }

    private func interface(_ number: InterfaceNumber, of declaration: DeclIndex) -> Interface? {
        guard var interface = interface(number) else { return nil }
        // What has an address is stored by its type, and its value is its place.
        if interface.category.hasAddress { interface.value = .place(Place(base: .declaration(declaration))) }
        return interface
    }

    private func interface(_ number: InterfaceNumber) -> Interface? {
        let number = Int(number)
        if number < interfaces.count, let known = interfaces[number] { return known }
        let bytes = stored.with { $0[number].bytes }
        guard
            let interface = Update.importedFile(bytes) == nil
                ? try? analyzer.types.deserialize(bytes[...], declaration: { Update.declaration($0, in: .none) })
                : Update.moduleInterface
        else { return nil }
        let missing = max(number + 1 - interfaces.count, 0)
        interfaces.append(repeating: nil, count: missing)
        plainInterfaces.append(repeating: nil, count: missing)
        interfaces[number] = interface
        plainInterfaces[number] = PlainInterface(interface)
        return interface
    }
}

// Questions.
extension BodyAnalyst {
    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? {
        let target = answers.references[try find(name)].target
        frame.add(target, .exists, seen: Answer.found)
        return target
    }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        guard let place = answers.references.firstIndex(where: { $0.target == declaration }) else {
            throw .blocked(declaration)
        }
        return try interface(at: place)
    }

    func reference(to name: UnsafeRawBufferPointer) throws(AnalysisStop) -> Reference? {
        let place = try find(name)
        let target = answers.references[place].target
        guard let interface = plainInterface(answers.references[place].interface) else {
            frame.add(target, .exists, seen: Answer.found)
            return Reference(declaration: target)
        }
        frame.add(target, answers.references[place].kind, seen: answers.references[place].seen)
        return Reference(
            declaration: target, interface: interface.category.hasAddress ? interface.at(target) : interface)
    }

    /// Where the answers about `name` stand; notes the steps to it.
    @inline(__always)
    private func find(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> Int {
        for place in answers.references.indices where isEqual(answers.references[place].name, name) {
            for step in answers.references[place].steps { frame.add(answers.steps[step]) }
            return place
        }
        throw .blocked(.none)
    }

    private func interface(at place: Int) throws(AnalysisStop) -> Interface {
        let target = answers.references[place].target
        guard let interface = interface(answers.references[place].interface, of: target) else { throw .blocked(target) }
        frame.add(target, answers.references[place].kind, seen: answers.references[place].seen)
        return interface
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content { throw .blocked(declaration) }

    /// Only messages name declarations, and nobody reads those: a body with an error is analysed again.
    func name(of declaration: DeclIndex) -> String { "" }

    /// Whether the name in `range` is `name`: nearly always that very one, and then it need not be compared.
    private func isEqual(_ range: SyntaxRange, _ name: UnsafeRawBufferPointer) -> Bool {
        guard Int(range.count) == name.count, let names = answers.names, let first = name.baseAddress else {
            return false
        }
        let known = names + Int(range.first)
        return known == first || memcmp(known, first, name.count) == 0
    }
}
