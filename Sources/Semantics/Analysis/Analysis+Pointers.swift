import ZIR

// Pointers to elements and fields.
extension Analysis {
    func expectedPointer(_ type: TypeIndex, at position: Position) -> AnalysisStop {
        failure(position, "expected pointer, found '\(name(of: type))'")
    }

    /// Operand 0, a pointer or slice that is not undefined, with the parts of its type.
    mutating func pointerOperand() throws(AnalysisStop) -> (value: TypedValue, type: PointerType) {
        let value = try value(0)
        guard let type = types.pointer(value.type) else { throw expectedPointer(value.type, at: operand(0).position) }
        if value.isUndefined { throw undefinedUse(operand(0).position) }
        return (value, type)
    }

    mutating func analyzeElementPointer() throws(AnalysisStop) -> TypedValue {
        let (base, pointer) = try pointerOperand()
        let elements = try elements(of: base, pointer)
        let index = try value(1, as: .usize)
        if index.isUndefined { throw undefinedUse(operand(1).position) }
        guard let size = types.layout(of: elements.type)?.size else {
            throw unavailable(elements.type, at: operand(0).position)
        }
        let result = try pointerType(PointerType(size: .one, isConst: pointer.isConst, child: elements.type))
        if let number = index.known { try requireInside(number, elements) }
        if let start = elements.place, case .integer(let number)? = index.known {
            return .known(.place(try element(number, of: start, size: size)), result)
        }
        return try elementAtRunTime(elements, index, size: size, result)
    }

    /// What an `elemptr` or its like goes into.
    private struct Elements {
        var type: TypeIndex
        /// The first, if its place is known; else `pointer` has its address.
        var place: Place?
        var pointer: TypedValue
        /// How many the type promises, and how many there are with the sentinel; nil if nobody says.
        var length: UInt64?
        var storedLength: UInt64?
    }

    private func elements(of base: TypedValue, _ pointer: PointerType) throws(AnalysisStop) -> Elements {
        var elements = Elements(type: pointer.child, pointer: base)
        if case .place(let place)? = base.known { elements.place = place }
        switch pointer.size {
        case .many, .c: return elements
        case .slice:
            guard case .slice(let place, let length)? = base.known else {
                throw notBuilt(operand(0).position, "a run-time value of type '\(name(of: base.type))' is")
            }
            elements.place = place
            let many = PointerType(size: .many, isConst: pointer.isConst, child: pointer.child)
            elements.pointer = .known(.place(place), try pointerType(many))
            elements.length = length
            elements.storedLength = length
        case .one:
            guard case .array(let array) = types[pointer.child] else {
                throw failure(operand(0).position, "type '\(name(of: base.type))' does not support indexing")
            }
            elements.type = array.child
            elements.length = array.length
            elements.storedLength = array.storedLength
        }
        return elements
    }

    private func requireInside(_ index: Value, _ elements: Elements) throws(AnalysisStop) {
        guard let length = elements.length, let stored = elements.storedLength else { return }
        guard case .integer(let number) = index, let position = number.uint64, position < stored else {
            if case .integer(let number) = index {
                throw failure(operand(1).position, "index \(number) outside array of length \(length)")
            }
            throw undefinedUse(operand(1).position)
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

    private mutating func elementAtRunTime(
        _ elements: Elements, _ index: TypedValue, size: UInt64, _ result: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        try requireRunTime()
        let base = try lower(elements.pointer, at: operand(0).position)
        let offset = try lower(index, at: operand(1).position)
        var bound = IRRef.none
        if options.checksSafety, let length = elements.storedLength {
            bound = try constant(.integer(length, IRType(bits: 64)))
        }
        guard let scale = UInt32(exactly: size) else { throw outOfReach() }
        let data = try addExtra(scale)
        try addExtra(bound.rawValue)
        return .runTime(try emit(.elementPointer, type: .pointer, a: base, b: offset, data: data), result)
    }

}

// Fields.
extension Analysis {
    mutating func analyzeFieldPointer() throws(AnalysisStop) -> TypedValue {
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

    private func noFields(_ type: TypeIndex) -> AnalysisStop {
        failure(operand(0).position, "type '\(name(of: type))' does not support field access")
    }

    private func noMember(_ field: [UInt8], _ type: TypeIndex) -> AnalysisStop {
        failure(operand(1).position, "no member named '\(text(field))' in '\(name(of: type))'")
    }

    private mutating func sliceField(
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
        case .known(.place(let place)):
            return .known(.place(try moved(place, by: isLength ? 8 : 0)), result)
        case .known(.reference(let target)):
            guard isLength, case .slice(_, let length) = try interface(of: target, at: operand(0).position).value else {
                throw notBuilt(operand(0).position, "a pointer to this field is")
            }
            return .known(.lengthPointer(length), result)
        case .known: throw noMember(field, sliceType)
        case .runTime(let address):
            if !isLength { return .runTime(address, result) }
            let one = try constant(.integer(1, IRType(bits: 64)))
            let data = try addExtra(8)
            try addExtra(IRRef.none.rawValue)
            return .runTime(try emit(.elementPointer, type: .pointer, a: address, b: one, data: data), result)
        }
    }
}
