// Single operands, each in the form that the table asks for.
extension Parser {
    /// Parses the operand that begins at the next byte and is no body.
    mutating func parseForm(_ spec: OperandSpec) throws(Stop) -> Operand {
        switch spec.form {
        case .value, .type: try parseValue(spec.form, spec.name)
        case .string: try parseString(spec.form, spec.name)
        case .literalString: try parseLiteralString(spec.form, spec.name)
        case .integer: try parseInteger(spec.name)
        case .float: try parseFloat(spec.name)
        case .boolean: try parseBoolean(spec.name)
        case .tag(let set): try parseTag(set, spec.name)
        case .list(let element): try parseList(element, spec)
        case .body, .bodies: throw wrongForm(spec.form, spec.name)
        case .blockTarget: try parseBlockTarget(spec.name)
        case .declaration: try parseDeclarationName(spec.name)
        }
    }

    /// A reference, a number, `true`, `false`, `null` or `undefined`.
    mutating func parseValue(_ form: OperandSpec.Form, _ name: StaticString) throws(Stop) -> Operand {
        if let operand = try parseReference() { return operand }
        if lexer.peek.isDigit || lexer.peek == Byte.minus { return try parseInteger(name) }
        return try parseValueWord(form, name)
    }

    /// A number as most are written; nil if something else begins here.
    @inline(__always)
    mutating func parseSmallNumber() -> Operand? {
        guard lexer.peek.isDigit else { return nil }
        let position = lexer.position
        return lexer.takeSmallDecimal().map { Operand(kind: .int, position: position, payload: $0) }
    }

    /// `@name` or `%name`; nil if something else begins here.
    @inline(__always)
    mutating func parseReference() throws(Stop) -> Operand? {
        let byte = lexer.peek
        if byte == Byte.percent { return try parseLocal() }
        return byte == Byte.at ? try parseDeclarationReference() : nil
    }

    private mutating func parseValueWord(
        _ form: OperandSpec.Form, _ name: StaticString
    ) throws(Stop) -> Operand {
        let position = lexer.position
        var ahead = lexer
        let word = ahead.takeName()
        guard let tag = valueTag(word) else { throw wrongForm(form, name) }
        lexer = ahead
        return Operand(kind: .tag, position: position, payload: UInt64(tag.rawValue))
    }

    private func valueTag(_ word: Name) -> PrimitiveTag? {
        if equals(word, "true") { return .true }
        if equals(word, "false") { return .false }
        if equals(word, "null") { return .null }
        if equals(word, "undefined") { return .undefined }
        return nil
    }

    /// `@name`.
    mutating func parseDeclarationReference() throws(Stop) -> Operand {
        let position = lexer.position
        lexer.advance()
        let name = try takeName()
        return Operand(kind: .decl, position: position, range: syntax.addReference(name))
    }

    /// `%name` of an instruction before this one.
    @inline(__always)
    mutating func parseLocal() throws(Stop) -> Operand {
        let position = lexer.position
        lexer.advance()
        let name = lexer.takeName()
        guard let binding = scope.find(name), scope.isVisible(binding) else {
            throw undeclaredLocal(name, at: position)
        }
        return Operand(kind: .local, position: position, payload: UInt64(binding.inst.rawValue))
    }

    @inline(never)
    private mutating func undeclaredLocal(_ name: Name, at position: Position) -> Stop {
        name.count == 0 ? failHere("expected name") : fail(position, Messages.undeclared("%\(text(name))"))
    }

    /// `%name` of a block around this instruction, or a string that names it.
    private mutating func parseBlockTarget(_ name: StaticString) throws(Stop) -> Operand {
        let position = lexer.position
        if lexer.consume(Byte.percent) {
            let name = try takeName()
            guard let binding = scope.find(name) else { throw undeclaredLocal(name, at: position) }
            return try blockTarget(binding, name, position)
        }
        guard lexer.peek == Byte.quote else { throw wrongForm(.blockTarget, name) }
        let string = try parseLiteralString(.blockTarget, name)
        // Only the instruction is kept, so the decoded name is taken out of the syntax again.
        let first = Int(string.range.first)
        let decoded = Array(syntax.bytes.elements[first...])
        syntax.bytes.truncate(to: first)
        return try decoded.withUnsafeBufferPointer { name throws(Stop) in
            // An escape may stand for a NUL, which no name holds.
            let isName = !name.contains(0)
            let name = Name(name)
            return try blockTarget(isName ? scope.find(name) : nil, name, position)
        }
    }

