// The operands of an instruction: positional ones, keywords, lists.
extension Parser {
    /// What the loop over an instruction's operands knows.
    struct OperandState {
        let row: OpcodeTable.Row
        let inst: InstIndex
        /// Index of operand 0 in `syntax.operands`.
        let first: Int
        /// Of `cmp_lt(a, b)`: operand 1 is filled in already.
        let skipsSecond: Bool
        /// The next positional operand.
        var next = 0
        /// The keywords given so far, a bit each.
        var given: UInt32 = 0
    }

    /// The operand that begins at the next byte.
    @inline(__always)
    mutating func parseOperand(_ state: inout OperandState) throws(Stop) {
        if try !parsePlainOperand(&state) { try parseOtherOperand(&state) }
    }

    /// A reference or a small number where a value is asked for; nearly all operands are. False: it is none.
    @inline(__always)
    private mutating func parsePlainOperand(_ state: inout OperandState) throws(Stop) -> Bool {
        guard state.next < Int(state.row.positional), state.given == 0 else { return false }
        let form = table.forms[Int(state.row.first) &+ state.next]
        guard form == .value || form == .type else { return false }
        guard let operand = try parseReference() ?? parseSmallNumber() else { return false }
        syntax.operands[state.first &+ state.next] = operand
        advance(&state)
        return true
    }

    /// Any other operand, or an error.
    private mutating func parseOtherOperand(_ state: inout OperandState) throws(Stop) {
        if lexer.isNext(.wordStart), lexer.isKeyword() { return try parseKeyword(&state) }
        guard state.next < Int(state.row.positional), state.given == 0 else { throw surplus(state) }
        let spec = table.specs[Int(state.row.first) + state.next]
        if spec.form == .bodies { return try parseCaseBodies(&state) }
        if lexer.peek == Byte.closeParenthesis { throw missing(state) }
        syntax.operands[state.first + state.next] = try parseForm(spec)
        advance(&state)
    }

    /// Goes on to the next positional operand that the text has to give.
    @inline(__always)
    private mutating func advance(_ state: inout OperandState) {
        state.next &+= 1
        if state.skipsSecond && state.next == 1 { state.next = 2 }
        if state.next < Int(state.row.positional), table.forms[Int(state.row.first) &+ state.next] == .bodies {
            skipNoBodies(&state)
        }
    }

    /// Where there are no cases there are no bodies for them.
    private mutating func skipNoBodies(_ state: inout OperandState) {
        guard caseCount(state) == 0 else { return }
        syntax.operands[state.first + state.next] = Operand(kind: .list, position: lexer.position)
        state.next += 1
    }

    /// Too few operands: an error, but of `return()`.
    mutating func finishShort(_ state: OperandState) throws(Stop) {
        guard state.next == 0, syntax.insts[Int(state.inst.rawValue)].opcode == .return else { throw missing(state) }
        syntax.operands.truncate(to: state.first)
        syntax.insts[Int(state.inst.rawValue)].opcode = .returnvoid
        syntax.insts[Int(state.inst.rawValue)].operands.count = 0
    }

    private mutating func missing(_ state: OperandState) -> Stop {
        let spec = table.specs[Int(state.row.first) + state.next]
        return fail(syntax.insts[Int(state.inst.rawValue)].position, Messages.expectedOperand("\(spec.name)"))
    }

    /// A positional operand too many, or behind a keyword; or nothing where an operand should be.
    private mutating func surplus(_ state: OperandState) -> Stop {
        let byte = lexer.peek
        let isOperand =
            byte.isNameByte || byte == Byte.quote || byte == Byte.openBracket || byte == Byte.openBrace
        return failHere(isOperand ? Messages.unexpectedOperand : "expected operand")
    }

    // MARK: Keywords

