// The operands of an instruction: positional ones, keywords, lists.
extension Parser {
    /// What the loop over an instruction's operands knows.
    struct OperandState: BitwiseCopyable {
        let inst: InstIndex
        /// Index of operand 0 in `syntax.operands`.
        let first: UInt32
        /// The positional operands that are still to come, a bit each.
        var asked: UInt32
        /// Those of them that are values or types; none behind a keyword.
        var plain: UInt32
        /// The keywords given so far, a bit each.
        var given: UInt32 = 0
        /// How many bodies of cases are still to come, and where in `syntax.operands` the next belongs.
        var caseCount: UInt32 = 0
        var caseSlot: UInt32 = 0
        /// The operands that are hashed behind the others, a bit each.
        let late: UInt32

        /// Where in `syntax.operands` the next positional operand belongs, if there is one.
        @inline(__always)
        var slot: Int { Int(first) &+ asked.trailingZeroBitCount }

        /// Goes on to the positional operand behind.
        @inline(__always)
        mutating func advance() { asked &= asked &- 1 }

        /// Where in `syntax.operands` the body belongs that was parsed; goes on to what is behind it.
        mutating func takeBodySlot() -> Int {
            let slot = caseCount > 0 ? Int(caseSlot) : slot
            caseSlot += 1
            if caseCount > 0 { caseCount -= 1 }
            if caseCount == 0 { advance() }
            return slot
        }
    }

    /// What comes next in the place of an operand.
    enum Next {
        /// What stands behind an operand.
        case separator
        /// The brace of a body, which is the operand.
        case body
        /// What stands behind the `)` of an instruction without operands.
        case end
    }

    /// Goes over what stands behind an operand. False: a comma, so that another must follow.
    @inline(__always)
    mutating func endsOperands() throws(Stop) -> Bool {
        if lexer.consumeCommaAndBlank() { return false }
        if lexer.consumeToken(Byte.closeParenthesis) { return true }
        if !lexer.consume(Byte.comma) { throw failHere("expected ',' or ')'") }
        return false
    }

