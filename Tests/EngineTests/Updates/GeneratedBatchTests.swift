import Semantics
import Testing
import ZIR

@testable import Engine

/// Functions whose code is made together.
struct GeneratedBatchTests {
    /// A function that returns, before that with an `asm` of `source` and with `count` traps.
    private static func function(_ source: String, traps count: Int = 0) -> UngeneratedFunction {
        let assembly = IRAssembly(
            source: Array(source.utf8), output: nil, inputs: [], clobbers: [], isVolatile: true,
            sourcePosition: Position(line: 1, column: 7), outputPosition: .start, inputPositions: [],
            clobberPositions: [])
        var insts = [IRInst(.assembly, a: IRRef(rawValue: 0), position: .start)]
        insts += (0..<count).map { _ in IRInst(.breakpoint, position: .start) }
        insts.append(IRInst(.ret, position: .start))
        return UngeneratedFunction(
            declaration: DeclIndex(1), function: IRFunction(insts: insts, assemblies: [assembly]), syntax: nil)
    }

    /// Each has the bytes and the hash that it has alone, whatever stands around it.
    @Test func isWhatEachIsAlone() throws {
        let functions = (0..<7).map { Self.function("nop", traps: $0 * 40 % 7) } + [Self.function("mfence")]
        let batch = UngeneratedFunction.generate(functions)
        try #require(batch.code.count == functions.count)
        #expect(batch.errors.isEmpty)
        for (function, code) in zip(functions, batch.code) {
            let alone = UngeneratedFunction.generate([function]).code[0]
            #expect(code.bytes == alone.bytes)
            #expect(code.hash == alone.hash)
        }
        #expect(Set(batch.code.map(\.hash)).count == functions.count)
        #expect(Array(batch.code[1].bytes) == [0x90] + Array(repeating: 0xcc, count: 5) + [0xc3])
    }

    /// An error in one leaves the others what they are.
    @Test func tellsErrorsApart() {
        let functions = [Self.function("nop"), Self.function("rdtscp"), Self.function("mfence")]
        let batch = UngeneratedFunction.generate(functions)
        #expect(batch.errors.keys.sorted() == [1])
        #expect(batch.errors[1]?.diagnostic.position == Position(line: 1, column: 7))
        #expect(Array(batch.code[0].bytes) == [0x90, 0xc3])
        #expect(batch.code[1].bytes.isEmpty)
        #expect(Array(batch.code[2].bytes) == [0x0f, 0xae, 0xf0, 0xc3])
    }
}