    private mutating func blockTarget(
        _ binding: LocalScope.Binding?, _ name: Name, _ position: Position
    ) throws(Stop) -> Operand {
        guard let binding, isOpenBlock(binding) else { throw fail(position, Messages.notEnclosing(text(name))) }
        return Operand(kind: .local, position: position, payload: UInt64(binding.inst.rawValue))
    }

    /// A block whose body is being parsed is one around whatever is parsed now.
    private func isOpenBlock(_ binding: LocalScope.Binding) -> Bool {
        scope.isInside(binding) && syntax.opcode(of: binding.inst) == .block
    }

    /// `@name`, or a string that is the name.
    private mutating func parseDeclarationName(_ name: StaticString) throws(Stop) -> Operand {
        switch lexer.peek {
        case Byte.at: try parseDeclarationReference()
        case Byte.quote: try parseLiteralString(.declaration, name)
        default: throw wrongForm(.declaration, name)
        }
    }

    /// A string, or a reference to one.
    mutating func parseString(_ form: OperandSpec.Form, _ name: StaticString) throws(Stop) -> Operand {
        switch lexer.peek {
        case Byte.at: try parseDeclarationReference()
        case Byte.percent: try parseLocal()
        default: try parseLiteralString(form, name)
        }
    }

    /// A bare word of `set`.
    private mutating func parseTag(_ set: TagName, _ name: StaticString) throws(Stop) -> Operand {
        guard lexer.isNext(.wordStart) else { throw wrongForm(.tag(set), name) }
        let position = lexer.position
        let word = lexer.takeName()
        guard let rawValue = set.find(word.bytes) else {
            throw fail(position, Messages.notMember(text(word), of: set.setName))
        }
        return Operand(kind: .tag, position: position, payload: UInt64(rawValue))
    }

    /// `true`, `false`, `1` or `0`.
    private mutating func parseBoolean(_ name: StaticString) throws(Stop) -> Operand {
        let position = lexer.position
        var ahead = lexer
        let word = ahead.takeName()
        let isTrue = equals(word, "true") || equals(word, "1")
        guard isTrue || equals(word, "false") || equals(word, "0") else {
            if lexer.isNext(.wordStart) { throw fail(position, Messages.notMember(text(word), of: "bool")) }
            throw wrongForm(.boolean, name)
        }
        lexer = ahead
        return Operand(kind: .tag, position: position, payload: isTrue ? 1 : 0)
    }

    // MARK: Errors

    /// Something stands at the next byte that is no operand of this form.
    mutating func wrongForm(_ form: OperandSpec.Form, _ name: StaticString) -> Stop {
        failHere("\(Messages.expectedOperand("\(name)")) to be \(form.description), found \(describeNext())")
    }

    private func describeNext() -> String {
        let byte = lexer.peek
        switch byte {
        case _ where lexer.isAtEnd: return "end of declaration"
        case Byte.quote: return "string"
        case Byte.openBracket: return "list"
        case Byte.openBrace: return "body"
        case Byte.at, Byte.percent: return "reference"
        case _ where byte.isDigit || byte == Byte.minus: return "number"
        case _ where byte.isNameByte:
            var ahead = lexer
            return "'\(text(ahead.takeName()))'"
        default: return "'\(Character(Unicode.Scalar(byte)))'"
        }
    }
}

extension OperandSpec.Form {
    /// What messages call it.
    fileprivate var description: String {
        switch self {
        case .value: "a value"
        case .type: "a type"
        case .string: "a string"
        case .literalString: "a string literal"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "true or false"
        case .tag(let set): "a tag of '\(set.setName)'"
        case .list: "a list"
        case .body, .bodies: "a body"
        case .blockTarget: "a block"
        case .declaration: "a declaration"
        }
    }
}
