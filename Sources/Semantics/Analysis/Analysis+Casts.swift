import ZIR

// Casts.
extension Analysis {
    func analyzeIntCast() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        guard types.isInteger(target) else { throw expectedInteger(target, at: operand(0).position) }
        let value = try integerOperand(1)
        switch value.content {
        case .known(let known):
            guard let number = integer(known) else { throw undefinedUse(operand(1).position) }
            if let shape = types.integerShape(of: target) {
                try requireFit(number, target, shape, at: operand(1).position)
            }
            return .known(known, target)
        case .runTime(let source): return try castInteger(source, of: value.type, to: target)
        }
    }

    private func castInteger(
        _ source: IRRef, of type: TypeIndex, to target: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        let shape = try runTimeShape(of: target, at: current.position)
        guard let from = types.integerShape(of: type), let to = types.integerShape(of: target) else {
            throw expectedInteger(type, at: operand(1).position)
        }
        if to.holds(from) { return try convert(.runTime(source, type), to: target, position: current.position) }
        let check: UInt32 = options.checksSafety ? 1 : 0
        if to.bits == 0 {
            // Only zero fits, so the check is all there is to do.
            _ = try emit(.intCast, type: .void, a: source, data: check)
            return .known(.integer(0), target)
        }
        return .runTime(try emit(.intCast, type: shape, a: source, data: check), target)
    }

    func analyzeBitCast() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        let value = try value(1)
        if value.type == target { return value }
        if value.type == .undefined || value.isUndefined { throw undefinedUse(operand(1).position) }
        // What exists in analysis only has no bits.
        let haveBits = types.isAvailableAtRunTime(value.type) && types.isAvailableAtRunTime(target)
        if types.isAddress(target), types.isAddress(value.type), haveBits {
            return TypedValue(type: target, content: try stored(value).content)
        }
        guard let from = types.bitShape(of: value.type), let to = types.bitShape(of: target), from.bits == to.bits
        else {
            let message = "unable to cast the bits of '\(name(of: value.type))' to '\(name(of: target))'"
            throw failure(message)
        }
        return try castBits(of: value, to: target, to)
    }

    /// A pointer as one that other types can be read through: what it points at gets storage if it has none.
    private func stored(_ pointer: TypedValue) throws(AnalysisStop) -> TypedValue {
        switch pointer.known {
        case .lengthPointer(let length): return known(.place(addConstant(Content(length: length))), pointer.type)
        case .reference(let target):
            let position = operand(1).position
            let interface = try interface(of: target, at: position)
            let place = try constant(interface.value, interface.type, for: target, position)
            return known(.place(place), pointer.type)
        default: return pointer
        }
    }

    private func castBits(
        of value: TypedValue, to target: TypeIndex, _ shape: IntegerShape
    ) throws(AnalysisStop) -> TypedValue {
        switch value.content {
        case .known(.bool(let isTrue)):
            return known(Integer(Int64(isTrue ? 1 : 0)).wrapped(to: shape), target)
        case .known(let bits):
            guard let number = integer(bits) else { throw undefinedUse(operand(1).position) }
            if target == .bool { return .bool(number.lowBits & 1 == 1) }
            return known(number.wrapped(to: shape), target)
        case .runTime(let source):
            let to = try runTimeShape(of: target, at: current.position)
            if types.irType(of: value.type) == to { return .runTime(source, target) }
            return .runTime(try emit(.bitCast, type: to, a: source), target)
        }
    }

    /// `truncate`: the low bits. As the sign stays, so must the signedness.
    func analyzeTruncate() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        guard let to = types.integerShape(of: target) else { throw expectedInteger(target, at: operand(0).position) }
        let value = try integerOperand(1)
        if let from = types.integerShape(of: value.type) { try requireNarrower(from, to, value.type, target) }
        switch value.content {
        case .known(let bits):
            guard let number = integer(bits) else { throw undefinedUse(operand(1).position) }
            return known(number.wrapped(to: to), target)
        case .runTime(let source):
            if to.bits == 0 { return .known(.integer(0), target) }
            let shape = try runTimeShape(of: target, at: current.position)
            if types.irType(of: value.type) == shape { return .runTime(source, target) }
            return .runTime(try emit(.intCast, type: shape, a: source), target)
        }
    }

    private func requireNarrower(
        _ from: IntegerShape, _ to: IntegerShape, _ type: TypeIndex, _ target: TypeIndex
    ) throws(AnalysisStop) {
        if from.bits == 0 || to.bits == 0 { return }
        guard from.isSigned == to.isSigned else {
            let expected = to.isSigned ? "signed" : "unsigned"
            throw failure(operand(1).position, "expected \(expected) integer type, found '\(name(of: type))'")
        }
        guard from.bits >= to.bits else {
            let message = "type '\(name(of: type))' has fewer bits than destination type '\(name(of: target))'"
            throw failure(operand(1).position, message)
        }
    }

    /// `booltoint`: 0 or 1 as a `u1`, which run time cannot tell from a bool.
    func analyzeBoolToInteger() throws(AnalysisStop) -> TypedValue {
        let bit = try index(of: .integer(IntegerShape(isSigned: false, bits: 1)))
        let value = try boolOperand(0)
        if case .bool(let isTrue)? = value.known { return .known(.integer(isTrue ? 1 : 0), bit) }
        return TypedValue(type: bit, content: value.content)
    }

    /// `inttoptr`: an address that is a number. A known one stays known.
    func analyzeIntegerToPointer() throws(AnalysisStop) -> TypedValue {
        let target = try type(0)
        guard types.isAddress(target) else {
            throw failure(operand(0).position, "expected pointer type, found '\(name(of: target))'")
        }
        let value = try value(1, as: .usize)
        if value.isUndefined { throw undefinedUse(operand(1).position) }
        if case .integer(0)? = value.known, types.pointer(target)?.size != .c {
            throw failure(operand(1).position, "pointer type '\(name(of: target))' does not allow address zero")
        }
        guard types.irType(of: target) != nil else { throw unavailable(target, at: operand(0).position) }
        return TypedValue(type: target, content: value.content)
    }

    func analyzePointerToInteger() throws(AnalysisStop) -> TypedValue {
        let value = try value(0)
        let position = operand(0).position
        guard types.isAddress(value.type) else {
            throw failure(position, "expected pointer, found '\(name(of: value.type))'")
        }
        if value.isUndefined { throw undefinedUse(position) }
        if let known = value.known, integer(known) != nil { return .known(known, .usize) }
        return .runTime(try lower(value, at: position), .usize)
    }
}

extension TypeTable {
    /// Sign and width of what `bitcast` takes for an integer: `bool` is a `u1`.
    func bitShape(of index: TypeIndex) -> IntegerShape? {
        index == .bool ? IntegerShape(isSigned: false, bits: 1) : integerShape(of: index)
    }
}
