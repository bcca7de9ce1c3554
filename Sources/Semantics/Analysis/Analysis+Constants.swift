import ZIR

// Constants and types.
extension Analysis {
    /// The bytes of operand `k`, which must be written as a string.
    func literal(_ k: Int) throws(AnalysisStop) -> SyntaxRange {
        let operand = operand(k)
        guard operand.kind == .string else { throw failure(operand.position, Messages.expectedOperand("string")) }
        return operand.range
    }

    /// `*const [N:0]u8`
    func stringType(length: Int) throws(AnalysisStop) -> TypeIndex {
        guard UInt64(length) < TypeTable.maximumObjectBytes else {
            throw failure(operand(0).position, "object has more than 2 GiB")
        }
        let end = types.sentinel(.integer(Integer(Int64(0))), type: .u8)
        let array = try index(of: .array(ArrayType(length: UInt64(length), child: .u8, sentinel: end)))
        return try pointerType(PointerType(size: .one, isConst: true, child: array))
    }

    /// A `str` in a body.
    func analyzeStr() throws(AnalysisStop) -> TypedValue {
        let string = try literal(0)
        let type = try stringType(length: Int(string.count))
        return known(.place(addConstant(Content(string: syntax.bytes(string)))), type)
    }

    func analyzePrimitive() throws(AnalysisStop) -> TypedValue {
        guard let tag = try tag(0, as: PrimitiveTag.self) else {
            throw failure(Messages.expectedOperand(PrimitiveTag.setName))
        }
        return switch tag {
        case .true: .bool(true)
        case .false: .bool(false)
        case .null: .known(.null, .null)
        case .undefined: .known(.undefined, .undefined)
        case .void_value: .void
        default: .type(TypeIndex(tag))
        }
    }

    func analyzeFunctionType() throws(AnalysisStop) -> TypedValue {
        var parameters: [TypeIndex] = []
        for element in try elements(0) {
            let type = try type(of: element)
            guard types.isAvailableAtRunTime(type) else { throw unavailable(type, at: element.position) }
            parameters.append(type)
        }
        let result = try type(1)
        guard result == .noreturn || types.isAvailableAtRunTime(result) else {
            throw unavailable(result, at: operand(1).position)
        }
        let convention = try callingConvention(2)
        for (element, type) in zip(try elements(0), parameters) {
            try requirePassable(type, convention, at: element.position, isResult: false)
        }
        try requirePassable(result, convention, at: operand(1).position, isResult: true)
        let function = FunctionType(
            parameters: types.parameterList(parameters), result: result, convention: convention,
            isVariadic: flag(3))
        return .type(try index(of: .function(function)))
    }

    private func callingConvention(_ k: Int) throws(AnalysisStop) -> CallingConvention {
        let convention = try tag(k, as: CallingConvention.self) ?? .Unspecified
        switch convention {
        case .Unspecified, .C, .Naked: return convention
        default:
            let message = "calling convention '\(convention.spelling)' is not supported on x86_64-linux"
            throw failure(operand(k).position, message)
        }
    }
}
