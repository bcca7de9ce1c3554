import Glibc
import Semantics
import Testing
import ZIR

@testable import CodeGen

/// The panic handler, the sink and the entry stub, and Naked programs, each as a process of its own.
struct RuntimeTests {
    private static let runtime = Runtime.machineCode(
        positionsAddress: TestExecutable.positions, entry: TestExecutable.start)

    /// A function that panics.
    private static func panicking(_ message: PanicMessage, _ line: UInt64, _ column: UInt64) -> MachineCode {
        let assembler = Assembler()
        assembler.moveImmediate(.rsi, line)
        assembler.moveImmediate(.rdx, column)
        assembler.moveImmediate(.rcx, UInt64(message.rawValue))
        assembler.moveRelocated(.rdi, .ownSlot32, TestExecutable.start)
        assembler.arithmetic(.and, .rsp, immediate: -16)
        assembler.call(.memory(.panicSlot))
        assembler.finish()
        return MachineCode(bytes: assembler.bytes, alignment: 16, relocations: assembler.relocations)
    }

    private func run(
        _ code: MachineCode, path: String = "src/main.zir", name: String = "main.sum", line: UInt32 = 10,
        column: UInt32 = 3
    ) throws -> ChildProcess {
        var program = TestExecutable()
        let runtime = program.place(RuntimeTests.runtime)
        program.place(code, as: TestExecutable.start)
        program.locate(TestExecutable.start, path: path, name: name, line: line, column: column)
        return try program.run(entry: runtime + UInt64(RuntimeTests.runtime.stub ?? 0))
    }

    @Test(arguments: PanicMessage.allCases)
    func says(_ message: PanicMessage) throws {
        let process = try run(RuntimeTests.panicking(message, 2, 8))
        #expect(process.error == "panic: \(message.text) at src/main.zir:12:9 in main.sum\n")
        #expect(process.output.isEmpty)
        #expect(process.wasSignalled && process.status == SIGABRT)
    }

    /// The column of the declaration counts on its first line only; numbers of all lengths.
    @Test(
        arguments: [
            (0, 0, 1, 1, "1:1"), (0, 7, 10, 3, "10:10"), (1, 0, 10, 3, "11:1"), (99, 98, 1, 50, "100:99"),
            (4_294_967_295, 4_294_967_295, 4_294_967_295, 9, "8589934590:4294967296"),
            (0, 4_294_967_295, 1_000_000_000, 4_294_967_295, "1000000000:8589934590"),
        ] as [(UInt64, UInt64, UInt32, UInt32, String)])
    func computesPositions(
        _ line: UInt64, _ column: UInt64, _ firstLine: UInt32, _ firstColumn: UInt32, _ expected: String
    ) throws {
        let code = RuntimeTests.panicking(.indexOutOfBounds, line, column)
        let process = try run(code, line: firstLine, column: firstColumn)
        #expect(process.error == "panic: index out of bounds at src/main.zir:\(expected) in main.sum\n")
    }

    /// Long paths and names lose their ends; short and empty ones do not.
    @Test(arguments: [0, 1, 1023, 1024, 1025, 5000])
    func cutsLongTexts(_ length: Int) throws {
        let (path, name) = (String(repeating: "p", count: length), String(repeating: "n", count: length))
        let code = RuntimeTests.panicking(.divisionByZero, 4_294_967_295, 4_294_967_295)
        let process = try run(code, path: path, name: name)
        let (shownPath, shownName) = (path.prefix(1024), name.prefix(1024))
        #expect(process.error == "panic: division by zero at \(shownPath):4294967305:4294967296 in \(shownName)\n")
        #expect(process.status == SIGABRT)
    }

    /// Code as it is generated, from the check to the text.
    @Test func catchesOverflow() throws {
        var body = BodyBuilder()
        let type = IRType(bits: 7, isSigned: true)
        body.position = Position(line: 2, column: 8)
        let value = body.stored(63, type)
        body.emit(.add, type, value, body.number(1, type), data: 1)
        body.emit(.ret)
        let process = try run(generate(body.function, declaration: TestExecutable.start))
        #expect(process.error == "panic: integer overflow at src/main.zir:12:9 in main.sum\n")
    }

