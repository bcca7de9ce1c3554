import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Arithmetic on integers of every kind of width, run for real and held against 128-bit arithmetic.
struct IntegerTests {
    /// What an operation must come to: a value, or a panic where it is checked.
    enum Expected {
        case value(Int128)
        /// The wrapped value is what unchecked code gives; nil where that may be anything.
        case failure(PanicMessage, unchecked: Int128?)
    }

    typealias Given = ArithmeticTests.Given

    /// Runs `a op b` with every way to give the operands, checked and not.
    private func check(
        _ machine: Machine, _ op: IRInst.Op, _ type: IRType, _ a: Int128, _ b: Int128, _ expected: Expected,
        right: IRType? = nil
    ) throws {
        for (givenA, givenB) in pairs(Given.allCases, Given.allCases) {
            for isChecked in [false, true] {
                guard let outcome = expected.outcome(isChecked: isChecked) else { continue }
                var body = BodyBuilder()
                let left = body.operand(a, type, givenA)
                let result = body.emit(
                    op, type, left, body.operand(b, right ?? type, givenB), data: isChecked ? 1 : 0)
                body.emit(.ret, .void, result)
                #expect(try machine.run(body.function) == outcome, "\(a) \(op) \(b) of \(type), \(givenA) \(givenB)")
            }
        }
    }

    @Test(arguments: IRType.samples)
    func sums(_ type: IRType) throws {
        let machine = try Machine()
        for (a, b) in pairs(type.samples, type.samples) {
            try check(machine, .add, type, a, b, .fitting(a + b, type))
            try check(machine, .sub, type, a, b, .fitting(a - b, type))
        }
    }

    /// The square of the largest number does not fit in 128 signed bits, but its low ones are right.
    @Test(arguments: IRType.samples)
    func products(_ type: IRType) throws {
        let machine = try Machine()
        let root = Int128(1) << Int128(type.bits / 2)
        let factors = type.samples + [root - 1, root, root + 1].filter(type.range.contains)
        for (a, b) in pairs(factors, factors) {
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            let expected = Expected.fitting(product, type)
            try check(
                machine, .mul, type, a, b,
                overflow ? .failure(.integerOverflow, unchecked: type.wrapping(product)) : expected)
        }
    }

    @Test(arguments: IRType.samples)
    func quotients(_ type: IRType) throws {
        let machine = try Machine()
        let numbers = type.samples + [3, 7, -3, -7].filter(type.range.contains)
        for (a, b) in pairs(numbers, numbers) where b != 0 {
            try check(machine, .div, type, a, b, .fitting(a / b, type))
            try check(machine, .rem, type, a, b, .value(a % b))
            let modulus = a % b != 0 && (a < 0) != (b < 0) ? a % b + b : a % b
            try check(machine, .mod, type, a, b, .value(modulus))
        }
    }

    @Test(arguments: IRType.samples)
    func zeroDivisors(_ type: IRType) throws {
        let machine = try Machine()
        for (op, a) in pairs([.div, .rem, .mod] as [IRInst.Op], type.samples) {
            try check(machine, op, type, a, 0, .failure(.divisionByZero, unchecked: nil))
        }
    }

    @Test(arguments: IRType.samples)
    func bits(_ type: IRType) throws {
        let machine = try Machine()
        for (a, b) in pairs(type.samples, type.samples) {
            try check(machine, .and, type, a, b, .value(a & b))
            try check(machine, .or, type, a, b, .value(a | b))
            try check(machine, .xor, type, a, b, .value(a ^ b))
        }
    }

    @Test(arguments: IRType.samples)
    func shifts(_ type: IRType) throws {
        let machine = try Machine()
        let width = Int128(type.bits)
        let amount = IRType(bits: 7)
        let amounts = Set([0, 1, width / 2, width - 1, width, 127].filter { $0 >= 0 }).sorted()
        for (a, count) in pairs(type.samples, amounts) {
            let tooFar = Expected.failure(.shiftAmountOverflow, unchecked: nil)
            let left = Expected.value(type.wrapping(a << count))
            try check(machine, .shiftLeft, type, a, count, count < width ? left : tooFar, right: amount)
            try check(machine, .shiftRight, type, a, count, count < width ? .value(a >> count) : tooFar, right: amount)
        }
    }

    /// An amount of 64 bits is not taken for its low ones.
    @Test func shiftsByLargeAmounts() throws {
        let machine = try Machine()
        let type = IRType(bits: 64)
        for op in [IRInst.Op.shiftLeft, .shiftRight] {
            try check(machine, op, type, 1, 1 << 32, .failure(.shiftAmountOverflow, unchecked: nil))
            try check(machine, op, type, 1, 1 << 63, .failure(.shiftAmountOverflow, unchecked: nil))
        }
    }

    /// A checked operation that nobody uses still panics.
    @Test(
        arguments: [
            (IRInst.Op.add, 255, 1, PanicMessage.integerOverflow), (.sub, 0, 1, .integerOverflow),
            (.mul, 16, 16, .integerOverflow), (.div, 1, 0, .divisionByZero), (.rem, 1, 0, .divisionByZero),
            (.mod, 1, 0, .divisionByZero), (.shiftLeft, 1, 8, .shiftAmountOverflow),
            (.shiftRight, 1, 8, .shiftAmountOverflow),
        ] as [(IRInst.Op, Int128, Int128, PanicMessage)])
    func panicsWithoutUse(_ op: IRInst.Op, _ a: Int128, _ b: Int128, _ message: PanicMessage) throws {
        let type = IRType(bits: 8)
        var body = BodyBuilder()
        let left = body.stored(a, type)
        body.emit(op, type, left, body.stored(b, type), data: 1)
        body.emit(.ret)
        #expect(try Machine().run(body.function) == .panic(message))
    }

    /// An unchecked one leaves no code.
    @Test(arguments: [
        IRInst.Op.add, .sub, .mul, .div, .rem, .mod, .and, .or, .xor, .shiftLeft, .shiftRight,
    ])
    func dropsWithoutUse(_ op: IRInst.Op) throws {
        var empty = BodyBuilder()
        empty.emit(.ret)
        var body = BodyBuilder()
        body.emit(op, .usize, body.number(6), body.number(3))
        body.emit(.ret)
        let code = try generate(empty.function, declaration: .none)
        #expect(try generate(body.function, declaration: .none) == code)
    }
}

extension IntegerTests.Expected {
    /// `value` if `type` holds it, else an overflow.
    static func fitting(_ value: Int128, _ type: IRType) -> Self {
        type.range.contains(value)
            ? .value(value) : .failure(.integerOverflow, unchecked: type.wrapping(value))
    }

    /// How a run must end; nil if it may end in any way.
    func outcome(isChecked: Bool) -> Machine.Outcome? {
        switch self {
        case .value(let value): .value(value)
        case .failure(let message, let unchecked):
            isChecked ? .panic(message) : unchecked.map(Machine.Outcome.value)
        }
    }
}
