import ZIR

/// A body that is open: which of its instructions comes next, and what happens at its end.
struct BodyFrame {
    /// What the body belongs to.
    enum Role {
        /// It is the function's.
        case function
        /// The one of the two bodies of a `condbr` that a comptime-known condition chose.
        case chosen
        /// The first body of a `condbr`; the second is to follow.
        case then(otherwise: SyntaxRange, elseLabel: UInt32, endLabel: UInt32)
        /// The second body of a `condbr`.
        case otherwise(endLabel: UInt32, thenEnds: Bool)
        /// That of the innermost `block`.
        case block
        /// That of a `loop`, which begins at the label.
        case loop(startLabel: UInt32)
    }
    var role: Role
    /// Its instructions, in `Syntax.bodies`.
    var range: SyntaxRange
    /// How many of them are analysed.
    var done: UInt32 = 0
}

/// Where analysis goes on after an instruction.
enum Flow {
    /// At the next one.
    case next
    /// In the body that it opened, and after that at the next one.
    case opened
    /// Not here: it never ends, and by its nature, so that nothing may stand behind it.
    case left
    /// Not here: it turned out never to end.
    case neverEnds
}

// The loop over the instructions of a function. It keeps its own stack of bodies: nesting costs no stack of the thread.
extension Analysis {
    /// Analyses the body of a function, `range`, of type `type`: what it does is in `code` then.
    func analyzeFunction(_ range: SyntaxRange, type: FunctionType) throws(AnalysisStop) {
        function = type
        code.convention = type.convention
        try openResult(of: type)
        frames.append(BodyFrame(role: .function, range: range))
        while frames.count > 0 {
            guard let index = takeInstruction() else {
                try close(endsBelow: true)
                continue
            }
            switch try analyze(index) {
            case .next, .opened: break
            case .neverEnds: try close(endsBelow: false)
            case .left:
                try requireEnd()
                try close(endsBelow: false)
            }
        }
    }

    /// The next instruction of the innermost body; nil at its end.
    @inline(__always)
    private func takeInstruction() -> InstIndex? {
        let syntax = syntax
        return frames.change(frames.count - 1) { frame in
            guard frame.done < frame.range.count else { return nil }
            defer { frame.done &+= 1 }
            return syntax.inst(frame.done, ofBody: frame.range)
        }
    }

    /// An error at the instruction behind the one of the innermost body that can only leave it.
    private func requireEnd() throws(AnalysisStop) {
        guard let frame = frames.last, frame.done < frame.range.count else { return }
        let next = syntax.inst(frame.done, ofBody: frame.range)
        throw failure(syntax.inst(next).position, "unreachable code")
    }

    /// Ends the innermost body, and every body around it whose rest cannot be reached. `endsBelow`: its end is reachable.
    private func close(endsBelow: Bool) throws(AnalysisStop) {
        var endsBelow = endsBelow
        while let frame = frames.popLast() {
            switch frame.role {
            case .function: return try endFunction(isReachable: endsBelow)
            case .chosen: break
            case .then(let otherwise, let elseLabel, let endLabel):
                if otherwise.count > 0 {
                    return try openElse(otherwise, elseLabel: elseLabel, endLabel: endLabel, thenEnds: endsBelow)
                }
                // Without a second body both ways lead on from here.
                try label(elseLabel)
                endsBelow = true
            case .otherwise(let endLabel, let thenEnds):
                if thenEnds { try label(endLabel) }
                endsBelow = endsBelow || thenEnds
            case .block: endsBelow = try closeBlock(endsBelow: endsBelow)
            case .loop(let start):
                if endsBelow { try append(IRInst(.jump, data: start, position: current.position)) }
                try requireEnd()
                endsBelow = false
            }
            if endsBelow { return }
        }
    }

    private func openElse(
        _ range: SyntaxRange, elseLabel: UInt32, endLabel: UInt32, thenEnds: Bool
    ) throws(AnalysisStop) {
        if thenEnds { try append(IRInst(.jump, data: endLabel, position: current.position)) }
        try label(elseLabel)
        frames.append(BodyFrame(role: .otherwise(endLabel: endLabel, thenEnds: thenEnds), range: range))
    }

    func label(_ label: UInt32) throws(AnalysisStop) {
        try append(IRInst(.label, data: label, position: current.position))
    }

    /// The end of the function's body: where it can be reached, a function without result returns.
    private func endFunction(isReachable: Bool) throws(AnalysisStop) {
        guard isReachable, let function else { return }
        leaveInstruction()
        let position = syntax.inst(.root).position
        guard function.result == .void else {
            let result = name(of: function.result)
            throw failure(position, "function with non-void return type '\(result)' implicitly returns")
        }
        if function.convention == .Naked {
            // Without a frame there is nowhere to return to.
            try append(IRInst(.unreachable, data: options.checksSafety ? 1 : 0, position: position))
        } else {
            try append(IRInst(.ret, position: position))
        }
    }
}
