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
    private let entries = DeclPages<Entry>()
    /// What is still to be added, and what its bodies name.
    private var job: BodyJob
    private let references = FlatTable<BodyJob.Reference>()
    private let steps = FlatTable<EdgeRecord>()
    /// What bodies of the file at work named before.
    private var recent = RecentReferences()
    /// What became of the jobs, by number; the last is still to be added.
    private var progress = [Progress()]
    /// How many were added and nobody has asked for.
    private var waiting = 0

    /// What is known of a declaration.
    private struct Entry {
        /// Whether it is presumed to be reached.
        var isPresumed = false
        /// The number of the job that has its body, and the place there.
        var job: UInt32 = 0
        var place: UInt32 = 0
        /// Whether the result is still to be had.
        var isWaiting = false
    }

    private struct Progress {
        var ticket: Work.Ticket?
        var result = GeneratedBatch()
        /// The number of its code.
        var batch: UInt32 = 0
        /// How many of its bodies nobody has asked for.
        var left = 0
    }

    /// What the body of a function came to.
    struct Body {
        /// What it and its interface asked.
        var edges: [EdgeRecord]
        /// Where its code stands.
        var code: CodeTable.Place
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
        entries.leaveMemory()
    }

    /// Presumes that something reaches `declaration`.
    func presume(_ declaration: DeclIndex) {
        let entry = entries.element(declaration, orNew: Entry())
        guard !entry.pointee.isPresumed else { return }
        entry.pointee.isPresumed = true
        presumed.append(declaration)
    }

    /// Prepares bodies for analysis as long as not too many are waiting.
    func advance() {
        while next < presumed.count, waiting < BodiesAhead.mostWaiting {
            prepare(presumed[next])
            next += 1
        }
        if next == presumed.count { addJob() }
    }

    /// What the body of `declaration` came to, once; nil if it is left to the update.
    func take(_ declaration: DeclIndex) -> Body? {
        guard let entry = entries.loaded(declaration), entry.pointee.isWaiting else { return nil }
        entry.pointee.isWaiting = false
        let (job, place) = (Int(entry.pointee.job), Int(entry.pointee.place))
        if job == progress.count - 1 { addJob() }
        if let ticket = progress[job].ticket {
            progress[job].ticket = nil
            takeJob(job, ticket, for: declaration)
        }
        let edges = progress[job].result.takeEdges(place)
        progress[job].left -= 1
        if progress[job].left == 0 { progress[job].result = GeneratedBatch() }
        return edges.map {
            Body(edges: $0, code: CodeTable.Place(batch: progress[job].batch, index: UInt32(place)))
        }
    }

    private func takeJob(_ job: Int, _ ticket: Work.Ticket, for declaration: DeclIndex) {
        update.clock.beginPart(.generate, of: declaration.rawValue, count: progress[job].left)
        progress[job].result = update.generator.take(ticket)
        progress[job].batch = update.code.add(progress[job].result.takeCode())
        update.clock.endPart()
        waiting -= 1
    }

    private func addJob() {
        guard !job.bodies.isEmpty else { return }
        job.references = Array(references.elements)
        job.steps = Array(steps.elements)
        references.removeAll()
        steps.removeAll()
        progress[progress.count - 1].left = job.bodies.count
        progress[progress.count - 1].ticket = update.generator.add(.bodies(job))
        waiting += 1
        progress.append(Progress())
        job = BodyJob(analysts: analysts)
    }

    /// Presumes that whatever `declaration` names is reached, and has its body analysed if it has one.
    private func prepare(_ declaration: DeclIndex) {
        guard let syntax = update.plainSyntax(declaration) else { return }
        let (firstReference, firstStep) = (references.count, steps.count)
        let isWhole = addReferences(of: declaration, syntax)
        if isWhole, syntax.rootOpcode == .fn, let function = interfaces.found(declaration) {
            let entry = entries.element(declaration)
            entry.pointee.job = UInt32(progress.count - 1)
            entry.pointee.place = UInt32(job.bodies.count)
            entry.pointee.isWaiting = true
            job.add(
                BodyJob.Body(
                    declaration: declaration, syntax: syntax, interface: interfaces[function].number,
                    interfaceEdges: interfaces[function].edges, references: firstReference..<references.count))
            if job.isFull { addJob() }
        } else {
            references.removeAll(from: firstReference)
            steps.removeAll(from: firstStep)
        }
    }

    /// Adds the declarations that `syntax` names to the job; false if it cannot have them all.
    private func addReferences(of declaration: DeclIndex, _ syntax: Syntax) -> Bool {
        let first = references.count
        let file = update.graph.file(of: declaration)
        let names = update.nameTable(file)
        recent.enter(file)
        var isWhole = true
        for (place, range) in syntax.references.enumerated() {
            let isAdded = syntax.withUnsafeBytes(of: range) { name in
                place > Syntax.distinctReferences && isKnown(name, syntax, behind: first)
                    || addReference(range, name, of: declaration, names, behind: first)
            }
            if !isAdded { isWhole = false }
        }
        return isWhole
    }

    private func isKnown(_ name: UnsafeRawBufferPointer, _ syntax: Syntax, behind first: Int) -> Bool {
        for place in first..<references.count where Int(references[place].name.count) == name.count {
            if syntax.withUnsafeBytes(of: references[place].name, { $0.elementsEqual(name) }) { return true }
        }
        return false
    }

    private func addReference(
        _ range: SyntaxRange, _ name: UnsafeRawBufferPointer, of declaration: DeclIndex, _ names: NameTable,
        behind first: Int
    ) -> Bool {
        let firstStep = steps.count
        var target: DeclIndex?
        let key = NameTable.Key(name)
        if let known = recent.find(key.name, named: range), references.count - first < BodiesAhead.mostReferences {
            references.append(known)
            return true
        }
        if key.name.hasDot {
            guard let resolved = interfaces.resolve(name, for: declaration) else { return false }
            target = resolved.target
            steps.append(contentsOf: resolved.steps)
        } else {
            target = interfaces.find(key, in: names)
        }
        guard let target else { return false }
        presume(target)
        guard references.count - first < BodiesAhead.mostReferences, let found = interfaces.found(target) else {
            return false
        }
        let reference = BodyJob.Reference(
            name: range, target: target, interface: interfaces[found].number, kind: interfaces[found].kind,
            seen: interfaces[found].stored.hash, steps: firstStep..<steps.count)
        references.append(reference)
        // The steps are those of the job at work.
        if reference.steps.isEmpty { recent.note(reference, key.name) }
        return true
    }
}

