import ZIR

// Coercions and peer types.
extension Analysis {
    /// `value` as one of `target`: the first coercion that fits, or an error at `position`.
    @inline(__always)
    func coerce(
        _ value: TypedValue, to target: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue {
        value.type == target ? value : try coerceOther(value, to: target, at: position)
    }

    /// As `coerce`, for a value of another type.
    private func coerceOther(
        _ value: TypedValue, to target: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue {
        if value.type == .undefined, target != .noreturn { return .known(.undefined, target) }
        if let shape = types.integerShape(of: target) {
            if let result = try coerceInteger(value, to: target, shape, at: position) { return result }
        } else if let pointer = types.pointer(target) {
            if let result = try coercePointer(value, to: pointer, target, at: position) { return result }
        } else if types.isFloat(target), value.type == .comptimeInt || types.isFloat(value.type) {
            throw notBuilt(position, "conversion to '\(name(of: target))' is")
        }
        throw mismatch(position, expected: target, found: value.type)
    }

    /// Nil where an integer of the value's type does not coerce to one of `shape`.
    private func coerceInteger(
        _ value: TypedValue, to target: TypeIndex, _ shape: IntegerShape, at position: Position
    ) throws(AnalysisStop) -> TypedValue? {
        if value.type == .comptimeInt {
            if case .known(.integer(let small)) = value.content, shape.contains(small) {
                return TypedValue(type: target, content: value.content)
            }
            guard let number = integer(value) else { return .known(.undefined, target) }
            try requireFit(number, target, shape, at: position)
            return TypedValue(type: target, content: value.content)
        }
        guard let source = types.integerShape(of: value.type), shape.holds(source) else { return nil }
        // `holds` lets an empty integer go anywhere; the language asks for the sign to fit too.
        if source.isSigned, !shape.isSigned { return nil }
        return try convert(value, to: target, position: position)
    }

    /// An error at `position` unless `shape`, that of `type`, can hold `number`.
    func requireFit(
        _ number: Integer, _ type: TypeIndex, _ shape: IntegerShape, at position: Position
    ) throws(AnalysisStop) {
        if number.fits(shape) { return }
        throw failure(position, "type '\(name(of: type))' cannot represent integer value '\(number)'")
    }

    /// An integer as one of an integer type that holds all values of its own.
    func convert(
        _ value: TypedValue, to target: TypeIndex, position: Position
    ) throws(AnalysisStop) -> TypedValue {
        guard case .runTime(let source) = value.content else { return TypedValue(type: target, content: value.content) }
        let shape = try runTimeShape(of: target, at: position)
        if types.irType(of: value.type) == shape { return .runTime(source, target) }
        return .runTime(try emit(.extend, type: shape, a: source), target)
    }

    /// Nil where a value of its type does not coerce to `pointer`, which is `target`.
    private func coercePointer(
        _ value: TypedValue, to pointer: PointerType, _ target: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue? {
        guard let source = types.pointer(value.type), pointer.isConst || !source.isConst else { return nil }
        if source.size == pointer.size, source.child == pointer.child {
            return TypedValue(type: target, content: value.content)
        }
        guard source.size == .one, case .array(let array) = types[source.child], array.child == pointer.child else {
            return nil
        }
        switch pointer.size {
        case .many: return TypedValue(type: target, content: value.content)
        case .slice: return try slice(of: value, length: array.length, target, at: position)
        case .one, .c: return nil
        }
    }

    private func slice(
        of value: TypedValue, length: UInt64, _ target: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue {
        switch knownValue(value) {
        case .undefined: return .known(.undefined, target)
        case .place(let place): return known(.slice(place, length: length), target)
        default:
            try requireRunTime()
            let words = Words(first: try lower(value, at: position), second: try constant(length: length))
            return try self.value(words, target, .slice)
        }
    }

    /// The type that `a` and `b` have in common, or an error about the instruction.
    func peerType(_ a: TypeIndex, _ b: TypeIndex) throws(AnalysisStop) -> TypeIndex {
        if let type = commonType(a, b) { return type }
        throw incompatible(a, b, at: current.position)
    }

    func incompatible(_ a: TypeIndex, _ b: TypeIndex, at position: Position) -> AnalysisStop {
        failure(position, "incompatible types: '\(name(of: a))' and '\(name(of: b))'")
    }

    /// The type that `a` and `b` have in common; nil if there is none.
    func commonType(_ a: TypeIndex, _ b: TypeIndex) -> TypeIndex? {
        if a == b || (b == .comptimeInt && types.integerShape(of: a) != nil) { return a }
        if a == .comptimeInt, types.integerShape(of: b) != nil { return b }
        if let left = types.integerShape(of: a), let right = types.integerShape(of: b),
            left.isSigned == right.isSigned
        {
            return left.bits >= right.bits ? a : b
        }
        return nil
    }
}

extension TypeTable {
    /// Whether the type is `comptime_int` or an integer type.
    func isInteger(_ index: TypeIndex) -> Bool { index == .comptimeInt || integerShape(of: index) != nil }

    /// Whether the type is `comptime_float` or a float type.
    func isFloat(_ index: TypeIndex) -> Bool {
        guard case .primitive(let tag) = self[index] else { return false }
        return switch tag {
        case .f16, .f32, .f64, .f128, .c_longdouble, .comptime_float: true
        default: false
        }
    }
}
