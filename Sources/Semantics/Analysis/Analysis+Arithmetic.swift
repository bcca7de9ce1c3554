import ZIR

// Comparison.
extension Analysis {
    func expectedInteger(_ type: TypeIndex, at position: Position) -> AnalysisStop {
        failure(position, "expected integer type, found '\(name(of: type))'")
    }

    /// Operand `k`, an integer that is not undefined.
    func integerOperand(_ k: Int) throws(AnalysisStop) -> TypedValue {
        let value = try value(k)
        if value.isUndefined { throw undefinedUse(operand(k).position) }
        guard types.isInteger(value.type) else { throw expectedInteger(value.type, at: operand(k).position) }
        return value
    }

    func analyzeCompare() throws(AnalysisStop) -> TypedValue {
        guard let op = try tag(1, as: CompareOperator.self) else {
            throw failure(Messages.expectedOperand(CompareOperator.setName))
        }
        if let result = try comparePlain(op) { return result }
        let a = try value(0)
        let b = try value(2)
        if a.isUndefined { throw undefinedUse(operand(0).position) }
        if b.isUndefined { throw undefinedUse(operand(2).position) }
        if types.isInteger(a.type), types.isInteger(b.type) { return try compareIntegers(a, op, b) }
        let type = try peerType(a.type, b.type)
        guard types.hasEquality(type), op == .eq || op == .neq else {
            throw failure("operator '\(op.spelling)' not allowed for type '\(name(of: type))'")
        }
        return try compareEquality(a, op, b)
    }

    /// `cmp` of plain operands; nil where they are not.
    @inline(__always)
    private func comparePlain(_ op: CompareOperator) throws(AnalysisStop) -> TypedValue? {
        guard row.count == 3, let left = plainResult(0), types.integerShape(of: left.type) != nil else {
            return nil
        }
        let right: IRRef
        if row[2].kind == .int {
            let number = Int64(bitPattern: row[2].payload)
            right = try constant(.integer(row[2].payload, IRType(bits: 64, isSigned: number < 0)))
        } else if let result = plainResult(2), types.integerShape(of: result.type) != nil {
            right = result.ref
        } else {
            return nil
        }
        return .runTime(try emit(.compare, type: .bool, a: left.ref, b: right, data: UInt32(op.rawValue)), .bool)
    }

    private func compareIntegers(
        _ a: TypedValue, _ op: CompareOperator, _ b: TypedValue
    ) throws(AnalysisStop) -> TypedValue {
        switch (integer(a), integer(b)) {
        case (let x?, let y?): return .bool(op.holds(x, y))
        case (let x?, nil):
            let left = try comparand(x, op, isLeft: true)
            return try compare(left, op, (lower(b, at: operand(2).position), nil))
        case (nil, let y?):
            let right = try comparand(y, op, isLeft: false)
            return try compare((lower(a, at: operand(0).position), nil), op, right)
        case (nil, nil):
            let left = try lower(a, at: operand(0).position)
            return try compare((left, nil), op, (lower(b, at: operand(2).position), nil))
        }
    }

    /// An operand of code, or the outcome of a comparison that it decides alone.
    private typealias Comparand = (ref: IRRef, outcome: Bool?)

    /// `number` in the 64-bit shape that holds it. If none does, it lies beyond all run-time integers on one side.
    private func comparand(
        _ number: Integer, _ op: CompareOperator, isLeft: Bool
    ) throws(AnalysisStop) -> Comparand {
        for isSigned in [false, true] where number.fits(IntegerShape(isSigned: isSigned, bits: 64)) {
            let type = IRType(bits: 64, isSigned: isSigned)
            return (try constant(.integer(number.lowBits, type)), nil)
        }
        let zero = Integer(Int64(0))
        return (.none, isLeft ? op.holds(number, zero) : op.holds(zero, number))
    }

    private func compare(
        _ a: Comparand, _ op: CompareOperator, _ b: Comparand
    ) throws(AnalysisStop) -> TypedValue {
        try requireRunTime()
        // An outcome that a type decides does not make the operands known.
        if let outcome = a.outcome ?? b.outcome {
            return .runTime(try constant(.integer(outcome ? 1 : 0, .bool)), .bool)
        }
        let result = try emit(.compare, type: .bool, a: a.ref, b: b.ref, data: UInt32(op.rawValue))
        return .runTime(result, .bool)
    }

    private func compareEquality(
        _ a: TypedValue, _ op: CompareOperator, _ b: TypedValue
    ) throws(AnalysisStop) -> TypedValue {
        if let x = knownValue(a), let y = knownValue(b), x.isComparable(with: y) {
            return .bool((x == y) == (op == .eq))
        }
        let left = try lower(a, at: operand(0).position)
        return try compare((left, nil), op, (lower(b, at: operand(2).position), nil))
    }
}

extension Value {
    /// Whether analysis knows that this and `other`, of one type, are the same or not: the address of a place is no
    /// known number.
    fileprivate func isComparable(with other: Value) -> Bool {
        if case .integer = self, case .integer = other { return true }
        if case .integer = self { return false }
        if case .integer = other { return false }
        return true
    }
}

extension CompareOperator {
    /// Whether `a` stands in this relation to `b`.
    func holds(_ a: Integer, _ b: Integer) -> Bool {
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

extension TypeTable {
    /// Whether values of a type that is no integer may be compared for equality.
    func hasEquality(_ index: TypeIndex) -> Bool { index == .bool || index == .type || isAddress(index) }
}