    /// A program that ignores and blocks SIGABRT dies of it nevertheless.
    @Test func abortsWhateverTheMask() throws {
        let assembler = Assembler()
        // sigaction with SIG_IGN, which is 1; then block all signals.
        for number in [Int8(0), 0, 0, 1] { assembler.push(number) }
        assembler.moveImmediate(.rdi, UInt64(SIGABRT))
        assembler.move(.rsi, .rsp)
        assembler.moveImmediate(.rdx, 0)
        assembler.moveImmediate(.r10, 8)
        assembler.moveImmediate(.rax, 13)
        assembler.plain(.syscall)
        assembler.push(Int8(-1))
        assembler.moveImmediate(.rdi, UInt64(SIG_BLOCK))
        assembler.move(.rsi, .rsp)
        assembler.moveImmediate(.rax, 14)
        assembler.plain(.syscall)
        let panic = RuntimeTests.panicking(.reachedUnreachableCode, 0, 0)
        let start = assembler.offset
        assembler.emit(contentsOf: panic.bytes)
        let relocations = panic.relocations.map { relocation in
            var moved = relocation
            moved.offset += start
            return moved
        }
        let process = try run(MachineCode(bytes: assembler.bytes, alignment: 16, relocations: relocations))
        #expect(process.error == "panic: reached unreachable code at src/main.zir:10:3 in main.sum\n")
        #expect(process.wasSignalled && process.status == SIGABRT)
    }

    /// The stub aligns the stack, and a return from the entry ends the process well.
    @Test func startsAndExits() throws {
        let assembler = Assembler()
        let isRight = assembler.makeLabel()
        assembler.move(.rax, .rsp)
        assembler.arithmetic(.and, .rax, immediate: 15)
        assembler.arithmetic(.sub, .rax, immediate: 8)
        assembler.arithmetic(.or, .rax, .rbp)
        assembler.jumpIf(.equal, isRight)
        assembler.plain(.ud2)
        assembler.bind(isRight)
        assembler.plain(.ret)
        assembler.finish()
        let process = try run(MachineCode(bytes: assembler.bytes, alignment: 16, relocations: []))
        #expect(!process.wasSignalled && process.status == 0)
    }

    /// A program's own sink gets text and length, with an aligned stack.
    @Test func callsAnotherSink() throws {
        let sink = Assembler()
        let isAligned = sink.makeLabel()
        sink.move(.rax, .rsp)
        sink.arithmetic(.and, .rax, immediate: 15)
        sink.arithmetic(.cmp, .rax, immediate: 8)
        sink.jumpIf(.equal, isAligned)
        sink.plain(.ud2)
        sink.bind(isAligned)
        sink.move(.rdx, .rsi)
        sink.move(.rsi, .rdi)
        sink.moveImmediate(.rdi, 1)
        sink.moveImmediate(.rax, 1)
        sink.plain(.syscall)
        sink.moveImmediate(.rdi, 42)
        sink.moveImmediate(.rax, 231)
        sink.plain(.syscall)
        sink.finish()
        var program = TestExecutable()
        let runtime = program.place(RuntimeTests.runtime)
        program.place(MachineCode(bytes: sink.bytes, alignment: 16, relocations: []), as: TestImage.sink)
        program.place(RuntimeTests.panicking(.integerOverflow, 0, 0), as: TestExecutable.start)
        program.locate(TestExecutable.start, path: "a.zir", name: "a.b", line: 1, column: 1)
        let process = try program.run(entry: runtime + UInt64(RuntimeTests.runtime.stub ?? 0))
        #expect(process.output == "panic: integer overflow at a.zir:1:1 in a.b")
        #expect(!process.wasSignalled && process.status == 42)
    }

    /// The first program anybody writes: a Naked `_start`, two system calls, a string of another declaration.
    @Test func greets() throws {
        let greeting = "Hello, world!\n"
        var body = BodyBuilder(.Naked)
        let pointer = body.address(TestExecutable.other)
        let descriptor = body.number(1)
        body.assembly(
            "syscall", .usize, output: "rax",
            inputs: [("rax", descriptor), ("rdi", descriptor), ("rsi", pointer), ("rdx", body.number(14))],
            clobbers: ["rcx", "r11", "memory"])
        let stack = body.assembly("", .pointer, output: "rsp")
        let count = body.emit(.load, .usize, stack)
        body.assembly("syscall", inputs: [("rax", body.number(231)), ("rdi", count)])
        body.emit(.unreachable)
        var program = TestExecutable()
        program.place(generate(content: Content(bytes: Array(greeting.utf8))), as: TestExecutable.other)
        let entry = try program.place(generate(body.function, declaration: TestExecutable.start))
        let process = try program.run(entry: entry)
        #expect(process.output == greeting)
        // The word at the stack pointer is the number of arguments.
        #expect(!process.wasSignalled && process.status == 1)
    }

    @Test func isDeterministicAndNeedsNoStub() {
        let again = Runtime.machineCode(positionsAddress: TestExecutable.positions, entry: TestExecutable.start)
        #expect(again == RuntimeTests.runtime)
        let withoutStub = Runtime.machineCode(positionsAddress: 0)
        #expect(withoutStub.stub == nil)
        #expect(withoutStub.code.relocations.allSatisfy { $0.kind == .panicSlotPC32 })
        let farAway = Runtime.machineCode(positionsAddress: 0x7fff_0000)
        #expect(farAway.code.bytes.count == withoutStub.code.bytes.count)
    }
}
