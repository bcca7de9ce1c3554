import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Casts and compares, run for real and held against 128-bit arithmetic.
struct ArithmeticTests {
    /// How an operand is given: each way takes another path through the code generator.
    enum Given: CaseIterable {
        case loaded, constant
    }

    /// A checked sum that nobody uses still panics; a wrapping one leaves no code.
    @Test func addsWithoutUse() throws {
        var body = BodyBuilder()
        let type = IRType(bits: 8)
        let value = body.stored(255, type)
        body.emit(.add, type, value, value, data: 1)
        body.emit(.ret)
        #expect(try Machine().run(body.function) == .panic(.integerOverflow))

        var empty = BodyBuilder()
        empty.emit(.ret)
        body = BodyBuilder()
        body.emit(.add, type, body.number(1, type), body.number(1, type))
        body.emit(.ret)
        let code = try generate(empty.function, declaration: .none)
        #expect(try generate(body.function, declaration: .none) == code)
    }

    @Test(arguments: IRType.samples)
    func castsIntegers(_ source: IRType) throws {
        let machine = try Machine()
        for (target, value) in pairs(IRType.samples, source.samples) {
            for isChecked in [false, true] {
                var body = BodyBuilder()
                let operand = body.stored(value, source)
                let cast = body.emit(.intCast, target, operand, data: isChecked ? 1 : 0)
                body.emit(.ret, .void, cast)
                let fits = target.range.contains(value)
                let expected: Machine.Outcome =
                    isChecked && !fits ? .panic(.integerCastTruncatedBits) : .value(target.wrapping(value))
                #expect(try machine.run(body.function) == expected, "\(value) as \(target)")
            }
        }
    }

    /// Of an integer without bits only zero is one.
    @Test(arguments: IRType.samples)
    func castsToNothing(_ source: IRType) throws {
        let machine = try Machine()
        for value in source.samples {
            var body = BodyBuilder()
            body.emit(.intCast, .void, body.stored(value, source), data: 1)
            body.emit(.ret, .void, body.number(7))
            let expected: Machine.Outcome = value == 0 ? .value(7) : .panic(.integerCastTruncatedBits)
            #expect(try machine.run(body.function) == expected, "\(value)")
        }
    }

    @Test(arguments: IRType.samples)
    func extends(_ source: IRType) throws {
        let machine = try Machine()
        for (target, value) in pairs(IRType.samples, source.samples) where source.fits(in: target) {
            var body = BodyBuilder()
            let operand = body.stored(value, source)
            body.emit(.ret, .void, body.emit(.extend, target, operand))
            #expect(try machine.run(body.function) == .value(value))
        }
    }

    @Test(arguments: IRType.samples)
    func bitCasts(_ source: IRType) throws {
        let machine = try Machine()
        for (isSigned, value) in pairs([false, true], source.samples) {
            let target = IRType(bits: source.bits, isSigned: isSigned)
            var body = BodyBuilder()
            let operand = body.stored(value, source)
            body.emit(.ret, .void, body.emit(.bitCast, target, operand))
            #expect(try machine.run(body.function) == .value(target.wrapping(value)))
        }
    }

    @Test(arguments: IRType.samples)
    func compares(_ left: IRType) throws {
        let machine = try Machine()
        for right in IRType.samples {
            for (a, b) in pairs(left.edges, right.edges) {
                for op in CompareOperator.allCases {
                    let given: (Given, Given) = (a &+ b) & 1 == 0 ? (.loaded, .loaded) : (.loaded, .constant)
                    let holds = op.holds(a, b)
                    for function in compareFunctions((a, left, given.0), op, (b, right, given.1)) {
                        #expect(try machine.run(function) == .value(holds ? 1 : 0), "\(a) \(op) \(b)")
                    }
                }
            }
        }
    }

    /// A compare whose left side is constant: the sides must not be mixed up.
    @Test(arguments: CompareOperator.allCases)
    func comparesConstants(_ op: CompareOperator) throws {
        let machine = try Machine()
        let unsigned = IRType(bits: 64)
        for (a, b) in pairs([-1, 0, 5, 1 << 40] as [Int128], unsigned.samples) {
            let signed = IRType(bits: 64, isSigned: true)
            for function in compareFunctions((a, signed, .constant), op, (b, unsigned, .loaded)) {
                #expect(try machine.run(function) == .value(op.holds(a, b) ? 1 : 0), "\(a) \(op) \(b)")
            }
            for function in compareFunctions((b, unsigned, .constant), op, (a, signed, .constant)) {
                #expect(try machine.run(function) == .value(op.holds(b, a) ? 1 : 0), "\(b) \(op) \(a)")
            }
        }
    }

    /// The compare as a value, before a branch, and as both.
    private func compareFunctions(
        _ a: (Int128, IRType, Given), _ op: CompareOperator, _ b: (Int128, IRType, Given)
    ) -> [IRFunction] {
        var value = BodyBuilder()
        let left = value.operand(a.0, a.1, a.2)
        let right = value.operand(b.0, b.1, b.2)
        let holds = value.compare(left, op, right)
        var branch = value
        value.emit(.ret, .void, holds)

        let otherwise = branch.label()
        branch.emit(.jumpIfFalse, .void, holds, data: otherwise)
        var both = branch
        branch.emit(.ret, .void, branch.number(1))
        branch.emit(.label, data: otherwise)
        branch.emit(.ret, .void, branch.number(0))

        both.emit(.ret, .void, holds)
        both.emit(.label, data: otherwise)
        both.emit(.ret, .void, holds)
        return [value.function, branch.function, both.function]
    }
}

extension BodyBuilder {
    /// `value` as an operand, given this way.
    mutating func operand(_ value: Int128, _ type: IRType, _ given: ArithmeticTests.Given) -> IRRef {
        given == .loaded ? stored(value, type) : number(value, type)
    }
}

extension Machine.Outcome {
    /// A number, extended to 64 bits.
    static func value(_ value: Int128) -> Machine.Outcome { .returned(UInt64(truncatingIfNeeded: value)) }

    /// A panic of the generated function, where `BodyBuilder` puts its instructions.
    static func panic(_ message: PanicMessage, at position: Position = Position(line: 3, column: 5)) -> Machine.Outcome
    {
        .panicked(Machine.Panic(slot: Machine.function.rawValue, position: position, message: message))
    }
}

extension CompareOperator {
    /// What it says of two numbers.
    func holds(_ a: Int128, _ b: Int128) -> Bool {
        switch self {
        case .lt: a < b
        case .lte: a <= b
        case .eq: a == b
        case .gte: a >= b
        case .gt: a > b
        case .neq: a != b
        }
    }
}

/// Every element of one with every element of the other.
func pairs<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] {
    a.flatMap { left in b.map { (left, $0) } }
}
