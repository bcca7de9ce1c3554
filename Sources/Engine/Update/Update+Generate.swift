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
        batches.append(Batch(declarations: ungenerated.map(\.declaration), ticket: generator.add(ungenerated)))
        ungenerated.removeAll(keepingCapacity: true)
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

    private func take(_ declarations: [DeclIndex], _ results: () -> [Result<GeneratedCode, DiagnosticError>]) {
        guard let first = declarations.first else { return }
        clock.beginPart(.generate, of: first.rawValue, count: declarations.count)
        defer { clock.endPart() }
        for (declaration, result) in zip(declarations, results()) { take(result, of: declaration) }
    }

    private func take(_ result: Result<GeneratedCode, DiagnosticError>, of declaration: DeclIndex) {
        clearMark(declaration, Mark.ungenerated)
        syntaxes[declaration] = nil
        switch result {
        case .success(let code):
            take(code, of: declaration)
            addEdgesToAddresses(declaration)
        case .failure(let error):
            semanticErrors[declaration] = [error.diagnostic]
            graph[state: declaration].bodyState = .failed
        }
    }

    /// Takes over code or data of `declaration` that was generated in this run.
    func take(_ generated: GeneratedCode, of declaration: DeclIndex) {
        if !hasMark(declaration, Mark.generated) { report.declarations.generated += 1 }
        setMark(declaration, Mark.generated)
        let isChange = graph[state: declaration].codeHash != generated.hash
        if isChange && !isFromNothing { explanation.noteCodeChange(declaration) }
        graph[state: declaration].codeHash = generated.hash
        code[declaration] = generated
    }

    static func codeHash(_ code: MachineCode, _ relocations: [RelocationRecord], _ section: SectionID) -> UInt64 {
        var hasher = BLAKE3Hasher()
        hasher.update(integer: section.rawValue)
        hasher.update(integer: code.alignment)
        hasher.update(integer: UInt64(code.bytes.count))
        hasher.update(code.bytes)
        hasher.update(integer: code.zeros)
        for relocation in relocations {
            hasher.update(integer: relocation.offset)
            hasher.update(integer: relocation.kind)
            hasher.update(integer: relocation.target)
            hasher.update(integer: relocation.addend)
        }
        return hasher.digest().low
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
    @Sendable static func generate(_ functions: [Self]) -> [Result<GeneratedCode, DiagnosticError>] {
        let generator = Generator()
        return functions.map { $0.generate(generator) }
    }

    /// Its code; an error is one that the analysis could not see.
    private func generate(_ generator: Generator) -> Result<GeneratedCode, DiagnosticError> {
        Result { () throws(DiagnosticError) in
            GeneratedCode(try generator.generate(function, declaration: declaration), in: .text, syntax)
        }
    }
}

extension GeneratedCode {
    /// What the generator made for `section`, with the positions of `syntax` filled in.
    init(_ code: MachineCode, in section: SectionID, _ syntax: Syntax?) {
        let relocations = code.relocations.map {
            RelocationRecord(offset: $0.offset, kind: $0.kind.rawValue, target: $0.target.rawValue, addend: $0.addend)
        }
        let hash = Update.codeHash(code, relocations, section)
        self.init(
            section: section, alignment: code.alignment, bytes: code.bytes, zeros: code.zeros,
            relocations: relocations, hash: hash)
        if let syntax { Update.fillPositions(&bytes, relocations, syntax) }
    }
}
