import ZIR

// Pointers to elements and fields.
extension Analysis {
    func expectedPointer(_ type: TypeIndex, at position: Position) -> AnalysisStop {
        failure(position, "expected pointer, found '\(name(of: type))'")
    }

    /// Operand 0, a pointer or slice that is not undefined, with the parts of its type.
    @inline(__always)
    func pointerOperand() throws(AnalysisStop) -> (value: TypedValue, type: PointerType) {
        let value = try value(0)
        guard let type = types.pointer(value.type) else { throw expectedPointer(value.type, at: operand(0).position) }
        if value.isUndefined { throw undefinedUse(operand(0).position) }
        return (value, type)
    }

    func analyzeElementPointer() throws(AnalysisStop) -> TypedValue {
        try elementPointer(to: value(0), indexOperand(1))
    }

    /// A pointer to the element at `index`, operand 1, of what `base`, operand 0, leads to.
    func elementPointer(to base: TypedValue, _ index: TypedValue) throws(AnalysisStop) -> TypedValue {
        guard let pointer = types.pointer(base.type) else { throw expectedPointer(base.type, at: operand(0).position) }
        if base.isUndefined { throw undefinedUse(operand(0).position) }
        let elements = try elements(of: base, pointer)
        if let known = try knownElement(of: base, elements, index) { return known }
        return try element(of: elements, at: index, isChecked: true, size: .one, pointer)
    }

    /// A pointer to an element of an array that exists in analysis only; nil for any other.
    private func knownElement(
        of base: TypedValue, _ elements: Elements, _ index: TypedValue
    ) throws(AnalysisStop) -> TypedValue? {
        guard let child = types.pointer(base.type)?.child, let array = types.array(child) else { return nil }
        guard !types.isAvailableAtRunTime(child), let number = integer(index) else { return nil }
        try requireInside(number, elements.count)
        let value = try load(through: base, child, at: operand(0).position)
        guard let elements = knownValue(value), let position = number.uint64 else {
            return nil
        }
        let element =
            position < array.length
            ? try self.elements(of: elements, array, at: operand(0).position)[Int(position)]
            : types.value(of: array.sentinel)
        return known(.pointee(element), try pointerType(PointerType(size: .one, isConst: true, child: array.child)))
    }

    /// What an `elemptr` or its like goes into.
    struct Elements {
        /// How many there are.
        enum Count {
            /// As many as the type or the value says, and how many that is with the sentinel.
            case known(UInt64, stored: UInt64)
            /// As many as this `usize` says.
            case runTime(IRRef)
        }
        var type: TypeIndex
        /// A pointer to the first.
        var pointer: TypedValue
        /// Nil if nobody says.
        var count: Count?
    }

    /// What `base`, a pointer or slice of `pointer`, points at.
    func elements(of base: TypedValue, _ pointer: PointerType) throws(AnalysisStop) -> Elements {
        switch pointer.size {
        case .many, .c: return Elements(type: pointer.child, pointer: base)
        case .slice: return try elements(ofSlice: base, pointer)
        case .one:
            guard case .array(let array) = types[pointer.child] else { throw noIndexing(base.type) }
            let count = Elements.Count.known(array.length, stored: array.storedLength)
            return Elements(type: array.child, pointer: base, count: count)
        }
    }

    private func elements(
        ofSlice base: TypedValue, _ pointer: PointerType
    ) throws(AnalysisStop) -> Elements {
        let many = try pointerType(PointerType(size: .many, isConst: pointer.isConst, child: pointer.child))
        switch base.content {
        case .known(let slice):
            guard case .slice(let place, let length) = expanded(slice) else { throw undefinedUse(operand(0).position) }
            return Elements(
                type: pointer.child, pointer: known(.place(place), many), count: .known(length, stored: length))
        case .runTime(let slice):
            let words = sliceWords(ofRunTime: slice)
            return Elements(
                type: pointer.child, pointer: .runTime(words.first, many), count: .runTime(words.second))
        }
    }

    func noIndexing(_ type: TypeIndex) -> AnalysisStop {
        failure(operand(0).position, "type '\(name(of: type))' does not support indexing")
    }

    /// A pointer of `size` to the element at `index`, which is operand 1. `pointer` says whether it is constant.
    func element(
        of elements: Elements, at index: TypedValue, isChecked: Bool, size: PointerType.Size, _ pointer: PointerType
    ) throws(AnalysisStop) -> TypedValue {
        guard let elementSize = types.layout(of: elements.type)?.size else {
            throw unavailable(elements.type, at: operand(0).position)
        }
        let result = try pointerType(
            PointerType(size: size, isConst: pointer.isConst, child: elements.type))
        if isChecked, let number = integer(index) { try requireInside(number, elements.count) }
        if case .place(let start)? = knownValue(elements.pointer), let number = integer(index) {
            return known(.place(try element(number, of: start, size: elementSize)), result)
        }
        if let address = integer(elements.pointer), let number = integer(index) {
            let moved = address + number * Integer(elementSize)
            if moved.uint64 != nil { return known(moved, result) }
        }
        let bound = isChecked ? try bound(of: index, elements.count) : .none
        return try elementAtRunTime(elements, index, size: elementSize, bound: bound, result)
    }

    private func requireInside(_ number: Integer, _ count: Elements.Count?) throws(AnalysisStop) {
        guard case .known(let length, let stored)? = count else { return }
        guard let position = number.uint64, position < stored else {
            throw failure(operand(1).position, "index \(number) outside array of length \(length)")
        }
    }

