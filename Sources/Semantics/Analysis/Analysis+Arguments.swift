import ZIR

// The words that a function is called with, and what it gives back.
//
// An integer, bool, pointer or function is one word, a slice two, an array the address of a copy that the caller keeps.
// A result in memory is put where a word before those of the parameters points.
extension Analysis {
    /// Takes the word that says where the result is to be put, if there is one. Comes before any `arg`.
    func openResult(of function: FunctionType) throws(AnalysisStop) {
        guard case .memory? = types.runTimeForm(of: function.result) else { return }
        work.resultAddress = try argumentWord(.pointer)
    }

    func analyzeArgument() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        guard let function else { return .void }
        if function.convention == .Naked { throw needsFrame() }
        if operand(0).kind != .string { _ = try string(0) }
        let number = work.argumentCount
        guard frames.count == 1, Int(frames[0].done) == number + 1 else {
            throw failure("'arg' must stand before everything else in the function's body")
        }
        let count = Int(function.parameters.count)
        guard number < count else { throw failure("expected \(count) arguments, found \(number + 1)") }
        work.argumentCount += 1
        return try argument(of: types.parameter(number, of: function.parameters))
    }

    private func argument(of type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        let form = try runTimeForm(of: type, at: current.position)
        var words = Words()
        switch form {
        case .nothing: break
        case .scalar(let shape): words.first = try argumentWord(shape)
        case .slice:
            words.first = try argumentWord(.pointer)
            words.second = try argumentWord(IRType(bits: 64))
        case .memory: words.first = try argumentWord(.pointer)
        }
        return try value(words, type, form)
    }

    private func argumentWord(_ shape: IRType) throws(AnalysisStop) -> IRRef {
        defer { work.argumentWords += 1 }
        return try append(IRInst(.argument, type: shape, data: work.argumentWords, position: current.position))
    }

    /// Returns `value`, one of `type`, that stands at `position`.
    func emitReturn(
        _ value: TypedValue, _ type: TypeIndex, at position: Position
    ) throws(AnalysisStop) {
        let form = try runTimeForm(of: type, at: position)
        var inst = IRInst(.ret, position: current.position)
        if case .memory = form {
            try store(value, form, to: work.resultAddress, at: position)
        } else {
            let words = try words(of: value, form, at: position)
            (inst.a, inst.b) = (words.first, words.second)
            if case .scalar(let shape) = form { inst.type = shape }
            if case .slice = form { inst.type = .pointer }
        }
        try append(inst)
    }

    /// An error at `position` if a function of `convention` cannot take or return values of `type`: in C, aggregates
    /// have rules of their own.
    func requirePassable(
        _ type: TypeIndex, _ convention: CallingConvention, at position: Position, isResult: Bool
    ) throws(AnalysisStop) {
        guard convention == .C else { return }
        switch types.runTimeForm(of: type) {
        case .slice, .memory: break
        case .nothing, .scalar, nil: return
        }
        let what = isResult ? "return type" : "parameter of type"
        let name = name(of: type)
        throw failure(position, "\(what) '\(name)' not allowed in function with calling convention 'C'")
    }
}
