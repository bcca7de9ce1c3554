// Instructions and bodies.
extension Parser {
    /// `mnemonic "(" operands ")"`. Its index is given before those of its bodies' instructions.
    mutating func parseInstruction(binding name: SyntaxRange) throws(Stop) -> InstIndex {
        var state = try beginInstruction(binding: name)
        if lexer.consumeToken(Byte.closeParenthesis) {
            if state.next < Int(state.row.positional) { try finishShort(state) }
            return state.inst
        }
        repeat {
            lexer.skipTrivia()
            try parseOperand(&state)
        } while lexer.consumeToken(Byte.comma)
        if !lexer.consumeToken(Byte.closeParenthesis) { throw failHere("expected ',' or ')'") }
        if state.next < Int(state.row.positional) { try finishShort(state) }
        return state.inst
    }

    /// `mnemonic "("`, and room for the operands.
    @inline(__always)
    private mutating func beginInstruction(binding name: SyntaxRange) throws(Stop) -> OperandState {
        lexer.skipTrivia()
        let position = lexer.position
        let mnemonic = try takeMnemonic(at: position)
        if depth > 0 && mnemonic.opcode.isDeclarationOnly { throw fail(position, Messages.illegalInside) }
        try expect(Byte.openParenthesis, "'('")
        let index = InstIndex(UInt32(truncatingIfNeeded: syntax.insts.count))
        let row = table.row(mnemonic.opcode)
        let first = reserveOperands(row, at: position)
        let operands = SyntaxRange(
            first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: row.count))
        syntax.insts.append(Inst(opcode: mnemonic.opcode, position: position, operands: operands, name: name))
        scope.addInstruction()
        if let compare = mnemonic.compare {
            syntax.operands[first + 1] = Operand(kind: .tag, position: position, payload: UInt64(compare.rawValue))
        }
        return OperandState(row: row, inst: index, first: first, skipsSecond: mnemonic.compare != nil)
    }

    @inline(__always)
    private mutating func takeMnemonic(at position: Position) throws(Stop) -> Mnemonic {
        let byte = lexer.peek
        guard lexer.isNext(.name), byte != Byte.at, byte != Byte.percent else { throw failHere("expected instruction") }
        let word = lexer.takeName()
        guard let mnemonic = table.find(word) else { throw fail(position, Messages.unknownInstruction(text(word))) }
        return mnemonic
    }

    /// Room for the operands of `row`. The keywords are `.absent`; the positional ones are still to be set. Returns the
    /// index of the first.
    @inline(__always)
    private mutating func reserveOperands(_ row: OpcodeTable.Row, at position: Position) -> Int {
        let first = syntax.operands.appendRoom(Int(row.count))
        var slot = Int(row.positional)
        while slot < Int(row.count) {
            syntax.operands[first &+ slot] = Operand(kind: .absent, position: position)
            slot &+= 1
        }
        return first
    }

    /// `"{" { "%" name "=" inst } "}"`, the brace being next.
    mutating func parseBody() throws(Stop) -> Operand {
        let position = lexer.position
        lexer.advance()
        depth += 1
        if depth > Self.maximumDepth {
            throw fail(position, "bodies are nested more than \(Self.maximumDepth) deep")
        }
        let mark = openInsts.count
        lexer.skipTrivia()
        while !lexer.consume(Byte.closeBrace) {
            openInsts.append(try parseBinding())
            lexer.skipTrivia()
        }
        depth -= 1
        return Operand(kind: .body, position: position, range: closeBody(mark))
    }

    /// Moves the instructions of the innermost body into the syntax. Their names end here.
    private mutating func closeBody(_ mark: Int) -> SyntaxRange {
        let first = syntax.bodies.count
        for index in mark..<openInsts.count {
            syntax.bodies.append(openInsts[index])
            scope.set(openInsts[index], .gone)
        }
        let count = openInsts.count - mark
        openInsts.truncate(to: mark)
        return SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count))
    }

    /// `"%" name "=" inst`.
    private mutating func parseBinding() throws(Stop) -> InstIndex {
        let position = lexer.position
        guard lexer.consume(Byte.percent) else { throw failHere("expected '%' or '}'") }
        let name = try takeName(after: position)
        // Bound before it is parsed, so that a body inside it can break to it and cannot bind the name again.
        guard scope.bind(name, to: InstIndex(UInt32(truncatingIfNeeded: syntax.insts.count))) else {
            throw fail(position, Messages.redefinition("%\(text(name))"))
        }
        let range = addBytes(name)
        try expect(Byte.equals, "'='")
        let index = try parseInstruction(binding: range)
        scope.set(index, .visible)
        return index
    }
}
