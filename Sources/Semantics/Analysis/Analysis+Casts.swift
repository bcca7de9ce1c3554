import ZIR

// Casts.
extension Analysis {
    mutating func analyzeIntCast() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        guard types.isInteger(target) else { throw expectedInteger(target, at: operand(0).position) }
        let value = try integerOperand(1)
        switch value.content {
        case .known(.integer(let number)):
            if let shape = types.integerShape(of: target) {
                try requireFit(number, target, shape, at: operand(1).position)
            }
            return .known(.integer(number), target)
        case .known: throw undefinedUse(operand(1).position)
        case .runTime(let source): return try castInteger(source, of: value.type, to: target)
        }
    }

    private mutating func castInteger(
        _ source: IRRef, of type: TypeIndex, to target: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        let shape = try runTimeShape(of: target, at: current.position)
        guard let from = types.integerShape(of: type), let to = types.integerShape(of: target) else {
            throw expectedInteger(type, at: operand(1).position)
        }
        if to.holds(from) { return try convert(.runTime(source, type), to: target, position: current.position) }
        if to.bits == 0 { throw notBuilt(current.position, "a run-time cast to '\(name(of: target))' is") }
        let check: UInt32 = options.checksSafety ? 1 : 0
        return .runTime(try emit(.intCast, type: shape, a: source, data: check), target)
    }

    mutating func analyzeBitCast() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        let value = try value(1)
        if value.type == target { return value }
        if value.type == .undefined || value.isUndefined { throw undefinedUse(operand(1).position) }
        if types.isAddress(target), types.isAddress(value.type) {
            return TypedValue(type: target, content: value.content)
        }
        guard let from = types.bitShape(of: value.type), let to = types.bitShape(of: target), from.bits == to.bits
        else {
            let message = "unable to cast the bits of '\(name(of: value.type))' to '\(name(of: target))'"
            throw failure(message)
        }
        return try castBits(of: value, to: target, to)
    }

    private mutating func castBits(
        of value: TypedValue, to target: TypeIndex, _ shape: IntegerShape
    ) throws(AnalysisStop) -> TypedValue {
        switch value.content {
        case .known(.bool(let isTrue)):
            return .known(.integer(Integer(Int64(isTrue ? 1 : 0)).wrapped(to: shape)), target)
        case .known(.integer(let number)):
            if target == .bool { return .bool(number.lowBits & 1 == 1) }
            return .known(.integer(number.wrapped(to: shape)), target)
        case .known: throw undefinedUse(operand(1).position)
        case .runTime(let source):
            let to = try runTimeShape(of: target, at: current.position)
            if types.irType(of: value.type) == to { return .runTime(source, target) }
            return .runTime(try emit(.bitCast, type: to, a: source), target)
        }
    }

    mutating func analyzePointerToInteger() throws(AnalysisStop) -> TypedValue {
        let value = try value(0)
        let position = operand(0).position
        guard types.isAddress(value.type) else {
            throw failure(position, "expected pointer, found '\(name(of: value.type))'")
        }
        if value.isUndefined { throw undefinedUse(position) }
        return .runTime(try lower(value, at: position), .usize)
    }
}

extension TypeTable {
    /// Sign and width of what `bitcast` takes for an integer: `bool` is a `u1`.
    func bitShape(of index: TypeIndex) -> IntegerShape? {
        index == .bool ? IntegerShape(isSigned: false, bits: 1) : integerShape(of: index)
    }
}
