import ZIR

// Arithmetic on integers: exact where the operands are known, else code.
extension Analysis {
    /// Whether the code of an operation that may fail checks that it does not.
    private var check: UInt32 { options.checksSafety ? 1 : 0 }

    /// `add`, `sub` and `mul`, which fail where the result does not fit, and with `wraps` their likes that do not.
    func analyzeSum(_ op: IRInst.Op, wraps: Bool = false) throws(AnalysisStop) -> TypedValue {
        if let plain = plainOperands() { return try emit(op, plain, data: wraps ? 0 : check) }
        let operands = try integerOperands()
        if let (x, y) = known(operands) {
            let result = Analysis.evaluate(op, x, y)
            return wraps ? try wrapped(result, operands.type) : try folded(result, operands.type)
        }
        return try emit(op, operands, data: wraps ? 0 : check)
    }

    /// `div`, `rem` and `mod`.
    func analyzeDivision(_ op: IRInst.Op) throws(AnalysisStop) -> TypedValue {
        let operands = try integerOperands()
        try requireNonZero(operands.b)
        if let (x, y) = known(operands) { return try folded(Analysis.evaluate(op, x, y), operands.type) }
        return try emit(op, operands, data: check)
    }

    /// `mod_rem`, for those who do not care which: so both must be the same.
    func analyzeModRem() throws(AnalysisStop) -> TypedValue {
        let operands = try integerOperands()
        try requireNonZero(operands.b)
        if let (x, y) = known(operands) {
            let remainder = x.remainder(by: y)
            if remainder == x.modulo(by: y) { return try folded(remainder, operands.type) }
        } else if types.integerShape(of: operands.type)?.isSigned == false {
            return try emit(.rem, operands, data: check)
        }
        let type = name(of: operands.type)
        throw failure("remainder division with '\(type)' and '\(type)': signed integers must use rem or mod")
    }

    /// `bitand`, `bitor` and `xor`.
    func analyzeBits(_ op: IRInst.Op) throws(AnalysisStop) -> TypedValue {
        if let plain = plainOperands() { return try emit(op, plain, data: 0) }
        let operands = try integerOperands()
        if let (x, y) = known(operands) { return try folded(Analysis.evaluate(op, x, y), operands.type) }
        return try emit(op, operands, data: 0)
    }

    /// `bitnot`: all bits of the type, so `comptime_int`, which has no width, is refused.
    func analyzeBitNot() throws(AnalysisStop) -> TypedValue {
        let value = try integerOperand(0)
        guard let shape = types.integerShape(of: value.type) else {
            let type = name(of: value.type)
            throw failure(operand(0).position, "unable to perform binary not operation on type '\(type)'")
        }
        if let number = integer(value) { return try wrapped(~number, value.type) }
        let ones = Integer(Int64(-1)).wrapped(to: shape)
        let mask = known(ones, value.type)
        return try emit(.xor, IntegerOperands(type: value.type, a: value, b: mask), data: 0)
    }

    /// `negate` and `negatewrap`: zero minus the operand.
    func analyzeNegation(wraps: Bool = false) throws(AnalysisStop) -> TypedValue {
        let value = try integerOperand(0)
        guard types.integerShape(of: value.type)?.isSigned ?? true else {
            throw failure(operand(0).position, "negation of type '\(name(of: value.type))'")
        }
        if let number = integer(value) {
            return wraps ? try wrapped(-number, value.type) : try folded(-number, value.type)
        }
        let zero = TypedValue.known(.integer(0), value.type)
        return try emit(.sub, IntegerOperands(type: value.type, a: zero, b: value), data: wraps ? 0 : check)
    }
}

// Plain operands: a result of code and another one of its type, or a number that is written out and fits. So are nearly
// all, and they need not go through all that operands may be: the analysis of a body takes a tenth less.
extension Analysis {
    private struct PlainOperands {
        var type: TypeIndex
        /// How code holds values of that.
        var shape: IRType
        var a: IRRef
        var b: Right

