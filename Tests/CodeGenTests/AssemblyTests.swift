import Glibc
import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Inline assembly in functions with a frame, and what is refused in any.
struct AssemblyTests {
    static let usable = Register.allCases.filter { $0 != .rsp && $0 != .rbp }

    private static let frameMessage = "register 'rbp' in asm: it holds the frame of this function"

    @Test func callsTheSystem() throws {
        var body = BodyBuilder()
        let number = body.number(39)
        body.emit(
            .ret, .void,
            body.assembly("syscall", IRType(bits: 32), output: "rax", inputs: [("rax", number)], clobbers: ["memory"]))
        #expect(try Machine().run(body.function) == .value(Int128(getpid())))
    }

    /// Every register takes an input and gives it back, and those that a callee preserves are preserved.
    @Test(arguments: AssemblyTests.usable, [ArithmeticTests.Given.loaded, .constant])
    func passesThrough(_ register: Register, _ given: ArithmeticTests.Given) throws {
        var body = BodyBuilder()
        let value = body.operand(0x1234_5678_9abc_def0, .usize, given)
        body.emit(
            .ret, .void, body.assembly("nop", .usize, output: register.name, inputs: [(register.name, value)]))
        #expect(try Machine().run(body.function) == .value(0x1234_5678_9abc_def0))
    }

    /// The output is cut to its type and extended again.
    @Test(arguments: IRType.samples)
    func truncatesOutputs(_ type: IRType) throws {
        let machine = try Machine()
        for value in [0, 1, 0x8181_8181_8181_8181, (1 << 64) - 1] as [Int128] {
            var body = BodyBuilder()
            let input = body.stored(value, .usize)
            body.emit(.ret, .void, body.assembly("", type, output: "rdx", inputs: [("rdx", input)]))
            #expect(try machine.run(body.function) == .value(type.wrapping(value)))
        }
    }

    /// Many inputs at once, an instruction that writes four registers, and values that must survive it.
    @Test func keepsValuesAcrossAssembly() throws {
        var body = BodyBuilder()
        let kept = (1...5).map { body.stored($0, .usize) }
        let (zero, one) = (body.number(0, IRType(bits: 32)), body.number(1))
        let vendor = body.assembly(
            "cpuid # clobbers eax, ebx, ecx, edx", IRType(bits: 32), output: "ebx",
            inputs: [("eax", zero), ("ecx", zero), ("", one), ("r12", kept[0]), ("", kept[1])], clobbers: ["r13", "cc"])
        let again = body.assembly("cpuid", IRType(bits: 32), output: "ebx", inputs: [("eax", zero), ("ecx", zero)])
        let sum = kept.dropFirst().reduce(kept[0]) { body.emit(.add, .usize, $0, $1) }
        let isSame = body.emit(.extend, .usize, body.compare(vendor, .eq, again))
        body.emit(.ret, .void, body.emit(.add, .usize, sum, isSame))
        #expect(try Machine().run(body.function) == .value(16))
    }

    @Test func separatesInstructions() throws {
        let source = "  nop;pause\n# only a comment; hlt\n\tmfence ; lfence # and ; another\r\n;;sfence;"
        let encoded = try AssemblySource(Array(source.utf8), position: .start)
        let expected: [PlainInstruction] = [.nop, .pause, .mfence, .lfence, .sfence]
        #expect(encoded.bytes == expected.flatMap(\.bytes))
        #expect(encoded.clobbers == [])
        #expect(try AssemblySource(Array("nop; syscall".utf8), position: .start).clobbers == RegisterSet([.rcx, .r11]))
    }

    /// An unused `asm` goes if it may; its errors stay.
    @Test func dropsUnused() throws {
        var body = BodyBuilder()
        body.assembly("rdtsc", .usize, output: "rax", isVolatile: false)
        body.emit(.ret)
        var empty = BodyBuilder()
        empty.emit(.ret)
        let code = try generate(body.function, declaration: .none)
        #expect(try generate(empty.function, declaration: .none) == code)

        body.assemblies[0].source = Array("rdtscp".utf8)
        let error = DiagnosticError(Position(line: 3, column: 100), "unknown instruction 'rdtscp' in asm")
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }

    @Test(arguments: 1...14)
    func choosesDifferentRegisters(_ count: Int) throws {
        let inputs = Array(repeating: [UInt8](), count: count)
        let assembly = IRAssembly(
            source: [], output: count < 14 ? [] : nil, inputs: inputs, clobbers: [], isVolatile: true,
            sourcePosition: .start, outputPosition: .start,
            inputPositions: Array(repeating: .start, count: count), clobberPositions: [])
        let resolved = try InlineAssembly(assembly, hasFrame: true)
        let chosen = Array(resolved.inputs) + [resolved.output].compactMap { $0 }
        #expect(Set(chosen).count == chosen.count)
        #expect(!chosen.contains(.rsp) && !chosen.contains(.rbp))
    }

    /// An `asm` that is refused: why, and at which column.
    struct Refused: Sendable, CustomTestStringConvertible {
        var message: String
        var column: UInt32
        var source = "nop"
        var output: String?
        var inputs: [String] = []
        var clobbers: [String] = []
        var testDescription: String { message }
    }

    @Test(arguments: [
        Refused(message: "unknown instruction 'sycall' in asm", column: 100, source: "nop\n sycall"),
        Refused(message: "unknown instruction 'ret' in asm", column: 100, source: "ret"),
        Refused(message: "unknown instruction 'SYSCALL' in asm", column: 100, source: "SYSCALL"),
        Refused(message: "unknown instruction '\u{fffd}' in asm", column: 100, source: "\u{fffd}"),
        Refused(message: "unexpected operand '$3' of 'int3' in asm", column: 100, source: "int3 $3"),
        Refused(message: "unknown register 'rxx' in asm", column: 200, output: "rxx"),
        Refused(message: "unknown register 'xmm0' in asm", column: 300, inputs: ["xmm0"]),
        Refused(message: "unknown register '~rax' in asm", column: 401, clobbers: ["cc", "~rax"]),
        Refused(message: "two inputs in register 'rdi' of asm", column: 302, inputs: ["rdi", "rax", "edi"]),
        Refused(message: AssemblyTests.frameMessage, column: 301, inputs: ["rax", "ebp"]),
        Refused(message: AssemblyTests.frameMessage, column: 200, output: "rbp"),
        Refused(message: AssemblyTests.frameMessage, column: 400, clobbers: ["rbp"]),
        Refused(message: "no register is left for 'r' in asm", column: 314, inputs: Array(repeating: "", count: 15)),
        Refused(
            message: "no register is left for '=r' in asm", column: 200, output: "",
            inputs: Array(repeating: "", count: 14)),
    ])
    func refuses(_ row: Refused) {
        var body = BodyBuilder()
        let inputs = row.inputs.map { ($0, body.number(1)) }
        body.assembly(row.source, .usize, output: row.output, inputs: inputs, clobbers: row.clobbers)
        body.emit(.ret)
        let error = DiagnosticError(Position(line: 3, column: row.column), row.message)
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }
}