    private mutating func parseKeyword(_ state: inout OperandState) throws(Stop) {
        let position = lexer.position
        let word = lexer.takeName()
        guard let slot = keywordSlot(word, state) else {
            throw fail(position, Messages.unexpectedOperand)
        }
        if state.given & (1 << UInt32(slot)) != 0 { throw fail(position, "operand '\(text(word))' given twice") }
        state.given |= 1 << UInt32(slot)
        try expect(Byte.equals, "'='")
        lexer.skipTrivia()
        let spec = table.specs[Int(state.row.first) + slot]
        var operand = try parseForm(spec)
        if isConst(word) { operand.payload ^= 1 }
        if isDefault(operand, of: spec) { operand = Operand(kind: .absent, position: operand.position) }
        syntax.operands[state.first + slot] = operand
    }

    /// The operand that the keyword `word` gives.
    private func keywordSlot(_ word: Name, _ state: OperandState) -> Int? {
        let isPointerType = syntax.insts[Int(state.inst.rawValue)].opcode == .ptr_type
        for slot in Int(state.row.positional)..<Int(state.row.count) {
            let name = table.specs[Int(state.row.first) + slot].name
            if equals(word, name) { return slot }
            if isPointerType, isConst(word), "\(name)" == "mutable" { return slot }
        }
        return nil
    }

    /// `const=` says the opposite of `mutable=`.
    private func isConst(_ word: Name) -> Bool { equals(word, "const") }

    private func isDefault(_ operand: Operand, of spec: OperandSpec) -> Bool {
        switch operand.kind {
        case .tag: spec.defaultTag.map { UInt64($0) == operand.payload } ?? false
        case .list: operand.range.count == 0
        default: false
        }
    }

    // MARK: Lists and bodies

    /// `"[" [ element { "," element } ] "]"`; a comma may follow the last.
    mutating func parseList(_ element: OperandSpec.Element, _ spec: OperandSpec) throws(Stop) -> Operand {
        let position = lexer.position
        guard lexer.consume(Byte.openBracket) else { throw wrongForm(spec.form, spec.name) }
        let first = syntax.operands.count
        lexer.skipTrivia()
        while !lexer.consume(Byte.closeBracket) {
            let operand = try parseElement(element, spec.name)
            syntax.operands.append(operand)
            lexer.skipTrivia()
            if lexer.consume(Byte.comma) {
                lexer.skipTrivia()
            } else if lexer.peek != Byte.closeBracket {
                throw failHere("expected ',' or ']'")
            }
        }
        let count = syntax.operands.count - first
        return Operand(
            kind: .list, position: position,
            range: SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count)))
    }

    private mutating func parseElement(
        _ element: OperandSpec.Element, _ name: StaticString
    ) throws(Stop) -> Operand {
        switch element {
        case .value: try parseValue(.value, name)
        case .type: try parseValue(.type, name)
        case .string: try parseString(.string, name)
        case .word: try parseWord(name)
        }
    }

    /// A bare word that is kept as a string; a string or a reference to one may stand for it.
    private mutating func parseWord(_ name: StaticString) throws(Stop) -> Operand {
        guard lexer.isNext(.wordStart) else { return try parseString(.string, name) }
        let position = lexer.position
        let word = try takeName(after: position)
        return Operand(kind: .string, position: position, range: addBytes(word))
    }

    /// A body for each case, as a list.
    private mutating func parseCaseBodies(_ state: inout OperandState) throws(Stop) {
        let position = lexer.position
        let count = caseCount(state)
        let first = syntax.operands.appendRoom(count)
        for index in 0..<count {
            if index > 0 {
                lexer.skipTrivia()
                if lexer.peek == Byte.closeParenthesis { throw missing(state) }
                try expect(Byte.comma, "','")
                lexer.skipTrivia()
            }
            guard lexer.peek == Byte.openBrace else { throw wrongForm(.body, "body") }
            syntax.operands[first + index] = try parseBody()
        }
        syntax.operands[state.first + state.next] = Operand(
            kind: .list, position: position,
            range: SyntaxRange(first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: count)))
        advance(&state)
    }

    /// The number of cases, from the list that stands before the bodies.
    private func caseCount(_ state: OperandState) -> Int {
        Int(syntax.operands[state.first + state.next - 1].range.count)
    }

    @inline(__always)
    func equals(_ word: Name, _ name: StaticString) -> Bool {
        guard word.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<word.count where word.start[index] != name.utf8Start[index] { return false }
        return true
    }
}