    /// A reference or a small number where a value is asked for; nearly all operands are. False: it is none.
    @inline(__always)
    mutating func parsePlainOperand(_ state: inout OperandState) throws(Stop) -> Bool {
        guard state.asked & (0 &- state.asked) & state.plain != 0 else { return false }
        if lexer.peek == Byte.percent {
            add(number: try parseLocal(), &state)
        } else if let number = parseSmallNumber() {
            add(number: number, &state)
        } else if lexer.peek == Byte.at {
            try addDeclaration(&state)
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func add(number operand: Operand, _ state: inout OperandState) {
        syntax.operands[state.slot] = operand
        hasher.append(number: operand)
        state.advance()
    }

    @inline(never)
    private mutating func addDeclaration(_ state: inout OperandState) throws(Stop) {
        let position = lexer.position
        lexer.advance()
        let name = try takeName()
        syntax.operands[state.slot] = Operand(kind: .decl, position: position, range: addBytes(name))
        hasher.append(.decl, name)
        state.advance()
    }

    private mutating func add(_ operand: Operand, _ state: inout OperandState) {
        syntax.operands[state.slot] = operand
        if state.late & (1 << UInt32(state.asked.trailingZeroBitCount)) == 0 { hash(operand) }
        state.advance()
    }

    /// Hashes any operand but a body.
    @inline(__always)
    mutating func hash(_ operand: Operand) {
        if operand.kind.isNumber { hasher.append(number: operand) } else { hashLong(operand) }
    }

    private mutating func hashLong(_ operand: Operand) {
        let (first, count) = (Int(operand.range.first), Int(operand.range.count))
        if operand.kind == .list {
            hasher.beginList(count)
            for index in first..<first + count {
                hash(syntax.operands[index])
                hasher.reserve()
            }
        } else {
            hasher.append(operand.kind, UnsafeBufferPointer(rebasing: syntax.bytes.elements[first..<first + count]))
        }
    }

    /// Any other operand, or an error.
    @inline(never)
    mutating func parseOtherOperand(_ state: inout OperandState) throws(Stop) -> Next {
        lexer.skipTrivia()
        if isFirst(state), lexer.consume(Byte.closeParenthesis) { return .end }
        if state.caseCount > 0 { return try expectBody("body") }
        if lexer.isNext(.wordStart), lexer.isKeyword() {
            try parseKeyword(&state)
            return .separator
        }
        guard state.asked != 0, state.given == 0 else { throw surplus(state) }
        let spec = nextSpec(state)
        if spec.form == .bodies { return try beginCases(&state) }
        if lexer.peek == Byte.closeParenthesis { throw missing(state) }
        if spec.form == .body { return try expectBody(spec.name) }
        add(try parseForm(spec), &state)
        if state.asked != 0, nextSpec(state).form == .bodies { skipNoBodies(&state) }
        return .separator
    }

    private func opcode(_ state: OperandState) -> Opcode { syntax.insts[Int(state.inst.rawValue)].opcode }

    /// Whether there was no operand yet.
    private func isFirst(_ state: OperandState) -> Bool {
        state.given == 0 && (state.asked & 1 != 0 || table.row(opcode(state)).positional == 0)
    }

    /// What the table says of the next positional operand, which there must be.
    private func nextSpec(_ state: OperandState) -> OperandSpec {
        table.specs[Int(table.row(opcode(state)).first) + state.asked.trailingZeroBitCount]
    }

    private mutating func expectBody(_ name: StaticString) throws(Stop) -> Next {
        guard lexer.peek == Byte.openBrace else { throw wrongForm(.body, name) }
        return .body
    }

    /// The first of the bodies for cases, which make a list.
    private mutating func beginCases(_ state: inout OperandState) throws(Stop) -> Next {
        let count = caseCount(state)
        let first = UInt32(truncatingIfNeeded: syntax.operands.appendRoom(Int(count)))
        syntax.operands[state.slot] = Operand(
            kind: .list, position: lexer.position, range: SyntaxRange(first: first, count: count))
        (state.caseCount, state.caseSlot) = (count, first)
        return try expectBody("body")
    }

    /// Where there are no cases there are no bodies for them.
    private mutating func skipNoBodies(_ state: inout OperandState) {
        guard caseCount(state) == 0 else { return }
        syntax.operands[state.slot] = Operand(kind: .list, position: lexer.position)
        state.advance()
    }

    /// Too few operands: an error, but of `return()`.
    @inline(never)
    mutating func finishShort(_ state: OperandState) throws(Stop) {
        guard opcode(state) == .return else { throw missing(state) }
        syntax.operands.truncate(to: Int(state.first))
        syntax.insts[Int(state.inst.rawValue)].opcode = .returnvoid
        syntax.insts[Int(state.inst.rawValue)].operands.count = 0
        hasher.replace(.returnvoid)
    }

    private mutating func missing(_ state: OperandState) -> Stop {
        fail(syntax.insts[Int(state.inst.rawValue)].position, Messages.expectedOperand("\(nextSpec(state).name)"))
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
        state.plain = 0
        if !lexer.consumeEquals() { throw failHere("expected '='") }
        lexer.skipTrivia()
        let spec = table.specs[Int(table.row(opcode(state)).first) + slot]
        var operand = try parseForm(spec)
        if isConst(word) { operand.payload ^= 1 }
        if isDefault(operand, of: spec) { operand = Operand(kind: .absent, position: operand.position) }
        syntax.operands[Int(state.first) + slot] = operand
    }

    /// The operand that the keyword `word` gives.
    private func keywordSlot(_ word: Name, _ state: OperandState) -> Int? {
        let isPointerType = opcode(state) == .ptr_type
        let row = table.row(opcode(state))
        for slot in Int(row.positional)..<Int(row.count) {
            let name = table.specs[Int(row.first) + slot].name
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

    // MARK: Lists

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
        let word = lexer.takeName()
        if !word.isPlain { try check(word, from: word.start) }
        return Operand(kind: .string, position: position, range: addBytes(word))
    }

    /// The number of cases, from the list that stands before the bodies.
    private func caseCount(_ state: OperandState) -> UInt32 { syntax.operands[state.slot - 1].range.count }

    @inline(__always)
    func equals(_ word: Name, _ name: StaticString) -> Bool {
        guard word.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<word.count where word.start[index] != name.utf8Start[index] { return false }
        return true
    }
}
