import BLAKE3
import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// Generate: machine code of what was analysed.
///
/// Nobody asks what the code of a function is. So other processors make it while the analysis goes on; the results are
/// taken in the order of the analysis and when so many functions wait, so that nothing depends on who was faster.
extension Update {
    /// How many functions a processor takes at once; for fewer it is not worth to wake one.
    static let functionsPerBatch = 32
    /// How many batches wait at most: what they need until then is kept in memory.
    private static let mostBatches = 64

    /// Whether the code of a function is still to be taken.
    var isGenerating: Bool { !ungenerated.isEmpty || !batches.isEmpty }

    /// Has the code of a function generated.
    func leave(_ function: IRFunction, of declaration: DeclIndex) {
        setMark(declaration, Mark.ungenerated)
        ungenerated.append(
            UngeneratedFunction(declaration: declaration, function: function, syntax: syntaxes[declaration]))
        if ungenerated.count == Update.functionsPerBatch { addBatch() }
    }

    private func addBatch() {
        batches.append(
            Batch(declarations: ungenerated.map(\.declaration), ticket: generator.add(.functions(ungenerated))))
        ungenerated = []
        ungenerated.reserveCapacity(Update.functionsPerBatch)
    }

    /// Takes code for which too many wait.
    func limitBatches() {
        while batches.count > Update.mostBatches { takeBatch() }
    }

    /// Takes the code of all functions that wait for it.
    func generateFunctions() {
        let rest = ungenerated
        ungenerated.removeAll(keepingCapacity: true)
        while !batches.isEmpty { takeBatch() }
        take(rest.map(\.declaration)) { UngeneratedFunction.generate(rest) }
    }

    private func takeBatch() {
        let batch = batches.removeFirst()
        take(batch.declarations) { generator.take(batch.ticket) }
    }

    private func take(_ declarations: [DeclIndex], _ results: () -> GeneratedBatch) {
        guard let first = declarations.first else { return }
        clock.beginPart(.generate, of: first.rawValue, count: declarations.count)
        defer { clock.endPart() }
        let batch = results()
        let number = code.add(batch.code)
        for (place, declaration) in declarations.enumerated() {
            clearMark(declaration, Mark.ungenerated)
            syntaxes[declaration] = nil
            if !batch.errors.isEmpty, let error = batch.errors[place] {
                semanticErrors[declaration] = [error.diagnostic]
                graph[state: declaration].bodyState = .failed
            } else {
                code.put(CodeTable.Place(batch: number, index: UInt32(place)), of: declaration)
                noteCode(batch.code[place].hash, of: declaration)
                addEdgesToAddresses(declaration, batch.code[place].relocations)
            }
        }
    }

    /// Takes over data of `declaration` that was generated in this run.
    func take(_ generated: GeneratedCode, of declaration: DeclIndex) {
        code[declaration] = generated
        noteCode(generated.hash, of: declaration)
    }

    /// Notes that code or data of `declaration` was generated in this run.
    private func noteCode(_ hash: UInt64, of declaration: DeclIndex) {
        if !hasMark(declaration, Mark.generated) { report.declarations.generated += 1 }
        setMark(declaration, Mark.generated)
        let isChange = graph[state: declaration].codeHash != hash
        if isChange && !isFromNothing { explanation.noteCodeChange(declaration) }
        graph[state: declaration].codeHash = hash
    }

    static func codeHash(_ code: MachineCode, _ relocations: [RelocationRecord], _ section: SectionID) -> UInt64 {
        var texts = CodeTexts(capacity: 1 << 10)
        code.bytes.withUnsafeBufferPointer {
            texts.add($0, zeros: code.zeros, alignment: code.alignment, relocations, in: section)
        }
        var hash: UInt64 = 0
        texts.hashes { _, digest in hash = digest }
        return hash
    }
}

/// Functions whose code somebody makes.
struct Batch {
    var declarations: [DeclIndex]
    var ticket: Int
}

/// A function that was analysed, and whose code is still to be made.
struct UngeneratedFunction: Sendable {
    var declaration: DeclIndex
    var function: IRFunction
    /// Where its instructions stand.
    var syntax: Syntax?

    /// The code of `functions`.
    @Sendable static func generate(_ functions: [Self]) -> GeneratedBatch {
        let generator = Generator()
        var builder = BatchBuilder(count: functions.count)
        functions.withUnsafeBufferPointer { functions in
            for place in functions.indices {
                do throws(DiagnosticError) {
                    try generator.generate(functions[place].function.code, declaration: functions[place].declaration)
                    builder.add(generator, functions[place].syntax)
                } catch {
                    builder.add(error)
                }
            }
        }
        return builder.build()
    }
}

