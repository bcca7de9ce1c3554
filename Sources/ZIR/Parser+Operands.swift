// The operands of an instruction: positional ones, keywords, lists.
extension Parser {
    /// What is known of an instruction while its operands are parsed.
    struct OperandState: BitwiseCopyable {
        var inst = InstIndex.root
        /// Index of operand 0 in `syntax.operands`.
        var first: UInt32 = 0
        var sets = OpcodeTable.OperandSets()
        /// How many bodies of cases are still to come, and where in `syntax.operands` the next belongs.
        var caseCount: UInt32 = 0
        var caseSlot: UInt32 = 0

        /// Where in `syntax.operands` the next positional operand belongs, if there is one.
        @inline(__always)
        var slot: Int { Int(first) &+ sets.asked.trailingZeroBitCount }

        /// Goes on to the positional operand behind.
        @inline(__always)
        mutating func advance() { sets.asked &= sets.asked &- 1 }

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
    mutating func parsePlainOperand() throws(Stop) -> Bool {
        guard state.sets.asked & (0 &- state.sets.asked) & state.sets.plain != 0 else { return false }
        if lexer.peek == Byte.percent {
            add(number: try parseLocal())
        } else if let number = parseSmallNumber() {
            add(number: number)
        } else if lexer.peek == Byte.at {
            try addDeclaration()
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func add(number operand: Operand) {
        syntax.set(operand, at: state.slot)
        hasher.append(number: operand)
        state.advance()
    }

    @inline(never)
    private mutating func addDeclaration() throws(Stop) {
        let position = lexer.position
        lexer.advance()
        let name = try takeName()
        syntax.set(Operand(kind: .decl, position: position, range: syntax.addReference(name)), at: state.slot)
        hasher.append(.decl, name)
        state.advance()
    }

    private mutating func add(_ operand: Operand) {
        syntax.set(operand, at: state.slot)
        if state.sets.late & state.sets.asked & (0 &- state.sets.asked) == 0 { hash(operand) }
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
                hash(syntax.operand(index))
                hasher.reserve()
            }
        } else {
            hasher.append(operand.kind, UnsafeBufferPointer(rebasing: syntax.bytes.elements[first..<first + count]))
        }
    }

    /// Any other operand, or an error.
    @inline(never)
    mutating func parseOtherOperand() throws(Stop) -> Next {
        lexer.skipTrivia()
        if isFirst, lexer.consume(Byte.closeParenthesis) { return .end }
        if state.caseCount > 0 { return try expectBody("body") }
        if lexer.isNext(.wordStart), lexer.isKeyword() {
            try parseKeyword()
            return .separator
        }
        guard state.sets.asked != 0, state.sets.given == 0 else { throw surplus() }
        let spec = nextSpec
        if spec.form == .bodies { return try beginCases() }
        if lexer.peek == Byte.closeParenthesis { throw missing() }
        if spec.form == .body { return try expectBody(spec.name) }
        add(try parseForm(spec))
        if state.sets.asked != 0, nextSpec.form == .bodies { skipNoBodies() }
        return .separator
    }

    private var opcode: Opcode { syntax.opcode(of: state.inst) }

    /// Whether there was no operand yet.
    private var isFirst: Bool {
        state.sets.given == 0 && (state.sets.asked & 1 != 0 || table.entry(opcode).positionalCount == 0)
    }

    /// What the table says of the next positional operand, which there must be.
    private var nextSpec: OperandSpec {
        opcode.operand(state.sets.asked.trailingZeroBitCount)
    }

    private mutating func expectBody(_ name: StaticString) throws(Stop) -> Next {
        guard lexer.peek == Byte.openBrace else { throw wrongForm(.body, name) }
        return .body
    }

    /// The first of the bodies for cases, which make a list.
    private mutating func beginCases() throws(Stop) -> Next {
        let count = caseCount
        let first = UInt32(truncatingIfNeeded: syntax.appendOperands(Int(count)))
        let range = SyntaxRange(first: first, count: count)
        syntax.set(Operand(kind: .list, position: lexer.position, range: range), at: state.slot)
        (state.caseCount, state.caseSlot) = (count, first)
        return try expectBody("body")
    }

    /// Where there are no cases there are no bodies for them.
    private mutating func skipNoBodies() {
        guard caseCount == 0 else { return }
        syntax.set(Operand(kind: .list, position: lexer.position), at: state.slot)
        state.advance()
    }

    /// Too few operands: an error, but of `return()`.
    @inline(never)
    mutating func finishShort() throws(Stop) {
        guard opcode == .return else { throw missing() }
        syntax.truncateOperands(to: Int(state.first))
        var inst = syntax.inst(state.inst)
        (inst.opcode, inst.operands.count) = (.returnvoid, 0)
        syntax.replace(state.inst, with: inst)
        hasher.replace(.returnvoid)
    }

    private mutating func missing() -> Stop {
        fail(syntax.inst(state.inst).position, Messages.expectedOperand("\(nextSpec.name)"))
    }

    /// A positional operand too many, or behind a keyword; or nothing where an operand should be.
    private mutating func surplus() -> Stop {
        let byte = lexer.peek
        let isOperand =
            byte.isNameByte || byte == Byte.quote || byte == Byte.openBracket || byte == Byte.openBrace
        return failHere(isOperand ? Messages.unexpectedOperand : "expected operand")
    }

    // MARK: Keywords

    private mutating func parseKeyword() throws(Stop) {
        let position = lexer.position
        let word = lexer.takeName()
        guard let slot = keywordSlot(word) else {
            throw fail(position, Messages.unexpectedOperand)
        }
        if state.sets.given & (1 << UInt8(slot)) != 0 { throw fail(position, "operand '\(text(word))' given twice") }
        state.sets.given |= 1 << UInt8(slot)
        state.sets.plain = 0
        if !lexer.consumeEquals() { throw failHere("expected '='") }
        lexer.skipTrivia()
        let spec = opcode.operand(slot)
        var operand = try parseForm(spec)
        if isConst(word) { operand.payload ^= 1 }
        if isDefault(operand, of: spec) { operand = Operand(kind: .absent, position: operand.position) }
        syntax.set(operand, at: Int(state.first) + slot)
    }

    /// The operand that the keyword `word` gives.
    private func keywordSlot(_ word: Name) -> Int? {
        let isPointerType = opcode == .ptr_type
        let entry = table.entry(opcode)
        for slot in Int(entry.positionalCount)..<Int(entry.operandCount) {
            let name = opcode.operand(slot).name
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
            syntax.append(operand)
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
    private var caseCount: UInt32 { syntax.operand(state.slot - 1).range.count }

    @inline(__always)
    func equals(_ word: Name, _ name: StaticString) -> Bool {
        guard word.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<word.count where word.start[index] != name.utf8Start[index] { return false }
        return true
    }
}
