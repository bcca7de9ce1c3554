import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Branches, loops, calls, returns and traps.
struct ControlTests {
    @Test(arguments: [0, 1])
    func branches(_ condition: Int128) throws {
        let machine = try Machine()
        for given in [ArithmeticTests.Given.loaded, .constant] {
            var body = BodyBuilder()
            let (otherwise, end) = (body.label(), body.label())
            body.emit(.jumpIfFalse, .void, body.operand(condition, .bool, given), data: otherwise)
            body.emit(.jump, data: end)
            body.emit(.label, data: otherwise)
            body.emit(.ret, .void, body.number(10))
            body.emit(.label, data: end)
            body.emit(.ret, .void, body.number(20))
            #expect(try machine.run(body.function) == .value(condition == 1 ? 20 : 10))
        }
    }

    /// A function that adds one to a counter and returns it.
    private static func counter() -> MachineCode {
        let assembler = Assembler()
        let count = assembler.makeLabel()
        assembler.load(.rax, .label(count))
        assembler.arithmetic(.add, .rax, immediate: 1)
        assembler.store(.label(count), .rax)
        assembler.plain(.ret)
        assembler.align(to: 8, filler: 0xcc)
        assembler.bind(count)
        assembler.emit(contentsOf: .init(repeating: 0, count: 8))
        assembler.finish()
        return MachineCode(bytes: assembler.bytes, alignment: 16, relocations: [])
    }

    /// Values from before a loop are there in every round, also when their last use in the text is early in it.
    @Test func keepsValuesThroughLoops() throws {
        var body = BodyBuilder()
        let (top, end) = (body.label(), body.label())
        let before = body.stored(1000, .usize)
        let limit = body.stored(10, .usize)
        body.emit(.label, data: top)
        let sum = body.emit(.add, .usize, before, before, data: 1)
        let round = body.call(body.address(Machine.other), [], .usize)
        let others = (0..<8).map { body.emit(.add, .usize, round, body.number(Int128($0))) }
        let total = others.reduce(sum) { body.emit(.add, .usize, $0, $1) }
        body.emit(.jumpIfFalse, .void, body.compare(round, .lt, limit), data: end)
        body.emit(.jump, data: top)
        body.emit(.label, data: end)
        body.emit(.ret, .void, total)
        let outcome = try Machine().run(body.function) { $0.place(ControlTests.counter(), as: Machine.other) }
        #expect(outcome == .value(2000 + 8 * 10 + 28))
    }

    /// A function that returns a number made of all six arguments; and fails to if its stack is not aligned.
    private static func weightedSum() -> MachineCode {
        let assembler = Assembler()
        let isAligned = assembler.makeLabel()
        assembler.move(.rax, .rsp)
        assembler.arithmetic(.and, .rax, immediate: 15)
        assembler.arithmetic(.cmp, .rax, immediate: 8)
        assembler.jumpIf(.equal, isAligned)
        assembler.plain(.ud2)
        assembler.bind(isAligned)
        assembler.moveImmediate(.rax, 0)
        for register in SystemV.arguments {
            assembler.multiply(.rax, .rax, immediate: 10)
            assembler.arithmetic(.add, .rax, register)
        }
        for register in Register.allCases where SystemV.callerSaved.contains(register) && register != .rax {
            assembler.moveImmediate(register, .max)
        }
        assembler.plain(.ret)
        assembler.finish()
        return MachineCode(bytes: assembler.bytes, alignment: 16, relocations: [])
    }

    /// All arguments, given in both ways, to a known function and to one known at run time, with odd and even numbers
    /// of homes, from functions with a frame.
    @Test(arguments: 0...6)
    func passesArguments(_ homes: Int) throws {
        let machine = try Machine()
        for isKnown in [true, false] {
            var body = BodyBuilder()
            let kept = (0..<homes).map { body.stored(Int128($0 + 1), .usize) }
            let rest = (homes..<6).map { body.number(Int128($0 + 1)) }
            let address = body.address(Machine.other)
            let callee = isKnown ? address : body.emit(.bitCast, .pointer, address)
            let sum = body.call(callee, kept + rest, .usize)
            body.emit(.ret, .void, body.emit(.add, .usize, sum, kept.first ?? body.number(1)))
            let outcome = try machine.run(body.function) { $0.place(ControlTests.weightedSum(), as: Machine.other) }
            #expect(outcome == .value(123_457))
        }
    }

