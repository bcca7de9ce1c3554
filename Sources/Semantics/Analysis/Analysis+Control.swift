import ZIR

// Leaving a function, and the two ways of `condbr`.
extension Analysis {
    func analyzeReturn() throws(AnalysisStop) -> Flow {
        let type = try returnType()
        let position = operand(0).position
        let value = try value(0, as: type)
        try emitReturn(value, type, at: position)
        return .left
    }

    func analyzeReturnVoid() throws(AnalysisStop) -> Flow {
        _ = try coerce(.void, to: returnType(), at: current.position)
        try append(IRInst(.ret, position: current.position))
        return .left
    }

    /// The result type of a function that can be returned from.
    private func returnType() throws(AnalysisStop) -> TypeIndex {
        try requireBody()
        guard let function else { return .void }
        if function.convention == .Naked { throw needsFrame() }
        return function.result
    }

    /// `unreachable` and, without the check, `unreach_nocheck`.
    func analyzeUnreachable(isChecked: Bool = true) throws(AnalysisStop) -> Flow {
        try requireBody()
        let data: UInt32 = isChecked && options.checksSafety ? 1 : 0
        try append(IRInst(.unreachable, data: data, position: current.position))
        return .left
    }

    func analyzeBreakpoint() throws(AnalysisStop) -> TypedValue {
        try requireBody()
        try append(IRInst(.breakpoint, position: current.position))
        return .void
    }

    /// Of a known condition only the body that it chooses is analysed.
    func analyzeCondbr() throws(AnalysisStop) -> Flow {
        try requireBody()
        let condition = try value(0, as: .bool)
        let (then, otherwise) = (try body(1), try body(2))
        switch condition.content {
        case .known(.bool(let isTrue)):
            frames.append(BodyFrame(role: .chosen, range: isTrue ? then : otherwise))
        case .known: throw undefinedUse(operand(0).position)
        case .runTime(let condition):
            let (elseLabel, endLabel) = (newLabel(), newLabel())
            try append(IRInst(.jumpIfFalse, a: condition, data: elseLabel, position: current.position))
            let role = BodyFrame.Role.then(otherwise: otherwise, elseLabel: elseLabel, endLabel: endLabel)
            frames.append(BodyFrame(role: role, range: then))
        }
        return .opened
    }

    func body(_ k: Int) throws(AnalysisStop) -> SyntaxRange {
        let operand = operand(k)
        guard operand.kind == .body else { throw failure(operand.position, Messages.expectedOperand("body")) }
        return operand.range
    }

    func newLabel() -> UInt32 {
        defer { code.labels += 1 }
        return code.labels
    }
}
