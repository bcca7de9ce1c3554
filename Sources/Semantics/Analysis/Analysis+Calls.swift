import ZIR

// Calls.
extension Analysis {
    func analyzeCall() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        let (callee, type) = try callee()
        if type.convention == .Naked {
            throw failure(operand(0).position, "unable to call function with naked calling convention")
        }
        let modifier = try tag(2, as: CallModifier.self) ?? .auto
        if modifier != .auto { throw notBuilt(operand(2).position, "call modifier '\(modifier.spelling)' is") }
        let form = type.result == .noreturn ? .nothing : try runTimeForm(of: type.result, at: current.position)
        var result = Words()
        if case .memory(let layout) = form { result.first = try stackSlot(layout) }
        let arguments = try arguments(of: type, resultAddress: result.first)
        let address = try lower(callee, at: operand(0).position)
        return try call(address, arguments: arguments, type.result, form, result)
    }

    /// Operand 0: a function, or what a pointer to one points at.
    private func callee() throws(AnalysisStop) -> (value: TypedValue, type: FunctionType) {
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

    /// Puts the arguments, coerced to the parameters' types, into `extra` behind the number of their words, whose index
    /// it returns. Before them goes where the result is to be put, if that is not none.
    private func arguments(
        of type: FunctionType, resultAddress: IRRef
    ) throws(AnalysisStop) -> UInt32 {
        let operands = try elementRow(1)
        try requireCount(operands.count, of: type)
        // Making a word may need room in `extra` too, so they go there together.
        work.callWords.removeAll()
        if resultAddress != .none { work.callWords.append(resultAddress) }
        for place in 0..<Int(type.parameters.count) {
            try addArgument(operands[place], types.parameter(place, of: type.parameters))
        }
        let first = try addExtra(UInt32(truncatingIfNeeded: work.callWords.count))
        for word in work.callWords.elements { try addExtra(word.rawValue) }
        return first
    }

    /// Adds the words of `operand`, coerced to `parameter`, to those of the call.
    private func addArgument(_ operand: Operand, _ parameter: TypeIndex) throws(AnalysisStop) {
        let value = try value(of: operand, as: parameter)
        let form = try runTimeForm(of: parameter, at: operand.position)
        let words = try words(of: value, form, at: operand.position)
        if form.wordCount > 0 { work.callWords.append(words.first) }
        if form.wordCount > 1 { work.callWords.append(words.second) }
    }

    private func requireCount(_ count: Int, of type: FunctionType) throws(AnalysisStop) {
        let expected = Int(type.parameters.count)
        if type.isVariadic {
            guard count >= expected else { throw failure("expected at least \(expected) arguments, found \(count)") }
            throw notBuilt(current.position, "a call with varargs is")
        }
        guard count == expected else { throw failure("expected \(expected) arguments, found \(count)") }
    }

    /// `words` say where the result is, if it is in memory.
    private func call(
        _ callee: IRRef, arguments: UInt32, _ result: TypeIndex, _ form: RunTimeForm, _ words: Words
    ) throws(AnalysisStop) -> TypedValue {
        var (words, shape) = (words, IRType.void)
        if case .scalar(let scalar) = form { shape = scalar }
        if form == .slice { shape = .pointer }
        let call = try append(IRInst(.call, type: shape, a: callee, data: arguments, position: current.position))
        if result == .noreturn { return try endCode(isChecked: false) }
        if shape.bits > 0 { words.first = call }
        if form == .slice {
            let length = IRInst(.secondResult, type: IRType(bits: 64), a: call, position: current.position)
            words.second = try append(length)
        }
        return try value(words, result, form)
    }

    /// Code never goes on behind the instruction at work.
    func endCode(isChecked: Bool) throws(AnalysisStop) -> TypedValue {
        let data: UInt32 = isChecked && options.checksSafety ? 1 : 0
        try append(IRInst(.unreachable, data: data, position: current.position))
        return .known(.void, .noreturn)
    }
}
