import ZIR

// Calls.
extension Analysis {
    mutating func analyzeCall() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        let (callee, type) = try callee()
        if type.convention == .Naked {
            throw failure(operand(0).position, "unable to call function with naked calling convention")
        }
        let modifier = try tag(2, as: CallModifier.self) ?? .auto
        if modifier != .auto { throw notBuilt(operand(2).position, "call modifier '\(modifier.spelling)' is") }
        let arguments = try arguments(of: type)
        let address = try lower(callee, at: operand(0).position)
        return try call(address, arguments: arguments, result: type.result)
    }

    /// Operand 0: a function, or what a pointer to one points at.
    private mutating func callee() throws(AnalysisStop) -> (value: TypedValue, type: FunctionType) {
        var value = try value(0)
        let position = operand(0).position
        if let pointer = types.pointer(value.type), pointer.size == .one, types.function(pointer.child) != nil {
            if value.isUndefined { throw undefinedUse(position) }
            value = try load(through: value, pointer.child, at: position)
        }
        guard let type = types.function(value.type) else {
            throw failure(position, "type '\(name(of: value.type))' not a function")
        }
        if value.isUndefined { throw undefinedUse(position) }
        return (value, type)
    }

    /// Puts the arguments, coerced to the parameters' types, into `extra` behind their number, whose index it returns.
    /// Those without bytes are not passed.
    private mutating func arguments(of type: FunctionType) throws(AnalysisStop) -> UInt32 {
        let operands = try elements(1)
        try requireCount(operands.count, of: type)
        let first = try addExtra(0)
        for (operand, parameter) in zip(operands, types.types(in: type.parameters)) {
            let value = try value(of: operand, as: parameter)
            let shape = try runTimeShape(of: parameter, at: operand.position)
            if shape.bits > 0 { try addExtra(lower(value, at: operand.position).rawValue) }
        }
        code.extra[Int(first)] = UInt32(code.extra.count) - first - 1
        return first
    }

    private func requireCount(_ count: Int, of type: FunctionType) throws(AnalysisStop) {
        let expected = Int(type.parameters.count)
        if type.isVariadic {
            guard count >= expected else { throw failure("expected at least \(expected) arguments, found \(count)") }
            throw notBuilt(current.position, "a call with varargs is")
        }
        guard count == expected else { throw failure("expected \(expected) arguments, found \(count)") }
    }

    private mutating func call(
        _ callee: IRRef, arguments: UInt32, result: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        let shape = result == .noreturn ? .void : try runTimeShape(of: result, at: current.position)
        let type = shape.bits == 0 ? .void : shape
        let value = try append(IRInst(.call, type: type, a: callee, data: arguments, position: current.position))
        if result == .noreturn { return try endCode(isChecked: false) }
        if let only = types.onlyValue(of: result) { return .known(only, result) }
        return .runTime(value, result)
    }

    /// Code never goes on behind the instruction at work.
    mutating func endCode(isChecked: Bool) throws(AnalysisStop) -> TypedValue {
        let data: UInt32 = isChecked && options.checksSafety ? 1 : 0
        try append(IRInst(.unreachable, data: data, position: current.position))
        return .known(.void, .noreturn)
    }
}