        enum Right {
            case result(IRRef)
            case number(Int64)
        }
    }

    /// Operands 0 and 1, if they are plain.
    @inline(__always)
    private func plainOperands() -> PlainOperands? {
        guard row.count == 2, let left = plainResult(0) else { return nil }
        let facts = types.scalarFacts(of: left.type)
        guard let integer = facts.integer, let shape = facts.irType else { return nil }
        if row[1].kind == .int {
            let number = Int64(bitPattern: row[1].payload)
            if !integer.contains(number) { return nil }
            return PlainOperands(type: left.type, shape: shape, a: left.ref, b: .number(number))
        }
        guard let right = plainResult(1), right.type == left.type else { return nil }
        return PlainOperands(type: left.type, shape: shape, a: left.ref, b: .result(right.ref))
    }

    /// The result of code that operand `k` names; nil if it is something else.
    @inline(__always)
    func plainResult(_ k: Int) -> (ref: IRRef, type: TypeIndex)? {
        guard let index = row.local(k), index < results.count, case .runTime(let ref) = results[index].content else {
            return nil
        }
        return (ref, results[index].type)
    }

    @inline(__always)
    private func emit(_ op: IRInst.Op, _ operands: PlainOperands, data: UInt32) throws(AnalysisStop) -> TypedValue {
        let right: IRRef
        switch operands.b {
        case .result(let ref): right = ref
        case .number(let number): right = try constant(.integer(UInt64(bitPattern: number), operands.shape))
        }
        let result = try emit(op, type: operands.shape, a: operands.a, b: right, data: data)
        return .runTime(result, operands.type)
    }
}

// Operands and results.
extension Analysis {
    /// Two operands of one type.
    private struct IntegerOperands {
        var type: TypeIndex
        var a: TypedValue
        var b: TypedValue
    }

    /// Both operands, if both are known.
    private func known(_ operands: IntegerOperands) -> (Integer, Integer)? {
        guard case .known(let a) = operands.a.content, case .known(let b) = operands.b.content else { return nil }
        if let x = integer(a), let y = integer(b) { return (x, y) }
        return nil
    }

    /// Operands 0 and 1 as integers of their peer type.
    private func integerOperands() throws(AnalysisStop) -> IntegerOperands {
        let a = try integerOperand(0)
        let b = try integerOperand(1)
        if a.type == b.type { return IntegerOperands(type: a.type, a: a, b: b) }
        let type = try peerType(a.type, b.type)
        return IntegerOperands(
            type: type, a: try coerce(a, to: type, at: operand(0).position),
            b: try coerce(b, to: type, at: operand(1).position))
    }

    private func requireNonZero(_ divisor: TypedValue) throws(AnalysisStop) {
        if case .integer(0)? = divisor.known { throw failure(operand(1).position, "division by zero") }
    }

    private func emit(
        _ op: IRInst.Op, _ operands: IntegerOperands, data: UInt32
    ) throws(AnalysisStop) -> TypedValue {
        let shape = try runTimeShape(of: operands.type, at: current.position)
        let left = try lower(operands.a, shape, at: operand(0).position)
        let right = try lower(operands.b, shape, at: operand(1).position)
        return .runTime(try emit(op, type: shape, a: left, b: right, data: data), operands.type)
    }

    /// What the instruction `op` computes. A divisor is not zero.
    private static func evaluate(_ op: IRInst.Op, _ x: Integer, _ y: Integer) -> Integer {
        switch op {
        case .add: x + y
        case .sub: x - y
        case .mul: x * y
        case .div: x.quotient(by: y)
        case .rem: x.remainder(by: y)
        case .mod: x.modulo(by: y)
        case .and: x & y
        case .or: x | y
        default: x ^ y
        }
    }

