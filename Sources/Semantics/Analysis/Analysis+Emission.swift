import ZIR

// Code: instructions, constants and storage.
extension Analysis {
    /// Appends an instruction and returns its result. In a declaration nothing may be left to run time, and in a Naked
    /// function there is no slot for a result.
    func emit(
        _ op: IRInst.Op, type: IRType, a: IRRef = .none, b: IRRef = .none, data: UInt32 = 0
    ) throws(AnalysisStop) -> IRRef {
        guard mayEmit else { throw unableToEmit() }
        return try append(IRInst(op, type: type, a: a, b: b, data: data, position: current.position))
    }

    /// The error where an instruction with a result cannot be.
    private func unableToEmit() -> AnalysisStop {
        function == nil ? failure("unable to resolve comptime value") : needsFrame()
    }

    /// Appends an instruction that a Naked function may hold too.
    @discardableResult @inline(__always)
    func append(_ inst: IRInst) throws(AnalysisStop) -> IRRef {
        let count = code.insts.count
        guard count < IRRef.limit else { throw failure("function has too many instructions") }
        var inst = inst
        inst.source = currentIndex
        code.insts.append(inst)
        return .inst(UInt32(truncatingIfNeeded: count))
    }

    func needsFrame() -> AnalysisStop { failure("'\(current.opcode.spelling)' needs a stack frame") }

    /// An error unless there is a body that can hold code.
    func requireRunTime() throws(AnalysisStop) {
        if function == nil { throw failure("unable to resolve comptime value") }
    }

    /// An error unless the instruction at work stands in a body.
    func requireBody() throws(AnalysisStop) {
        if function == nil { throw failure("instruction illegal outside function body") }
    }

    /// The shape of values of `type` in code; an error at `position` if there can be none.
    @inline(__always)
    func runTimeShape(of type: TypeIndex, at position: @autoclosure () -> Position) throws(AnalysisStop) -> IRType {
        guard let shape = types.irType(of: type) else { throw noRunTimeValue(type, at: position()) }
        return shape
    }

    /// The error where a value of `type`, which code cannot hold, would have to be.
    func noRunTimeValue(_ type: TypeIndex, at position: Position) -> AnalysisStop {
        guard types.isAvailableAtRunTime(type) else { return unavailable(type, at: position) }
        return notBuilt(position, "a run-time value of type '\(name(of: type))' is")
    }

    func unavailable(_ type: TypeIndex, at position: Position) -> AnalysisStop {
        failure(position, "type '\(name(of: type))' is not available at run time")
    }

    /// `value` as an operand of code.
    @inline(__always)
    func lower(_ value: TypedValue, at position: @autoclosure () -> Position) throws(AnalysisStop) -> IRRef {
        switch value.content {
        case .runTime(let ref): ref
        case .known(let known): try lower(known, value.type, at: position())
        }
    }

    /// As `lower`, of an integer whose type has `shape`.
    @inline(__always)
    func lower(
        _ value: TypedValue, _ shape: IRType, at position: @autoclosure () -> Position
    ) throws(AnalysisStop) -> IRRef {
        if case .known(.integer(let number)) = value.content, function != nil {
            return try constant(.integer(UInt64(bitPattern: number), shape))
        }
        return try lower(value, at: position())
    }

    private func lower(
        _ known: KnownValue, _ type: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> IRRef {
        try requireRunTime()
        let shape = try runTimeShape(of: type, at: position)
        switch known {
        case .undefined: return try constant(.undefined(shape))
        case .bool(let isTrue): return try constant(.integer(isTrue ? 1 : 0, shape))
        case .integer(let number): return try constant(.integer(UInt64(bitPattern: number), shape))
        case .lengthPointer(let length): return try address(of: addLength(length))
        case .declaration(let target): return try constant(.place(Place(base: .declaration(target))))
        case .reference(let target):
            let interface = try interface(of: target, at: position)
            return try address(of: constant(interface.value, interface.type, for: target, position))
        case .stored(let index):
            switch stored(index) {
            case .place(let place): return try address(of: place)
            case .integer(let number): return try constant(.integer(number.lowBits, shape))
            default: throw unavailable(type, at: position)
            }
        case .void, .type, .null: throw unavailable(type, at: position)
        }
    }

    /// The address of `place` as an operand.
    func address(of place: Place) throws(AnalysisStop) -> IRRef {
        try requireRunTime()
        return try constant(.place(stored(place)))
    }

    @inline(__always)
    func constant(_ constant: IRConstant) throws(AnalysisStop) -> IRRef {
        let count = code.constants.count
        guard count < IRRef.limit else { throw failure("function has too many constants") }
        code.constants.append(constant)
        return .constant(UInt32(truncatingIfNeeded: count))
    }

    /// Appends a word to `extra` and returns its index.
    @discardableResult @inline(__always)
    func addExtra(_ word: UInt32) throws(AnalysisStop) -> UInt32 {
        let count = code.extra.count
        guard count < IRRef.limit else { throw failure("function has too many operands") }
        code.extra.append(word)
        return UInt32(truncatingIfNeeded: count)
    }

    /// Adds storage that the body owns; the place has the number that holds during the analysis.
    func addConstant(_ content: Content) -> Place {
        constants.append(BodyConstant(content: content))
        return Place(base: .local(UInt32(constants.count - 1)))
    }

    private func addLength(_ length: UInt64) -> Place { addConstant(Content(length: length)) }

    /// `place` as code names it: a constant of the body by its index in `IRFunction.storage`, where it is put now if
    /// this is its first use.
    private func stored(_ place: Place) throws(AnalysisStop) -> Place {
        var next = code.storage.count
        let result = try slot(of: place)
        // Constants that a new one points at follow it; those that they point at follow them.
        while next < code.storage.count {
            for k in code.storage[next].addresses.indices {
                let place = try slot(of: code.storage[next].addresses[k].place)
                code.storage.change(next) { $0.addresses[k].place = place }
            }
            next += 1
        }
        return result
    }

    /// As `stored`, with the addresses in a new constant still to be named so.
    private func slot(of place: Place) throws(AnalysisStop) -> Place {
        guard case .local(let index) = place.base, Int(index) < constants.count else { return place }
        if let slot = constants[Int(index)].slot { return Place(base: .local(slot), offset: place.offset) }
        let content = constants[Int(index)].content
        storedBytes += UInt64(content.bytes.count)
        guard storedBytes <= TypeTable.maximumObjectBytes else { throw failure("function has more than 2 GiB") }
        let slot = UInt32(code.storage.count)
        constants[Int(index)].slot = slot
        code.storage.append(content)
        return Place(base: .local(slot), offset: place.offset)
    }
}

extension IRRef {
    /// An index has 29 bits.
    static let limit = 1 << 29
}

extension Content {
    /// The storage of a `usize`.
    init(length: UInt64) {
        self.init(bytes: stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: length >> $0) }, alignment: 8)
    }
}
