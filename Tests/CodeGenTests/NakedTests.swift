import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Naked functions: no frame, values in registers. They do not return, so each of these ends in a panic.
struct NakedTests {
    /// A function that writes its first argument and the stack pointer at its entry behind one another, from the first
    /// word after itself on; it changes every register that a callee may.
    private static func recorder() -> (code: MachineCode, words: UInt64) {
        let assembler = Assembler()
        let (next, words) = (assembler.makeLabel(), assembler.makeLabel())
        assembler.load(.rax, .label(next))
        assembler.loadAddress(.rcx, .label(words))
        assembler.store(.indexed(.rcx, .rax, scale: 8), .rdi)
        assembler.store(.indexed(.rcx, .rax, scale: 8, 8), .rsp)
        assembler.arithmetic(.add, .rax, immediate: 2)
        assembler.store(.label(next), .rax)
        for register in Register.allCases where SystemV.callerSaved.contains(register) {
            assembler.moveImmediate(register, .max)
        }
        assembler.plain(.ret)
        assembler.align(to: 8, filler: 0xcc)
        assembler.bind(next)
        assembler.emit(contentsOf: .init(repeating: 0, count: 8))
        assembler.bind(words)
        let offset = UInt64(assembler.offset)
        assembler.emit(contentsOf: .init(repeating: 0, count: 32 * 8))
        assembler.finish()
        return (MachineCode(bytes: assembler.bytes, alignment: 16, relocations: []), offset)
    }

    /// Runs `body` up to its panic, with the recorder in `Machine.other`; what was recorded in pairs.
    private func record(_ body: BodyBuilder, calls: Int) throws -> [(argument: UInt64, stack: UInt64)] {
        var body = body
        body.emit(.unreachable, data: 1)
        let machine = try Machine()
        var words: UInt64 = 0
        let outcome = try machine.run(body.function) { image in
            let (code, offset) = NakedTests.recorder()
            words = image.place(code, as: Machine.other) + offset
        }
        #expect(outcome == .panic(.reachedUnreachableCode))
        return (0..<UInt64(calls)).map { call in
            (machine.word(at: words + 16 * call), machine.word(at: words + 16 * call + 8))
        }
    }

    /// `={rsp}` is the stack at entry, also behind a call, and calls are made with an aligned one.
    @Test func findsTheStackAtEntry() throws {
        var body = BodyBuilder(.Naked)
        let recorder = body.address(Machine.other)
        for _ in 0..<3 {
            let stack = body.assembly("", .usize, output: "rsp")
            body.call(recorder, [stack])
        }
        let records = try record(body, calls: 3)
        #expect(Set(records.map(\.argument)).count == 1)
        #expect(records.allSatisfy { $0.argument % 16 == 8 && $0.stack % 16 == 8 && $0.stack < $0.argument })
    }

    /// Six values are kept at once, across calls and other `asm`s.
    @Test func keepsValuesInRegisters() throws {
        var body = BodyBuilder(.Naked)
        let values = (1...6).map { number in
            body.assembly("nop", .usize, output: "rax", inputs: [("rax", body.number(number))])
        }
        let recorder = body.address(Machine.other)
        for value in values { body.call(recorder, [value]) }
        for value in values.reversed() { body.call(recorder, [value]) }
        let records = try record(body, calls: 12)
        #expect(records.map(\.argument) == [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1])
    }

    /// A register whose value is no longer needed takes another one.
    @Test func takesRegistersAgain() throws {
        var body = BodyBuilder(.Naked)
        let recorder = body.address(Machine.other)
        for number in 1...10 {
            let value = body.assembly("", .usize, output: "rax", inputs: [("rax", body.number(Int128(number)))])
            body.call(recorder, [value])
        }
        #expect(try record(body, calls: 10).map(\.argument) == Array(1...10))
    }

    /// Registers that an `asm` names or writes hold no values.
    @Test func avoidsRegistersOfAssembly() throws {
        var body = BodyBuilder(.Naked)
        let value = body.assembly("", .usize, output: "rbp", inputs: [("rbp", body.number(77))])
        body.assembly("cpuid", inputs: [("rax", body.number(0)), ("r12", body.number(1))], clobbers: ["r13"])
        body.call(body.address(Machine.other), [value])
        #expect(try record(body, calls: 1).map(\.argument) == [77])
    }

    /// Results of an `asm` as inputs of the next, crosswise.
    @Test func passesValuesOn() throws {
        var body = BodyBuilder(.Naked)
        let a = body.assembly("", .usize, output: "rax", inputs: [("rax", body.number(5))])
        let b = body.assembly("", .usize, output: "rax", inputs: [("rax", body.number(6))])
        let c = body.assembly("", .usize, output: "rsi", inputs: [("rdi", a), ("rsi", b), ("r8", body.number(9))])
        let d = body.assembly("", .usize, output: "rsi", inputs: [("rdi", b), ("rsi", a)])
        for value in [c, d] { body.call(body.address(Machine.other), [value]) }
        #expect(try record(body, calls: 2).map(\.argument) == [6, 5])
    }

    /// Control flow and arithmetic on values in registers.
    @Test func branches() throws {
        var body = BodyBuilder(.Naked)
        let end = body.label()
        let type = IRType(bits: 8)
        let value = body.assembly("", type, output: "rax", inputs: [("rax", body.number(0x1fe))])
        let one = body.emit(.add, type, value, body.number(1, type), data: 1)
        body.call(body.address(Machine.other), [one])
        body.emit(.jumpIfFalse, .void, body.compare(one, .lt, value), data: end)
        body.call(body.address(Machine.other), [value])
        body.emit(.label, data: end)
        body.call(body.address(Machine.other), [one])
        #expect(try record(body, calls: 3).map(\.argument) == [0xff, 0xff, 0])
    }

    @Test func refusesTheSeventhValue() {
        var body = BodyBuilder(.Naked)
        let values = (UInt32(0)..<7).map { line in
            body.position = Position(line: line, column: 2)
            return body.assembly("nop", .usize, output: "rax")
        }
        for value in values { body.call(body.address(Machine.other), [value]) }
        let error = DiagnosticError(Position(line: 6, column: 2), "'asm' needs a stack frame")
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }

    @Test func refusesReturns() {
        var body = BodyBuilder(.Naked)
        body.emit(.ret)
        let error = DiagnosticError(body.position, "'return' needs a stack frame")
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }

    /// There is nothing before the first instruction: the kernel's registers are as it left them.
    @Test func hasNoPrologue() throws {
        var body = BodyBuilder(.Naked)
        body.assembly("hlt")
        body.emit(.unreachable)
        #expect(try generate(body.function, declaration: .none).bytes == [0xf4, 0x0f, 0x0b])
    }
}
