import ZIR

/// What code holds of a value: as many words as its `RunTimeForm` says.
struct Words {
    var first = IRRef.none
    var second = IRRef.none
}

// Values of all forms in code. A slice that is not known is named by an `IRRef` of its own kind, a number into `pairs`,
// which only analysis sees: instructions name its two parts.
extension Analysis {
    /// How code holds values of `type`; an error at `position` if it cannot.
    @inline(__always)
    func runTimeForm(of type: TypeIndex, at position: @autoclosure () -> Position) throws(AnalysisStop) -> RunTimeForm {
        if let shape = types.irType(of: type), shape.bits > 0 { return .scalar(shape) }
        guard let form = types.runTimeForm(of: type) else { throw noRunTimeValue(type, at: position()) }
        return form
    }

    /// The run-time value of `type` that `words` hold.
    func value(_ words: Words, _ type: TypeIndex, _ form: RunTimeForm) throws(AnalysisStop) -> TypedValue {
        switch form {
        case .nothing: return known(types.onlyValue(of: type) ?? .undefined, type)
        case .scalar, .memory: return .runTime(words.first, type)
        case .slice: return .runTime(try pair(words), type)
        }
    }

    private func pair(_ words: Words) throws(AnalysisStop) -> IRRef {
        guard work.pairs.count < IRRef.limit else { throw failure("function has too many instructions") }
        work.pairs.append(words)
        return .pair(UInt32(work.pairs.count - 1))
    }

    /// `value`, whose type has `form`, as operands of code.
    @inline(__always)
    func words(
        of value: TypedValue, _ form: RunTimeForm, at position: @autoclosure () -> Position
    ) throws(AnalysisStop) -> Words {
        if case .scalar = form { return Words(first: try lower(value, at: position())) }
        return try wordsOfOther(value, form, at: position())
    }

    /// As `words`, where they are not one number.
    private func wordsOfOther(
        _ value: TypedValue, _ form: RunTimeForm, at position: Position
    ) throws(AnalysisStop) -> Words {
        switch form {
        case .nothing: return Words()
        case .scalar: return Words(first: try lower(value, at: position))
        case .slice: return try sliceWords(of: value, at: position)
        case .memory(let layout):
            switch value.content {
            case .runTime(let address): return Words(first: address)
            case .known(.undefined): return Words(first: try stackSlot(layout))
            case .known(let known): return Words(first: try address(ofArray: expanded(known), value.type, position))
            }
        }
    }

    /// Where `value`, a known array of `type`, stands; one that stands nowhere yet becomes a constant.
    private func address(
        ofArray value: Value, _ type: TypeIndex, _ position: Position
    ) throws(AnalysisStop) -> IRRef {
        if case .place(let place) = value { return try address(of: place) }
        return try address(of: constant(value, type, position))
    }

    /// The address of the first element of a slice, and its length.
    func sliceWords(ofRunTime ref: IRRef) -> Words {
        guard let index = ref.pairIndex, Int(index) < work.pairs.count else { return Words() }
        return work.pairs[Int(index)]
    }

    private func sliceWords(
        of value: TypedValue, at position: Position
    ) throws(AnalysisStop) -> Words {
        switch value.content {
        case .runTime(let ref): return sliceWords(ofRunTime: ref)
        case .known(let slice):
            if case .slice(let place, let length) = expanded(slice) {
                return Words(first: try address(of: place), second: try constant(length: length))
            }
            try requireRunTime()
            let unknown = try constant(.undefined(.pointer))
            return Words(first: unknown, second: unknown)
        }
    }

    /// A `usize` as an operand.
    func constant(length: UInt64) throws(AnalysisStop) -> IRRef {
        try constant(.integer(length, IRType(bits: 64)))
    }

    /// The address of room in the frame that nothing else uses.
    func stackSlot(_ layout: Layout) throws(AnalysisStop) -> IRRef {
        try emit(.stackSlot, type: .pointer, data: addStackSlot(layout))
    }

    /// Puts what a `stackSlot` asks for into `extra`, and returns where.
    func addStackSlot(_ layout: Layout) throws(AnalysisStop) -> UInt32 {
        let data = try addExtra(UInt32(clamping: layout.size))
        try addExtra(layout.alignment)
        return data
    }
}

// Reading and writing memory.
extension Analysis {
    /// Offset of the length in a slice.
    static let lengthOffset: UInt32 = 8

    /// The value of `type` that stands at `address`. An array is copied: whoever writes there later does not change it.
    func load(
        from address: IRRef, _ type: TypeIndex, _ form: RunTimeForm
    ) throws(AnalysisStop) -> TypedValue {
        var words = Words()
        switch form {
        case .nothing: break
        case .scalar(let shape): words.first = try emit(.load, type: shape, a: address)
        case .slice:
            words.first = try emit(.load, type: .pointer, a: address)
            words.second = try emit(.load, type: IRType(bits: 64), a: address, data: Self.lengthOffset)
        case .memory(let layout):
            words.first = try stackSlot(layout)
            try copy(layout, from: address, to: words.first)
        }
        return try value(words, type, form)
    }

    /// Puts `value` to `address`; an unspecified one changes nothing.
    @inline(__always)
    func store(
        _ value: TypedValue, _ form: RunTimeForm, to address: IRRef, at position: @autoclosure () -> Position
    ) throws(AnalysisStop) {
        if value.isUndefined { return }
        if case .scalar(let shape) = form {
            _ = try emit(.store, type: shape, a: address, b: lower(value, at: position()))
        } else {
            try storeOther(value, form, to: address, at: position())
        }
    }

    /// As `store`, where it is not one number.
    private func storeOther(
        _ value: TypedValue, _ form: RunTimeForm, to address: IRRef, at position: Position
    ) throws(AnalysisStop) {
        let words = try words(of: value, form, at: position)
        switch form {
        case .nothing: return
        case .scalar(let shape): _ = try emit(.store, type: shape, a: address, b: words.first)
        case .slice:
            _ = try emit(.store, type: .pointer, a: address, b: words.first)
            _ = try emit(.store, type: .pointer, a: address, b: words.second, data: Self.lengthOffset)
        case .memory(let layout): try copy(layout, from: words.first, to: address)
        }
    }

    private func copy(_ layout: Layout, from source: IRRef, to target: IRRef) throws(AnalysisStop) {
        _ = try emit(.copy, type: .void, a: target, b: source, data: UInt32(clamping: layout.size))
    }
}

extension IRRef {
    private static let pairKind: UInt32 = 3 << 29

    /// Pair `index` of the analysis. No instruction names one.
    static func pair(_ index: UInt32) -> IRRef { IRRef(rawValue: pairKind | index) }

    /// The number of the pair, if it is one.
    var pairIndex: UInt32? { rawValue & (7 << 29) == Self.pairKind ? rawValue & ~(7 << 29) : nil }
}