/// Collects the code of a batch of functions: their bytes are in one array, of which each has a part.
struct BatchBuilder: ~Copyable {
    private var batch = GeneratedBatch()
    private var bytes: [UInt8] = []
    /// Where in `bytes` the code of each function begins.
    private var starts: [Int] = []
    private var texts = CodeTexts(capacity: 16 << 10)

    init(count: Int) {
        batch.code.reserveCapacity(count)
        batch.edges.reserveCapacity(count)
        texts.reserveCapacity(count)
        starts.reserveCapacity(count)
        bytes.reserveCapacity(count * BatchBuilder.usualSize)
    }

    /// Most functions have fewer bytes than this.
    private static let usualSize = 128

    /// Adds what `generator` made last, with the positions of `syntax` filled in, and what the function asked.
    mutating func add(_ generator: Generator, _ syntax: Syntax?, edges: [EdgeRecord]) {
        add(generator, syntax)
        batch.edges.append(edges)
    }

    /// Adds what `generator` made last, with the positions of `syntax` filled in.
    mutating func add(_ generator: Generator, _ syntax: Syntax?) {
        let (code, start) = (generator.bytes, bytes.count)
        let relocations = RelocationRecord.records(of: generator.relocations)
        texts.add(code, alignment: generator.alignment, relocations, in: .text)
        starts.append(start)
        bytes.append(contentsOf: code)
        if let syntax { Update.fillPositions(&bytes, at: start, relocations, syntax) }
        batch.code.append(
            GeneratedCode(section: .text, alignment: generator.alignment, bytes: [], relocations: relocations, hash: 0))
    }

    /// Adds a function of which there is no code because of an error.
    mutating func add(_ error: DiagnosticError) {
        batch.errors[batch.code.count] = error
        addNothing()
    }

    /// Adds a function that could not be analysed ahead.
    mutating func addMissing() {
        batch.missing.insert(batch.code.count)
        batch.edges.append([])
        addNothing()
    }

    private mutating func addNothing() {
        texts.add(UnsafeBufferPointer(start: nil, count: 0), alignment: 1, [], in: .text)
        starts.append(bytes.count)
        batch.code.append(.nothing)
    }

    /// All of it, with the hashes.
    consuming func build() -> GeneratedBatch {
        for place in starts.indices {
            let end = place + 1 < starts.count ? starts[place + 1] : bytes.count
            batch.code[place].bytes = bytes[starts[place]..<end]
        }
        var batch = batch
        texts.hashes { place, hash in batch.code[place].hash = hash }
        return batch
    }
}

/// What became of a batch of functions.
struct GeneratedBatch: Sendable {
    /// The code of each of them.
    var code: [GeneratedCode] = []
    /// Errors that the analysis could not see, by the place of the function in the batch: its code is nothing.
    var errors: [Int: DiagnosticError] = [:]
    /// Of functions analysed ahead what each of them asked.
    var edges: [[EdgeRecord]] = []
    /// Those of them that are still to be analysed, by their place.
    var missing: Set<Int> = []

    /// Hands over what the function at `place` asked, once; nil if it is still to be analysed.
    mutating func takeEdges(_ place: Int) -> [EdgeRecord]? {
        guard missing.isEmpty || !missing.contains(place) else { return nil }
        var taken: [EdgeRecord] = []
        swap(&taken, &edges[place])
        return taken
    }

    /// Hands all code over, once.
    mutating func takeCode() -> [GeneratedCode] {
        var taken: [GeneratedCode] = []
        swap(&taken, &code)
        return taken
    }
}

extension GeneratedCode {
    /// That of a function that has none.
    static var nothing: GeneratedCode {
        GeneratedCode(section: .text, alignment: 1, bytes: [], relocations: [], hash: 0)
    }

    /// `data` for `section`, with the positions of `syntax` filled in.
    init(_ data: MachineCode, in section: SectionID, _ syntax: Syntax?) {
        let relocations = data.relocations.map(RelocationRecord.init)
        self.init(
            section: section, alignment: data.alignment, bytes: data.bytes[...], zeros: data.zeros,
            relocations: relocations, hash: Update.codeHash(data, relocations, section))
        if let syntax { Update.fillPositions(&bytes, relocations, syntax) }
    }
}

extension RelocationRecord {
    /// As the cache keeps `relocations`: in an array without room for more.
    static func records(of relocations: UnsafeBufferPointer<Relocation>) -> [RelocationRecord] {
        var records: [RelocationRecord] = []
        records.reserveCapacity(relocations.count)
        for relocation in relocations { records.append(RelocationRecord(relocation)) }
        return records
    }

    /// As the cache keeps it.
    init(_ relocation: Relocation) {
        self.init(
            offset: relocation.offset, kind: relocation.kind.rawValue, target: relocation.target.rawValue,
            addend: relocation.addend)
    }
}