    /// What `index` must be below at run time; none if nothing is to be checked.
    private func bound(of index: TypedValue, _ count: Elements.Count?) throws(AnalysisStop) -> IRRef {
        if !options.checksSafety { return .none }
        if index.known != nil, case .known? = count { return .none }
        return try operand(count)
    }

    /// `count` as an operand; none where nobody knows it.
    func operand(_ count: Elements.Count?) throws(AnalysisStop) -> IRRef {
        switch count {
        case .known(_, let stored):
            try requireRunTime()
            return try constant(length: stored)
        case .runTime(let count): return count
        case nil: return .none
        }
    }

    private func element(_ index: Integer, of start: Place, size: UInt64) throws(AnalysisStop) -> Place {
        guard let index = index.int64, let size = Int64(exactly: size) else { throw outOfReach() }
        let (distance, overflow) = index.multipliedReportingOverflow(by: size)
        guard !overflow else { throw outOfReach() }
        return try moved(start, by: distance)
    }

    /// `place` moved by `distance` bytes. A place lies within 2 GiB of its base, so that code can reach it.
    private func moved(_ place: Place, by distance: Int64) throws(AnalysisStop) -> Place {
        let (offset, overflow) = place.offset.addingReportingOverflow(distance)
        guard !overflow, offset.magnitude <= TypeTable.maximumObjectBytes else { throw outOfReach() }
        return Place(base: place.base, offset: offset)
    }

    private func outOfReach() -> AnalysisStop {
        failure(operand(1).position, "pointer is more than 2 GiB away from its object")
    }

    private func elementAtRunTime(
        _ elements: Elements, _ index: TypedValue, size: UInt64, bound: IRRef, _ result: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        try requireRunTime()
        let base = try lower(elements.pointer, at: operand(0).position)
        if number(index) == 0, bound == .none { return .runTime(base, result) }
        let offset = try lower(index, at: operand(1).position)
        guard let scale = UInt32(exactly: size) else { throw outOfReach() }
        let data = try addExtra(scale)
        try addExtra(bound.rawValue)
        return .runTime(try emit(.elementPointer, type: .pointer, a: base, b: offset, data: data), result)
    }
}

// Fields.
extension Analysis {
    func analyzeFieldPointer() throws(AnalysisStop) -> TypedValue {
        let (base, pointer) = try pointerOperand()
        guard pointer.size == .one else { throw noFields(base.type) }
        let field = try string(1)
        switch types[pointer.child] {
        case .array(let array):
            guard field.elementsEqual("len".utf8) else { throw noMember(field, pointer.child) }
            return .known(
                .lengthPointer(array.length),
                try pointerType(PointerType(size: .one, isConst: true, child: .usize)))
        case .pointer(let slice) where slice.size == .slice:
            return try sliceField(field, of: base, isConst: pointer.isConst, slice, pointer.child)
        default: throw noFields(pointer.child)
        }
    }

    func noFields(_ type: TypeIndex) -> AnalysisStop {
        failure(operand(0).position, "type '\(name(of: type))' does not support field access")
    }

    func noMember(_ field: [UInt8], _ type: TypeIndex) -> AnalysisStop {
        failure(operand(1).position, "no member named '\(text(field))' in '\(name(of: type))'")
    }

    private func sliceField(
        _ field: [UInt8], of base: TypedValue, isConst: Bool, _ slice: PointerType, _ sliceType: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        let isLength = field.elementsEqual("len".utf8)
        guard isLength || field.elementsEqual("ptr".utf8) else { throw noMember(field, sliceType) }
        var child = TypeIndex.usize
        if !isLength {
            child = try pointerType(PointerType(size: .many, isConst: slice.isConst, child: slice.child))
        }
        let result = try pointerType(PointerType(size: .one, isConst: isConst, child: child))
        switch base.content {
        case .known(let pointer):
            return known(try sliceField(field, isLength: isLength, of: expanded(pointer), sliceType), result)
        case .runTime(let address):
            if !isLength { return .runTime(address, result) }
            let one = try constant(.integer(1, IRType(bits: 64)))
            let data = try addExtra(8)
            try addExtra(IRRef.none.rawValue)
            return .runTime(try emit(.elementPointer, type: .pointer, a: address, b: one, data: data), result)
        }
    }

    /// A pointer to the length of what `base`, a known pointer to a slice, points at, or to its address.
    private func sliceField(
        _ field: [UInt8], isLength: Bool, of base: Value, _ sliceType: TypeIndex
    ) throws(AnalysisStop) -> Value {
        switch base {
        case .place(let place): return .place(try moved(place, by: isLength ? 8 : 0))
        case .reference(let target): return try sliceField(isLength: isLength, of: target, sliceType)
        case .integer(let address): return .integer(isLength ? address + Integer(UInt64(8)) : address)
        default: throw noMember(field, sliceType)
        }
    }

    /// A pointer to the length of a slice that is the value of `target`, or to its address: that gets storage.
    private func sliceField(
        isLength: Bool, of target: DeclIndex, _ type: TypeIndex
    ) throws(AnalysisStop) -> Value {
        let position = operand(0).position
        let value = try interface(of: target, at: position).value
        guard case .slice(_, let length) = value else { throw undefinedUse(position) }
        return isLength ? .lengthPointer(length) : .place(try constant(value, type, for: target, position))
    }
}