    /// The C convention says nothing of the upper bits of a narrow result.
    @Test(
        arguments: [
            (.bool, 1), (IRType(bits: 8), 0x81), (IRType(bits: 8, isSigned: true), -0x7f),
            (IRType(bits: 7, isSigned: true), 1), (IRType(bits: 32), 0x8765_4381),
            (IRType(bits: 32, isSigned: true), 0x8765_4381 - (1 << 32)), (IRType(bits: 64), 0xffee_ddcc_8765_4381),
        ] as [(IRType, Int128)])
    func extendsResults(_ type: IRType, _ expected: Int128) throws {
        var body = BodyBuilder()
        body.emit(.ret, .void, body.call(body.address(Machine.other), [], type))
        let outcome = try Machine().run(body.function) { image in
            let assembler = Assembler()
            assembler.moveImmediate(.rax, 0xffee_ddcc_8765_4381)
            assembler.plain(.ret)
            image.place(MachineCode(bytes: assembler.bytes, alignment: 16, relocations: []), as: Machine.other)
        }
        #expect(outcome == .value(expected))
    }

    /// A call of a known function, with the field that the linker fills.
    @Test func callsThroughSlots() throws {
        var body = BodyBuilder()
        body.call(body.address(Machine.other))
        body.emit(.ret)
        let code = try generate(body.function, declaration: .none)
        #expect(code.bytes == [0x55, 0x48, 0x89, 0xe5, 0xff, 0x15, 0, 0, 0, 0, 0xc9, 0xc3])
        #expect(
            code.relocations == [Relocation(offset: 6, kind: .slotPC32, target: Machine.other, addend: -4)])
    }

    @Test(arguments: [(0, 0), (0, 17), (65_535, 0), (65_535, 65_535)] as [(UInt32, UInt32)])
    func panicsAtPosition(_ line: UInt32, _ column: UInt32) throws {
        var body = BodyBuilder()
        body.position = Position(line: line, column: column)
        body.emit(.unreachable, data: 1)
        let outcome = try Machine().run(body.function)
        #expect(outcome == .panic(.reachedUnreachableCode, at: body.position))
    }

    /// Each check has its own panic.
    @Test(arguments: 0..<3)
    func panicsOfOneFunctionAreApart(_ failing: Int) throws {
        var body = BodyBuilder()
        let type = IRType(bits: 8)
        for check in 0..<3 {
            body.position = Position(line: UInt32(check), column: 9)
            let value = body.stored(check == failing ? 255 : 1, type)
            _ = body.emit(.add, type, value, value, data: 1)
        }
        body.emit(.ret)
        let position = Position(line: UInt32(failing), column: 9)
        #expect(try Machine().run(body.function) == .panic(.integerOverflow, at: position))
    }

    /// What ends a body, and that nothing runs on behind it.
    @Test func endsBodies() throws {
        func bytes(_ build: (inout BodyBuilder) -> Void) throws -> [UInt8] {
            var body = BodyBuilder()
            build(&body)
            return try generate(body.function, declaration: .none).bytes
        }
        #expect(try bytes { _ in } == [0x0f, 0x0b])
        #expect(try bytes { $0.emit(.ret) } == [0xc3])
        #expect(try bytes { $0.emit(.unreachable) } == [0x0f, 0x0b])
        #expect(try bytes { $0.emit(.breakpoint) } == [0xcc, 0x0f, 0x0b])
        let forever: [UInt8] = [0xe9, 0xfb, 0xff, 0xff, 0xff]
        #expect(
            try bytes { body in
                let label = body.label()
                body.emit(.label, data: label)
                body.emit(.jump, data: label)
            } == forever)
        #expect(
            try bytes { body in
                let label = body.label()
                body.emit(.jump, data: label)
                body.emit(.label, data: label)
            } == [0x0f, 0x0b])
    }

    /// A body of 100,000 instructions needs one register, and does what it says.
    @Test func generatesLongBodies() throws {
        var body = BodyBuilder()
        var sum = body.stored(0, .usize)
        for _ in 0..<100_000 { sum = body.emit(.add, .usize, sum, body.number(3), data: 1) }
        body.emit(.ret, .void, sum)
        #expect(HomesTests.homes(body.function).usedRegisters.count == 1)
        #expect(try Machine().run(body.function) == .value(300_000))
    }

    /// The same body gives the same bytes, and fields that depend on addresses are zero in them.
    @Test func isDeterministic() throws {
        var body = BodyBuilder()
        let values = (0..<20).map { body.stored($0, IRType(bits: 33)) }
        let total = values.dropFirst().reduce(values[0]) { body.emit(.add, IRType(bits: 33), $0, $1, data: 1) }
        body.call(body.address(Machine.other), [total])
        body.emit(.ret, .void, body.address(Machine.other, offset: 4))
        let code = try generate(body.function, declaration: Machine.function)
        #expect(try generate(body.function, declaration: Machine.function) == code)
        #expect(code.relocations.contains { $0.kind == .ownSlot32 && $0.target == Machine.function })
        #expect(code.relocations.contains { $0.kind == .panicSlotPC32 && $0.target == .none })
        #expect(code.relocations.map(\.offset) == code.relocations.map(\.offset).sorted())
        for relocation in code.relocations {
            let size = relocation.kind == .absolute64 ? 8 : 4
            let field = code.bytes[Int(relocation.offset)..<Int(relocation.offset) + size]
            #expect(field.allSatisfy { $0 == 0 })
        }
    }
}