    /// The result of arithmetic on known integers, which must be one of `type`.
    func folded(_ number: Integer, _ type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        if let shape = types.integerShape(of: type) {
            guard number.fits(shape) else {
                throw failure("overflow of integer type '\(name(of: type))' with value '\(number)'")
            }
        } else {
            try requireSize(number.bitWidth)
        }
        return known(number, type)
    }

    /// The result of arithmetic that wraps; a `comptime_int` has no width to wrap at.
    private func wrapped(_ number: Integer, _ type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        guard let shape = types.integerShape(of: type) else { return try folded(number, type) }
        return known(number.wrapped(to: shape), type)
    }

    private func requireSize(_ bits: Int) throws(AnalysisStop) {
        if bits > Integer.maximumBits { throw failure("integer has more than \(Integer.maximumBits) bits") }
    }
}

// Shifts.
extension Analysis {
    /// `shl` and `shr`: a value of the left operand's type.
    func analyzeShift(_ op: IRInst.Op) throws(AnalysisStop) -> TypedValue {
        let value = try integerOperand(0)
        let amount = try shiftAmount(of: value.type)
        if let number = integer(value), let count = integer(amount) {
            return try shifted(op, number, by: count, value.type)
        }
        let shape = try runTimeShape(of: value.type, at: operand(0).position)
        // No amount is below the width of a type without bits.
        if shape.bits == 0 { throw shiftOverflow() }
        let left = try lower(value, at: operand(0).position)
        let right = try lower(amount, at: operand(1).position)
        return .runTime(try emit(op, type: shape, a: left, b: right, data: check), value.type)
    }

    /// Operand 1, an unsigned integer; a known one is a `usize` below the width of `type`, where that has one.
    private func shiftAmount(of type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        let amount = try integerOperand(1)
        if let shape = types.integerShape(of: amount.type), shape.isSigned {
            let found = name(of: amount.type)
            throw failure(operand(1).position, "expected unsigned integer type, found '\(found)'")
        }
        guard let count = integer(amount) else { return amount }
        if count.isNegative { throw failure(operand(1).position, "shift by negative value '\(count)'") }
        if let shape = types.integerShape(of: type), count >= Integer(Int64(shape.bits)) { throw shiftOverflow() }
        return TypedValue(type: types.integerShape(of: type) == nil ? amount.type : .usize, content: amount.content)
    }

    private func shiftOverflow() -> AnalysisStop { failure(operand(1).position, "shift amount overflow") }

    private func shifted(
        _ op: IRInst.Op, _ number: Integer, by count: Integer, _ type: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        let count = Int(clamping: count.int64 ?? Int64.max)
        if op == .shiftRight { return known(number.shiftedRight(by: count), type) }
        if number == .zero { return .known(.integer(0), type) }
        try requireSize(count)
        return try wrapped(number.shiftedLeft(by: count), type)
    }
}

// Truth values.
extension Analysis {
    /// `booland` and `boolor`. Both operands are evaluated, as all operands are.
    func analyzeBool(_ op: IRInst.Op) throws(AnalysisStop) -> TypedValue {
        let a = try boolOperand(0)
        let b = try boolOperand(1)
        if case .bool(let x)? = a.known, case .bool(let y)? = b.known { return .bool(op == .and ? x && y : x || y) }
        let left = try lower(a, at: operand(0).position)
        return .runTime(try emit(op, type: .bool, a: left, b: lower(b, at: operand(1).position)), .bool)
    }

    func analyzeBoolNot() throws(AnalysisStop) -> TypedValue {
        let value = try boolOperand(0)
        if case .bool(let isTrue)? = value.known { return .bool(!isTrue) }
        let one = try constant(.integer(1, .bool))
        return .runTime(try emit(.xor, type: .bool, a: lower(value, at: operand(0).position), b: one), .bool)
    }

    /// Operand `k`, a bool that is not undefined.
    func boolOperand(_ k: Int) throws(AnalysisStop) -> TypedValue {
        let value = try value(k, as: .bool)
        if value.isUndefined { throw undefinedUse(operand(k).position) }
        return value
    }
}
