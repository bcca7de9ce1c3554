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

    var bodies: [Body] = []
    var references: [Reference] = []
    var steps: [EdgeRecord] = []
    /// Who analyses them.
    let analysts: BodyAnalysts

    /// The code of those bodies that need no more answers; the others are missing.
    func generate() -> GeneratedBatch {
        let analyst = analysts.take()
        defer { analysts.giveBack(analyst) }
        let generator = Generator()
        var builder = BatchBuilder(count: bodies.count)
        for body in bodies {
            guard let analyzed = analyst.analyze(body, of: self),
                (try? generator.generate(analyzed.function, declaration: body.declaration)) != nil
            else {
                builder.addMissing()
                continue
            }
            builder.add(generator, body.syntax, edges: analyzed.edges)
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

/// Analyses bodies ahead, with types of its own. Belongs to the thread that took it.
final class BodyAnalyst: Program, @unchecked Sendable {
    private let analyzer: Analyzer
    private let stored: Locked<[StoredInterface]>
    /// In the types of `analyzer`, by number; nil until it is asked for.
    private var interfaces: [Interface?] = []
    /// The declarations that the body at work names, and the steps to them.
    private let references = FlatTable<NamedReference>()
    private let steps = FlatTable<EdgeRecord>()
    /// What it has asked.
    private var frame = Frame(asker: .none, isInterface: false)

    /// A reference with its name where it stands: in the syntax at work, which lives as long.
    private struct NamedReference {
        var name: UnsafeRawBufferPointer
        var reference: BodyJob.Reference
    }

    init(options: AnalysisOptions, interfaces: Locked<[StoredInterface]>) {
        analyzer = Analyzer(options: options)
        stored = interfaces
    }

    /// The typed form of `body`; nil if it has an error, or asks what `job` has no answer to.
    func analyze(_ body: BodyJob.Body, of job: BodyJob) -> (function: IRFunction, edges: [EdgeRecord])? {
        references.removeAll()
        steps.removeAll()
        frame.removeAll()
        for place in body.references {
            var reference = job.references[place]
            let name = body.syntax.withUnsafeBytes(of: reference.name) { $0 }
            let first = steps.count
            for step in reference.steps { steps.append(job.steps[step]) }
            reference.steps = first..<steps.count
            references.append(NamedReference(name: name, reference: reference))
        }
        return withExtendedLifetime(body.syntax) {
            guard let interface = interface(body.interface, of: body.declaration),
                case .function(let function)? = try? analyzer.analyzeBody(
                    body.syntax, of: body.declaration, interface: interface, program: self)
            else { return nil }
            return (function, body.interfaceEdges + frame.edges)
        }
    }

    private func interface(_ number: InterfaceNumber, of declaration: DeclIndex) -> Interface? {
        guard var interface = interface(number) else { return nil }
        // What has an address is stored by its type, and its value is its place.
        if interface.category.hasAddress { interface.value = .place(Place(base: .declaration(declaration))) }
        return interface
    }

    private func interface(_ number: InterfaceNumber) -> Interface? {
        if number < interfaces.count, let known = interfaces[number] { return known }
        let bytes = stored.with { $0[number].bytes }
        guard
            let interface = Update.importedFile(bytes) == nil
                ? try? analyzer.types.deserialize(bytes[...], declaration: { Update.declaration($0, in: .none) })
                : Update.moduleInterface
        else { return nil }
        interfaces += repeatElement(nil, count: max(number + 1 - interfaces.count, 0))
        interfaces[number] = interface
        return interface
    }
}

// Questions.
extension BodyAnalyst {
    func lookup(_ name: UnsafeRawBufferPointer) throws(AnalysisStop) -> DeclIndex? {
        for named in references.elements where isEqual(named.name, name) {
            for step in named.reference.steps { frame.add(steps[step]) }
            frame.add(named.reference.target, .exists, seen: Answer.found)
            return named.reference.target
        }
        throw .blocked(.none)
    }

    func interface(of declaration: DeclIndex) throws(AnalysisStop) -> Interface {
        for named in references.elements where named.reference.target == declaration {
            guard let interface = interface(named.reference.interface, of: declaration) else { break }
            frame.add(declaration, named.reference.kind, seen: named.reference.seen)
            return interface
        }
        throw .blocked(declaration)
    }

    func content(of declaration: DeclIndex) throws(AnalysisStop) -> Content { throw .blocked(declaration) }

    /// Only messages name declarations, and nobody reads those: a body with an error is analysed again.
    func name(of declaration: DeclIndex) -> String { "" }

    private func isEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else { return false }
        return memcmp(first, second, a.count) == 0
    }
}
