import Cache
import Semantics
import ZIR

/// Bodies that are analysed, and their code made, before it is known whether anything reaches them: by all processors, in
/// a build from nothing.
///
/// What a body asks brings others to life, often one after the other. So that there is something to do ahead, what the
/// text of a declaration names is presumed to be reached, like the declaration itself. A body that nothing reaches is
/// work done in vain, and nothing else: the update takes what it comes to, in its own order, as it would from the cache.
///
/// It belongs to `update`, and is to be dropped with the analysis: they keep each other alive.
final class BodiesAhead {
    /// Makes code, ahead or because it is asked to.
    typealias Work = WorkAhead<CodeJob, GeneratedBatch>

    private let update: Update
    let interfaces: InterfacesAhead
    private let analysts: BodyAnalysts
    /// Presumed to be reached: those before `next` were looked at.
    private var presumed: [DeclIndex] = []
    private var next = 0
    private var isPresumed = DeclSet()
    /// Where the result of a body is to be had.
    private let places = DeclTable<Place>()
    private var job: BodyJob
    /// What became of the jobs, by number; the last is still to be added.
    private var progress = [Progress()]
    /// How many were added and nobody has asked for.
    private var waiting = 0

    /// Where the result of a body stands.
    struct Place {
        var job: Int
        var index: Int
    }

    private struct Progress {
        var ticket: Work.Ticket?
        var result = GeneratedBatch()
        /// How many of its bodies nobody has asked for.
        var left = 0
    }

    /// So many jobs are ahead at most: what they hold is kept in memory.
    private static let mostWaiting = 64
    /// A body that names more is left to the update.
    private static let mostReferences = 64

    init(_ update: Update) {
        self.update = update
        interfaces = InterfacesAhead(update)
        analysts = BodyAnalysts(options: update.analyzer.options, interfaces: interfaces.stored)
        job = BodyJob(analysts: analysts)
    }

    func leaveMemory() {
        interfaces.leaveMemory()
        places.leaveMemory()
    }

    /// Presumes that something reaches `declaration`.
    func presume(_ declaration: DeclIndex) {
        if isPresumed.insert(declaration) { presumed.append(declaration) }
    }

    /// Prepares bodies for analysis as long as not too many are waiting.
    func advance() {
        while next < presumed.count, waiting < BodiesAhead.mostWaiting {
            prepare(presumed[next])
            next += 1
        }
        if next == presumed.count { addJob() }
    }

    /// Where the body of `declaration` is to be had, once; nil if it is left to the update.
    func take(_ declaration: DeclIndex) -> Place? {
        guard let place = places[declaration] else { return nil }
        places[declaration] = nil
        if place.job == progress.count - 1 { addJob() }
        if let ticket = progress[place.job].ticket {
            progress[place.job].ticket = nil
            takeJob(place.job, ticket, for: declaration)
        }
        if !progress[place.job].result.missing.contains(place.index) { return place }
        leave(place)
        return nil
    }

    /// What the body, and the interface before it, asked.
    func edges(_ place: Place) -> [EdgeRecord] { progress[place.job].result.edges[place.index] }

    /// Its code.
    func code(_ place: Place) -> GeneratedCode { progress[place.job].result.code[place.index] }

    /// Says that what stands at `place` is not needed any more.
    func leave(_ place: Place) {
        progress[place.job].left -= 1
        if progress[place.job].left == 0 { progress[place.job].result = GeneratedBatch() }
    }

    private func takeJob(_ job: Int, _ ticket: Work.Ticket, for declaration: DeclIndex) {
        update.clock.beginPart(.generate, of: declaration.rawValue, count: progress[job].left)
        progress[job].result = update.generator.take(ticket)
        update.clock.endPart()
        waiting -= 1
    }

    private func addJob() {
        guard !job.bodies.isEmpty else { return }
        progress[progress.count - 1].left = job.bodies.count
        progress[progress.count - 1].ticket = update.generator.add(.bodies(job))
        waiting += 1
        progress.append(Progress())
        job = BodyJob(analysts: analysts)
    }

    /// Presumes that whatever `declaration` names is reached, and has its body analysed if it has one.
    private func prepare(_ declaration: DeclIndex) {
        guard let syntax = update.plainSyntax(declaration) else { return }
        let (references, steps) = (job.references.count, job.steps.count)
        let isWhole = addReferences(of: declaration, syntax)
        if isWhole, syntax.root?.opcode == .fn, let function = interfaces.found(declaration) {
            places[declaration] = Place(job: progress.count - 1, index: job.bodies.count)
            job.bodies.append(
                BodyJob.Body(
                    declaration: declaration, syntax: syntax, interface: function.number,
                    interfaceEdges: interfaces.questions(of: declaration), references: references..<job.references.count
                ))
            if job.bodies.count == Update.functionsPerBatch { addJob() }
        } else {
            job.references.removeSubrange(references...)
            job.steps.removeSubrange(steps...)
        }
    }

    /// Adds the declarations that `syntax` names to the job; false if it cannot have them all.
    private func addReferences(of declaration: DeclIndex, _ syntax: Syntax) -> Bool {
        let first = job.references.count
        var isWhole = true
        for operand in syntax.operands where operand.kind == .decl {
            if isKnown(operand.range, syntax, first) { continue }
            if !addReference(operand.range, syntax, of: declaration, behind: first) { isWhole = false }
        }
        return isWhole
    }

    private func isKnown(_ name: SyntaxRange, _ syntax: Syntax, _ first: Int) -> Bool {
        syntax.withUnsafeBytes(of: name) { name in
            job.references[first...].contains { reference in
                reference.name.count == name.count
                    && syntax.withUnsafeBytes(of: reference.name) { $0.elementsEqual(name) }
            }
        }
    }

    private func addReference(
        _ name: SyntaxRange, _ syntax: Syntax, of declaration: DeclIndex, behind first: Int
    ) -> Bool {
        let resolved = syntax.withUnsafeBytes(of: name) { interfaces.resolve($0, for: declaration) }
        guard let resolved else { return false }
        presume(resolved.target)
        guard job.references.count - first < BodiesAhead.mostReferences,
            let found = interfaces.found(resolved.target)
        else { return false }
        let steps = job.steps.count
        job.steps += resolved.steps
        job.references.append(
            BodyJob.Reference(
                name: name, target: resolved.target, interface: found.number, kind: found.kind, seen: found.seen,
                steps: steps..<job.steps.count))
        return true
    }
}

/// What is to be made code of.
enum CodeJob: Sendable {
    /// Functions that were analysed.
    case functions([UngeneratedFunction])
    /// Bodies that were not.
    case bodies(BodyJob)

    @Sendable static func perform(_ job: CodeJob) -> GeneratedBatch {
        switch job {
        case .functions(let functions): UngeneratedFunction.generate(functions)
        case .bodies(let bodies): bodies.generate()
        }
    }
}
