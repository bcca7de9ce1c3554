import BLAKE3
import Cache
import CodeGen
import Dispatch
import ELF
import Semantics
import ZIR

/// Generate: machine code of what was analysed.
///
/// Nobody asks what the code of a function is. So it is not made at once, but of many functions together and on all
/// processors; the results are taken in the order of the analysis, so that nothing depends on who was faster.
extension Update {
    /// How many functions wait at most: what they need until then is kept in memory.
    static let mostWaiting = 2048
    /// From so many on it is worth to wake another thread.
    private static let fewestShared = 32
    /// How many a thread takes at once.
    private static let shared = 16

    /// Has the code of a function generated once enough wait, or nothing is left to analyse.
    func leave(_ function: IRFunction, of declaration: DeclIndex) {
        setMark(declaration, Mark.ungenerated)
        ungenerated.append(
            UngeneratedFunction(declaration: declaration, function: function, syntax: syntaxes[declaration]))
    }

    /// Generates the code of the functions that wait for it.
    func generateFunctions() {
        let functions = ungenerated
        guard let first = functions.first else { return }
        clock.beginPart(.generate, of: first.declaration.rawValue, count: functions.count)
        defer { clock.endPart() }
        ungenerated.removeAll(keepingCapacity: true)
        for (function, result) in zip(functions, Update.generate(functions)) {
            take(result, of: function.declaration)
        }
    }

    private static func generate(_ functions: [UngeneratedFunction]) -> [Result<GeneratedCode, DiagnosticError>] {
        guard functions.count >= fewestShared else {
            let generator = Generator()
            return functions.map { $0.generate(generator) }
        }
        return Array(unsafeUninitializedCapacity: functions.count) { buffer, count in
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: (functions.count + shared - 1) / shared) { part in
                let generator = Generator()
                for index in part * shared..<min((part + 1) * shared, functions.count) {
                    results.initializeElement(at: index, to: functions[index].generate(generator))
                }
            }
            count = functions.count
        }
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
        if graph[state: declaration].codeHash != generated.hash { explanation.noteCodeChange(declaration) }
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

/// A function that was analysed, and whose code is still to be made.
struct UngeneratedFunction: Sendable {
    var declaration: DeclIndex
    var function: IRFunction
    /// Where its instructions stand.
    var syntax: Syntax?

    /// Its code; an error is one that the analysis could not see.
    func generate(_ generator: Generator) -> Result<GeneratedCode, DiagnosticError> {
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
