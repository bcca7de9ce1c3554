import ZIR

// From operands to values.
extension Analysis {
    /// Operand `k` of the instruction at work.
    @inline(__always)
    func operand(_ k: Int) -> Operand {
        k < row.count ? row[k] : Operand(kind: .absent, position: current.position)
    }

    /// The elements of operand `k`, a list; none where it is left out.
    func elements(_ k: Int) throws(AnalysisStop) -> [Operand] {
        let operand = operand(k)
        switch operand.kind {
        case .list: return syntax.elements(operand.range)
        case .absent: return syntax.elements(.empty)
        default: throw failure(operand.position, Messages.expectedOperand("list"))
        }
    }

    /// The elements of operand `k`, a list, where they stand; none where it is left out.
    func elementRow(_ k: Int) throws(AnalysisStop) -> OperandRow {
        let operand = operand(k)
        switch operand.kind {
        case .list: return syntax.row(operand.range)
        case .absent: return syntax.row(.empty)
        default: throw failure(operand.position, Messages.expectedOperand("list"))
        }
    }

    /// The value of operand `k`.
    @inline(__always)
    func value(_ k: Int) throws(AnalysisStop) -> TypedValue {
        // Most operands are one of these, and so need not go through all that one may be.
        if let value = result(k) { return value }
        let operand = operand(k)
        if operand.kind == .int { return .known(.integer(Int64(bitPattern: operand.payload)), .comptimeInt) }
        return try value(of: operand)
    }

    /// The value of `operand`. `expected` is what a message calls for where a module stands instead.
    func value(
        of operand: Operand, expected: TypeIndex? = nil
    ) throws(AnalysisStop) -> TypedValue {
        switch operand.kind {
        case .decl: return try value(named: operand.range, at: operand.position, expected: expected)
        case .local: return try local(operand)
        case .int: return .known(.integer(Int64(bitPattern: operand.payload)), .comptimeInt)
        case .bigInt: return try bigInteger(operand)
        case .tag:
            if let value = constant(tagged: operand.payload) { return value }
        case .absent, .float, .string, .list, .body: break
        }
        throw failure(operand.position, Messages.expectedOperand("value"))
    }

    /// The result of the instruction that operand `k` names; nil if it is something else, or not there yet.
    @inline(__always)
    private func result(_ k: Int) -> TypedValue? {
        guard let index = row.local(k), index < results.count else { return nil }
        let value = results[index]
        return value.isMissing ? nil : value
    }

    private func local(_ operand: Operand) throws(AnalysisStop) -> TypedValue {
        let index = Int(truncatingIfNeeded: operand.payload & 0xFFFF_FFFF)
        if index < results.count {
            let value = results[index]
            if !value.isMissing { return value }
        }
        throw missingLocal(operand)
    }

    private func missingLocal(_ operand: Operand) -> AnalysisStop {
        let index = UInt32(clamping: operand.payload)
        let name = index < syntax.instCount ? text(syntax.inst(InstIndex(index)).name) : ""
        return failure(operand.position, Messages.undeclared("%\(name)"))
    }

    private func bigInteger(_ operand: Operand) throws(AnalysisStop) -> TypedValue {
        guard let number = Integer(decimal: Array(syntax.bytes(operand.range))[...]) else {
            throw failure(operand.position, "integer has more than \(Integer.maximumBits) bits")
        }
        return known(number, .comptimeInt)
    }

    /// The words that may stand for a value without `primitive`.
    private func constant(tagged payload: UInt64) -> TypedValue? {
        switch UInt8(exactly: payload).flatMap(PrimitiveTag.init) {
        case .true: .bool(true)
        case .false: .bool(false)
        case .null: .known(.null, .null)
        case .undefined: .known(.undefined, .undefined)
        default: nil
        }
    }

    /// Operand `k`, which must be a type.
    func type(_ k: Int) throws(AnalysisStop) -> TypeIndex { try type(of: operand(k)) }

    /// `operand`, which must be a type.
    func type(of operand: Operand) throws(AnalysisStop) -> TypeIndex {
        let value = try value(of: operand, expected: .type)
        if case .type(let type)? = value.known { return type }
        if value.isUndefined { throw undefinedUse(operand.position) }
        throw mismatch(operand.position, expected: .type, found: value.type)
    }

    /// Operand `k` coerced to `type`.
    @inline(__always)
    func value(_ k: Int, as type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        if let value = result(k), value.type == type { return value }
        return try value(of: operand(k), as: type)
    }

    /// The value of `operand` coerced to `type`.
    func value(of operand: Operand, as type: TypeIndex) throws(AnalysisStop) -> TypedValue {
        try coerce(value(of: operand, expected: type), to: type, at: operand.position)
    }

    /// Operand `k`, a boolean keyword; `false` where it is left out.
    func flag(_ k: Int) -> Bool { operand(k).kind != .absent && operand(k).payload != 0 }

    /// Operand `k`, a bare word; nil where it is left out.
    func tag<Tag: TagSet>(_ k: Int, as set: Tag.Type) throws(AnalysisStop) -> Tag? {
        let operand = operand(k)
        if operand.kind == .absent { return nil }
        guard operand.kind == .tag, let tag = UInt8(exactly: operand.payload).flatMap(Tag.init) else {
            throw failure(operand.position, Messages.expectedOperand(Tag.setName))
        }
        return tag
    }

    func mismatch(_ position: Position, expected: TypeIndex, found: TypeIndex) -> AnalysisStop {
        failure(position, "expected type '\(name(of: expected))', found '\(name(of: found))'")
    }

    func undefinedUse(_ position: Position) -> AnalysisStop {
        failure(position, "use of undefined value here causes undefined behavior")
    }
}

