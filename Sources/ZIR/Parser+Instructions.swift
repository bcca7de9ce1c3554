// Instructions and bodies.
extension Parser {
    /// A body that has begun and not ended, and what has to be known when it has.
    struct OpenBody: BitwiseCopyable {
        /// The instruction whose operand it is.
        var operands: OperandState
        /// Where its brace stands.
        let position: Position
        /// How many instructions of the bodies around it are complete.
        let firstInst: Int
        /// The body around it.
        let outer: LocalScope.Body
    }

    /// The instruction that binds `name`, its mnemonic being next, and all those of the bodies in it.
    ///
    /// One loop over instructions, whatever body they are in: so it keeps what it needs at hand from each to the next, and
    /// needs no more of the stack for deeply nested ones.
    mutating func parseInstructions(binding name: SyntaxRange) throws(Stop) {
        var name = name
        instructions: while true {
            try beginInstruction(binding: name)
            while true {
                var next = Next.separator
                if try !parsePlainOperand() { next = try parseOtherOperand() }
                if next == .separator {
                    if try !endsOperands() { continue }
                    next = .end
                }
                // A body begins, or an instruction is complete. Either way what comes next is the innermost body's: an
                // instruction, or the end, which makes it an operand of the instruction around it. That one may be
                // complete too then, and so on.
                repeat {
                    if next == .body {
                        try openBody()
                    } else {
                        try finishInstruction()
                        if openBodies.count == 0 { return }
                    }
                    skipToBinding()
                    guard lexer.consume(Byte.closeBrace) else {
                        name = try bindName()
                        continue instructions
                    }
                    closeBody()
                    next = .end
                } while try endsOperands()
            }
        }
    }

    /// Goes to what is next in a body.
    @inline(__always)
    private mutating func skipToBinding() {
        lexer.skipLineBreak()
        if lexer.peek != Byte.percent { lexer.skipTrivia() }
    }

    /// `"%" name "="`. The name is that of the next instruction.
    @inline(__always)
    private mutating func bindName() throws(Stop) -> SyntaxRange {
        guard lexer.consume(Byte.percent) else { throw failHere("expected '%' or '}'") }
        let name = try takeName()
        // Bound before it is parsed, so that a body inside it can break to it and cannot bind the name again.
        guard scope.bind(name, to: nextInst) else { throw redefinition(of: name) }
        let range = addBytes(name)
        if !lexer.consumeEquals() { throw failHere("expected '='") }
        return range
    }

    @inline(never)
    private mutating func redefinition(of name: Name) -> Stop {
        fail(lexer.position(of: name.start - 1), Messages.redefinition("%\(text(name))"))
    }

    /// An instruction's index is given before those of its bodies' instructions.
    @inline(__always)
    private var nextInst: InstIndex { InstIndex(UInt32(truncatingIfNeeded: syntax.insts.count)) }

    /// `mnemonic "("`, and room for the operands.
    @inline(__always)
    private mutating func beginInstruction(binding name: SyntaxRange) throws(Stop) {
        lexer.skipTrivia()
        let position = lexer.position
        let entry = try takeMnemonic(at: position)
        let (inst, count) = (nextInst, entry.pointee.operandCount)
        let first = UInt32(truncatingIfNeeded: syntax.appendOperands(Int(count)))
        syntax.append(
            Inst(
                opcode: entry.pointee.opcode, position: position,
                operands: SyntaxRange(first: first, count: UInt32(count)), name: name))
        hasher.begin(entry.pointee.opcode)
        if entry.pointee.isSpecial { try beginSpecial(entry, Int(first), position) }
        state = OperandState(inst: inst, first: first, sets: entry.pointee.operands)
    }

    /// Sets the operands that the text does not give by position: keywords are `.absent` so far.
    @inline(never)
    private mutating func beginSpecial(
        _ entry: UnsafePointer<OpcodeTable.Entry>, _ first: Int, _ position: Position
    ) throws(Stop) {
        for slot in Int(entry.pointee.positionalCount)..<Int(entry.pointee.operandCount) {
            syntax.set(Operand(kind: .absent, position: position), at: first + slot)
        }
        if let compare = entry.pointee.compare {
            syntax.set(Operand(kind: .tag, position: position, payload: UInt64(compare.rawValue)), at: first + 1)
        }
        try checkPlace(of: entry.pointee.opcode, position)
    }

    private mutating func checkPlace(of opcode: Opcode, _ position: Position) throws(Stop) {
        if openBodies.count > 0 && opcode.isDeclarationOnly { throw fail(position, Messages.illegalInside) }
    }

    /// A mnemonic and its `(`. Most have less than eight bytes, and the `(` right behind them.
    @inline(__always)
    private mutating func takeMnemonic(at position: Position) throws(Stop) -> UnsafePointer<OpcodeTable.Entry> {
        if let entry = table.find(key: lexer.keyBeforeParenthesis),
            lexer.consumeParenthesis(behind: Int(entry.pointee.count))
        {
            return entry
        }
        return try takeAnyMnemonic(at: position)
    }

    @inline(never)
    private mutating func takeAnyMnemonic(at position: Position) throws(Stop) -> UnsafePointer<OpcodeTable.Entry> {
        let byte = lexer.peek
        guard lexer.isNext(.name), byte != Byte.at, byte != Byte.percent else { throw failHere("expected instruction") }
        let word = lexer.takeName()
        guard let entry = table.find(word) else { throw fail(position, Messages.unknownInstruction(text(word))) }
        try checkPlace(of: entry.pointee.opcode, position)
        if !lexer.consumeToken(Byte.openParenthesis) { throw failHere("expected '('") }
        return entry
    }

    /// The `)` has come.
    @inline(__always)
    private mutating func finishInstruction() throws(Stop) {
        if state.sets.asked != 0 { try finishShort() }
        if state.sets.late != 0 { hashLate() }
        completeInsts.append(state.inst)
    }

    @inline(never)
    private mutating func hashLate() {
        var late = state.sets.late
        while late != 0 {
            hash(syntax.operand(Int(state.first) + late.trailingZeroBitCount))
            late &= late - 1
        }
    }

    /// Begins the body whose brace is next, an operand of the instruction at work.
    private mutating func openBody() throws(Stop) {
        let position = lexer.position
        if openBodies.count == Self.maximumDepth {
            throw fail(position, "bodies are nested more than \(Self.maximumDepth) deep")
        }
        lexer.advance()
        hasher.openBody()
        openBodies.append(
            OpenBody(operands: state, position: position, firstInst: completeInsts.count, outer: scope.openBody()))
    }

    /// Ends the innermost body, and goes back to the instruction whose operand it is.
    private mutating func closeBody() {
        let body = openBodies.removeLast()
        state = body.operands
        scope.closeBody(in: body.outer)
        hasher.closeBody()
        let insts = completeInsts.elements[body.firstInst...]
        let range = SyntaxRange(
            first: UInt32(truncatingIfNeeded: syntax.bodies.count), count: UInt32(truncatingIfNeeded: insts.count))
        syntax.bodies.append(contentsOf: UnsafeBufferPointer(rebasing: insts))
        completeInsts.truncate(to: body.firstInst)
        syntax.set(Operand(kind: .body, position: body.position, range: range), at: state.takeBodySlot())
    }
}
