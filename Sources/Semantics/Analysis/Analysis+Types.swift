import ZIR

// Instructions that make types, or ask for one.
extension Analysis {
    /// `inttype`: the sign is a bool or 0 or 1, the width at most 65535.
    func analyzeIntegerType() throws(AnalysisStop) -> TypedValue {
        let isSigned = try sign(operand(0))
        let widthType = try index(of: .integer(IntegerShape(isSigned: false, bits: 16)))
        let width = try value(1, as: widthType)
        guard let bits = Self.width(width.known) else { throw unresolved(width, at: operand(1).position) }
        return .type(try index(of: .integer(IntegerShape(isSigned: isSigned, bits: bits))))
    }

    private static func width(_ value: KnownValue?) -> UInt16? {
        guard case .integer(let number)? = value else { return nil }
        return UInt16(exactly: number)
    }

    private func sign(_ operand: Operand) throws(AnalysisStop) -> Bool {
        let value = try value(of: operand)
        if case .integer(let number)? = value.known, number == 0 || number == 1 { return number == 1 }
        let flag = try coerce(value, to: .bool, at: operand.position)
        guard case .bool(let isSigned)? = flag.known else { throw unresolved(flag, at: operand.position) }
        return isSigned
    }

    /// The error about a value that had to be comptime-known.
    func unresolved(_ value: TypedValue, at position: Position) -> AnalysisStop {
        value.isUndefined ? undefinedUse(position) : failure(position, "unable to resolve comptime value")
    }

    func analyzeArrayType() throws(AnalysisStop) -> TypedValue {
        let length = try arrayLength()
        return .type(try arrayType(ArrayType(length: length, child: elementType(1)), at: operand(0).position))
    }

    func analyzeSentinelArrayType() throws(AnalysisStop) -> TypedValue {
        let length = try arrayLength()
        let child = try elementType(2)
        let sentinel = try value(1, as: child)
        let position = operand(1).position
        guard let value = knownValue(sentinel), !sentinel.isUndefined else { throw unresolved(sentinel, at: position) }
        switch value {
        case .integer, .bool, .type, .null: break
        default: throw failure(position, "sentinel of type '\(name(of: child))' is not supported")
        }
        let array = ArrayType(length: length, child: child, sentinel: types.sentinel(value, type: child))
        return .type(try arrayType(array, at: operand(0).position))
    }

    /// Operand 0, a known length.
    private func arrayLength() throws(AnalysisStop) -> UInt64 {
        let length = try value(0, as: .usize)
        guard let count = number(length) else {
            throw unresolved(length, at: operand(0).position)
        }
        return count
    }

    /// Operand `k`, a type that something may be made of.
    private func elementType(_ k: Int) throws(AnalysisStop) -> TypeIndex {
        let type = try type(k)
        switch type {
        case .noreturn, .null, .undefined:
            throw failure(operand(k).position, "type '\(name(of: type))' cannot be an element")
        default: return type
        }
    }

    /// An array type; an error at `position` if it would have more bytes than an object may have.
    func arrayType(_ array: ArrayType, at position: Position) throws(AnalysisStop) -> TypeIndex {
        let type = try index(of: .array(array))
        let hasSize = types.layout(of: array.child) != nil || array.length > TypeTable.maximumObjectBytes
        if hasSize, types.layout(of: type) == nil { throw failure(position, "object has more than 2 GiB") }
        return type
    }

    /// The pointer and slice types that have a mnemonic of their own.
    func analyzePointerType(_ size: PointerType.Size, isConst: Bool) throws(AnalysisStop) -> TypedValue {
        .type(try pointerType(PointerType(size: size, isConst: isConst, child: elementType(0))))
    }

    /// `ret_type`: what the function in which it stands returns.
    func analyzeReturnType() throws(AnalysisStop) -> TypedValue {
        guard let function else { throw failure("instruction illegal outside function body") }
        return .type(function.result)
    }

    /// `param_type`: of a function, of a pointer to one, or of a function type.
    func analyzeParameterType() throws(AnalysisStop) -> TypedValue {
        let (type, function) = try functionType()
        let parameters = types.types(in: function.parameters)
        let value = try value(1, as: .usize)
        guard let index = number(value) else {
            throw unresolved(value, at: operand(1).position)
        }
        guard index < UInt64(parameters.count) else {
            let count = parameters.count
            let message = "arg index \(index) out of bounds; '\(name(of: type))' has \(count) argument(s)"
            throw failure(operand(1).position, message)
        }
        return .type(parameters[parameters.startIndex + Int(index)])
    }

    private func functionType() throws(AnalysisStop) -> (TypeIndex, FunctionType) {
        let value = try value(0)
        var type = value.type
        if case .type(let named)? = value.known { type = named }
        if let pointer = types.pointer(type), pointer.size == .one { type = pointer.child }
        guard let function = types.function(type) else {
            throw failure(operand(0).position, "type '\(name(of: type))' not a function")
        }
        return (type, function)
    }
}

// What the language has no values for yet, and what does nothing.
extension Analysis {
    /// `dbg_stmt`: a mark between statements, without code.
    func analyzeStatementMark() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        return .void
    }

    func refuseNonOptional() throws(AnalysisStop) -> TypedValue {
        throw failure(operand(0).position, "expected optional type, found '\(name(of: try value(0).type))'")
    }

    func refuseNonErrorUnion() throws(AnalysisStop) -> TypedValue {
        throw failure(operand(0).position, "expected error union type, found '\(name(of: try value(0).type))'")
    }
}