/// What a name stood for when bodies of a file named it before: types and constants are named by nearly every one.
private struct RecentReferences: ~Copyable {
    private struct Entry {
        var words: (first: UInt64, rest: UInt64)
        var reference: BodyJob.Reference
    }

    /// A power of two.
    private static let count = 8

    private var file = FileNumber.max
    /// By the lowest bits of what the name has for a hash; a later one takes the place of an earlier.
    private let entries = FlatTable<Entry?>()

    init() { entries.append(repeating: nil, count: RecentReferences.count) }

    /// From now on names are those of `file`.
    mutating func enter(_ file: FileNumber) {
        guard file != self.file else { return }
        self.file = file
        for place in 0..<RecentReferences.count { entries[place] = nil }
    }

    /// What `name` stands for, which stands in `range` now.
    @inline(__always)
    func find(_ name: DeclName, named range: SyntaxRange) -> BodyJob.Reference? {
        guard let words = name.words, let entry = entries[RecentReferences.place(words)], entry.words == words else {
            return nil
        }
        var reference = entry.reference
        reference.name = range
        return reference
    }

    /// Remembers what a short `name` stands for.
    func note(_ reference: BodyJob.Reference, _ name: DeclName) {
        guard let words = name.words else { return }
        entries[RecentReferences.place(words)] = Entry(words: words, reference: reference)
    }

    @inline(__always)
    private static func place(_ words: (first: UInt64, rest: UInt64)) -> Int {
        let hash = (words.first ^ words.rest) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: hash &>> 61)
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