// References to declarations.
extension Analysis {
    /// The declaration `name`, an operand at `position`.
    func lookup(_ name: SyntaxRange, at position: Position) throws(AnalysisStop) -> DeclIndex {
        questionPosition = position
        let program = try asked()
        let found = try syntax.withUnsafeBytes(of: name) { name throws(AnalysisStop) in try program.lookup(name) }
        guard let found else { throw undeclared(name, at: position) }
        return found
    }

    /// The declaration `name`, an operand at `position`, with what it is if that is plain.
    @inline(__always)
    private func reference(to name: SyntaxRange, at position: Position) throws(AnalysisStop) -> Reference {
        questionPosition = position
        // The parsed form is there as long as the analysis is at it.
        let bytes = syntax.withUnsafeBytes(of: name) { $0 }
        guard let found = try asked().reference(to: bytes) else { throw undeclared(name, at: position) }
        return found
    }

    private func undeclared(_ name: SyntaxRange, at position: Position) -> AnalysisStop {
        failure(position, Messages.undeclared("@\(text(name))"))
    }

    /// The interface of `target`, to which the operand at `position` refers.
    func interface(of target: DeclIndex, at position: Position) throws(AnalysisStop) -> Interface {
        questionPosition = position
        return try asked().interface(of: target)
    }

    /// The content of the constant storage of `target`, to which the operand at `position` refers.
    func content(of target: DeclIndex, at position: Position) throws(AnalysisStop) -> Content {
        questionPosition = position
        do throws(AnalysisStop) {
            return try asked().content(of: target)
        } catch {
            // The diagnostic has a position in the other declaration; what is reported stands in this one.
            guard case .failed(let diagnostic) = error else { throw error }
            throw failure(position, diagnostic.message)
        }
    }

    /// The value of the declaration `name`.
    func value(
        named name: SyntaxRange, at position: Position, expected: TypeIndex? = nil
    ) throws(AnalysisStop) -> TypedValue {
        let found = try reference(to: name, at: position)
        if let plain = found.interface {
            try requireValue(plain.category, at: position, expected: expected)
            return .known(plain.value, plain.type)
        }
        let interface = try interface(of: found.declaration, at: position)
        try requireValue(interface.category, at: position, expected: expected)
        return known(interface.value, interface.type)
    }

    /// `declref`: a pointer to the declaration `name`.
    func pointer(to name: SyntaxRange, at position: Position) throws(AnalysisStop) -> TypedValue {
        let target = try lookup(name, at: position)
        let interface = try interface(of: target, at: position)
        try requireValue(interface.category, at: position, expected: nil)
        if interface.category == .global { return known(interface.value, interface.type) }
        let type = try pointerType(PointerType(size: .one, isConst: true, child: interface.type))
        guard types.array(interface.type) != nil, types.isAvailableAtRunTime(interface.type) else {
            return .known(.reference(target), type)
        }
        // An array is known by the place of its content; one without bytes to keep has none yet.
        if case .place = interface.value { return known(interface.value, type) }
        return known(.place(try constant(interface.value, interface.type, for: target, position)), type)
    }

    @inline(__always)
    private func requireValue(
        _ category: Interface.Category, at position: Position, expected: TypeIndex?
    ) throws(AnalysisStop) {
        if category == .module || category == .export {
            throw noValue(category, at: position, expected: expected)
        }
    }

    private func noValue(
        _ category: Interface.Category, at position: Position, expected: TypeIndex?
    ) -> AnalysisStop {
        let wanted = expected.map { "type '\(name(of: $0))'" } ?? "value"
        return failure(position, "expected \(wanted), found \(category == .module ? "module" : "export")")
    }

    /// The index of a pointer type that the instruction at work makes.
    func pointerType(_ pointer: PointerType) throws(AnalysisStop) -> TypeIndex {
        guard let index = types.index(of: pointer) else { throw tooDeep() }
        return index
    }

    /// The index of a type that the instruction at work makes.
    func index(of type: Type) throws(AnalysisStop) -> TypeIndex {
        guard let index = types.index(of: type) else { throw tooDeep() }
        return index
    }

    private func tooDeep() -> AnalysisStop { failure("type is nested more than \(TypeTable.maximumDepth) deep") }
}

// Strings.
extension Analysis {
    /// The bytes of operand `k`, a string or a reference to a `str`.
    func string(_ k: Int) throws(AnalysisStop) -> [UInt8] { try string(operand(k), of: k) }

    /// The bytes of `operand`, a string or a reference to a `str`: operand `k`, or an element of it.
    func string(_ operand: Operand, of k: Int) throws(AnalysisStop) -> [UInt8] {
        if operand.kind == .string { return Array(syntax.bytes(operand.range)) }
        if operand.kind == .decl || operand.kind == .local, let string = try string(in: value(of: operand), operand) {
            return string
        }
        let specs = current.opcode.operands
        throw failure(operand.position, Messages.expectedOperand(k < specs.count ? "\(specs[k].name)" : "string"))
    }

    /// The bytes of the string that `value`, that of `operand`, points at; nil if it is no pointer to one.
    private func string(in value: TypedValue, _ operand: Operand) throws(AnalysisStop) -> [UInt8]? {
        guard let length = stringLength(value.type), case .place(let place)? = knownValue(value),
            let content = try constantContent(of: place, at: operand.position),
            let range = content.range(at: place.offset, size: UInt64(length))
        else { return nil }
        return Array(content.bytes(in: range))
    }

    /// N of `*const [N:0]u8`, the type of a `str`; nil for any other type.
    private func stringLength(_ type: TypeIndex) -> Int? {
        guard let pointer = types.pointer(type), let array = types.array(pointer.child), array.child == .u8,
            array.sentinel != .none, types.value(of: array.sentinel) == .integer(.zero)
        else { return nil }
        return Int(exactly: array.length)
    }
}
