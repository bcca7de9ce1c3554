import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Parameters, arguments beyond the registers, results of two words, and the values that leave blocks.
struct CallTests {
    /// A function of `count` words that makes one number of them: each word counts ten times the one behind it.
    private static func digits(_ count: Int) -> IRFunction {
        var body = BodyBuilder()
        let words = (0..<count).map { body.emit(.argument, .usize, data: UInt32($0)) }
        var sum = body.number(0)
        for word in words {
            let tenfold = body.elementPointer(body.number(0), sum, scale: 10)
            sum = body.emit(.add, .usize, tenfold, word)
        }
        body.emit(.ret, .void, sum)
        return body.function
    }

    /// Runs `function`, which calls `callee`.
    private static func run(
        _ function: IRFunction, calling callee: IRFunction, _ machine: Machine
    ) throws -> Machine.Outcome {
        let code = try generate(callee, declaration: Machine.other)
        return try machine.run(function) { $0.place(code, as: Machine.other) }
    }

    /// From none to some on the stack, an odd and an even number of them, from functions with and without a frame.
    @Test(arguments: 0...10)
    func passesWords(_ count: Int) throws {
        let machine = try Machine()
        let expected = (0..<count).reduce(Int128(0)) { $0 * 10 + Int128($1 % 9 + 1) }
        for given in [ArithmeticTests.Given.loaded, .constant] {
            var body = BodyBuilder()
            let words = (0..<count).map { body.operand(Int128($0 % 9 + 1), .usize, given) }
            body.emit(.ret, .void, body.call(body.address(Machine.other), words, .usize))
            let outcome = try Self.run(body.function, calling: Self.digits(count), machine)
            #expect(outcome == .value(expected))
        }
    }

    /// The stack is aligned at a call, however many words are on it.
    @Test(arguments: 5...10)
    func alignsTheStack(_ count: Int) throws {
        var body = BodyBuilder()
        body.call(body.address(Machine.other), (0..<count).map { body.number(Int128($0)) })
        body.emit(.ret)
        var callee = BodyBuilder()
        callee.emit(.unreachable, data: 1)
        let outcome = try Self.run(body.function, calling: callee.function, Machine())
        guard case .panicked(let panic) = outcome else {
            Issue.record("no panic")
            return
        }
        #expect(panic.isStackAligned)
    }

    /// A caller of the C convention leaves the upper bits of narrow words open.
    @Test(arguments: [IRType.bool, IRType(bits: 8), IRType(bits: 16, isSigned: true), IRType(bits: 31, isSigned: true)])
    func extendsParameters(_ type: IRType) throws {
        let machine = try Machine()
        for number in [UInt32(0), 5, 6, 7] {
            var callee = BodyBuilder()
            callee.emit(.ret, .void, callee.emit(.argument, type, data: number))
            for value in type.samples {
                var body = BodyBuilder()
                let dirty = body.number(value & ((Int128(1) << Int128(type.bits)) - 1) | Int128(0x5a) << 56)
                let words = (0...number).map { $0 == number ? dirty : body.number(0) }
                body.emit(.ret, .void, body.call(body.address(Machine.other), words, .usize))
                let outcome = try Self.run(body.function, calling: callee.function, machine)
                #expect(outcome == .value(value))
            }
        }
    }

    @Test func returnsTwoWords() throws {
        var callee = BodyBuilder()
        callee.emit(.ret, .pointer, callee.number(1000), callee.number(7))
        var body = BodyBuilder()
        let call = body.call(body.address(Machine.other), [], .pointer)
        let second = body.emit(.secondResult, .usize, call)
        body.emit(.ret, .void, body.emit(.add, .usize, call, second))
        let outcome = try Self.run(body.function, calling: callee.function, Machine())
        #expect(outcome == .value(1007))
    }

    /// A function that calls itself through its slot: one plus the result for one less.
    @Test func recurses() throws {
        var body = BodyBuilder()
        let end = body.label()
        let count = body.emit(.argument, .usize, data: 0)
        body.emit(.jumpIfFalse, .void, body.compare(count, .neq, body.number(0)), data: end)
        let less = body.emit(.add, .usize, count, body.number(-1))
        let rest = body.call(body.address(Machine.other), [less], .usize)
        body.emit(.ret, .void, body.emit(.add, .usize, rest, body.number(2)))
        body.emit(.label, data: end)
        body.emit(.ret, .void, body.number(0))
        var start = BodyBuilder()
        start.emit(.ret, .void, start.call(start.address(Machine.other), [start.number(1000)], .usize))
        #expect(try Self.run(start.function, calling: body.function, Machine()) == .value(2000))
    }

    /// Two ways to a variable, and other values that are alive beside it.
    @Test(arguments: [0, 1])
    func joinsValues(_ condition: Int128) throws {
        var body = BodyBuilder()
        let (otherwise, end) = (body.label(), body.label())
        let before = body.stored(100, .usize)
        let variable = body.emit(.variable, .usize)
        let bool = body.stored(condition, .bool)
        body.emit(.jumpIfFalse, .void, bool, data: otherwise)
        let doubled = body.emit(.add, .usize, before, before)
        body.emit(.assign, .void, variable, doubled)
        body.emit(.jump, data: end)
        body.emit(.label, data: otherwise)
        body.emit(.assign, .void, variable, body.number(5))
        body.emit(.label, data: end)
        let others = (0..<3).map { body.emit(.add, .usize, before, body.number(Int128($0))) }
        let total = others.reduce(variable) { body.emit(.add, .usize, $0, $1) }
        body.emit(.ret, .void, total)
        #expect(try Machine().run(body.function) == .value((condition == 1 ? 200 : 5) + 303))
    }

    /// Nothing stays of a variable that nobody reads, but its assignments do no harm.
    @Test func ignoresUnreadVariables() throws {
        var body = BodyBuilder()
        let variable = body.emit(.variable, .usize)
        body.emit(.assign, .void, variable, body.stored(4, .usize))
        body.emit(.nothing)
        body.emit(.ret, .void, body.number(9))
        #expect(try Machine().run(body.function) == .value(9))
    }
}
