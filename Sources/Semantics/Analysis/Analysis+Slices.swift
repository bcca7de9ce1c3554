import ZIR

// Slices, and values in aggregates.
extension Analysis {
    /// `slice`: elements from `start` to before `end`. Of a pointer that knows no length and without an end, it is the
    /// pointer to the element at `start`.
    func analyzeSlice() throws(AnalysisStop) -> TypedValue {
        let (base, pointer) = try pointerOperand()
        let elements = try elements(of: base, pointer)
        let start = try indexOperand(1)
        let hasEnd = operand(2).kind != .absent
        if !hasEnd, elements.count == nil {
            return try element(of: elements, at: start, isChecked: false, size: .many, pointer)
        }
        let end = hasEnd ? try indexOperand(2) : try length(of: elements)
        try requireOrder(start, end, elements)
        let many = try element(of: elements, at: start, isChecked: false, size: .many, pointer)
        let type = try pointerType(
            PointerType(size: .slice, isConst: pointer.isConst, child: elements.type))
        if case .place(let place)? = knownValue(many), let first = number(start), let last = number(end) {
            return known(.slice(place, length: last &- first), type)
        }
        let first = try lower(many, at: operand(0).position)
        return try value(Words(first: first, second: sliceLength(start, end, elements)), type, .slice)
    }

    /// Operand `k`, an index or a length that is not undefined.
    func indexOperand(_ k: Int) throws(AnalysisStop) -> TypedValue {
        let index = try value(k, as: .usize)
        if index.isUndefined { throw undefinedUse(operand(k).position) }
        return index
    }

    /// How many elements there are, as a `usize`.
    private func length(of elements: Elements) throws(AnalysisStop) -> TypedValue {
        switch elements.count {
        case .known(let count, _): return known(Integer(count), .usize)
        case .runTime(let count): return .runTime(count, .usize)
        case nil: return .known(.undefined, .usize)
        }
    }

    /// An error unless `start <= end <= length`, as far as they are known.
    private func requireOrder(
        _ start: TypedValue, _ end: TypedValue, _ elements: Elements
    ) throws(AnalysisStop) {
        if case .known(let length, _)? = elements.count {
            for (index, k) in [(number(start), 1), (number(end), 2)] {
                guard let index, index > length else { continue }
                throw failure(operand(k).position, "index \(index) outside array of length \(length)")
            }
        }
        if let first = number(start), let last = number(end), first > last {
            throw failure(operand(1).position, "start index \(first) is larger than end index \(last)")
        }
    }

    /// `end - start`; a panic unless `start <= end <= length`.
    private func sliceLength(
        _ start: TypedValue, _ end: TypedValue, _ elements: Elements
    ) throws(AnalysisStop) -> IRRef {
        if let first = number(start), let last = number(end), case .known? = elements.count {
            return try constant(length: last &- first)
        }
        if number(start) == 0, operand(2).kind == .absent { return try lower(end, at: current.position) }
        let (from, to) = (try lower(start, at: operand(1).position), try lower(end, at: current.position))
        var data = UInt32.max
        if options.checksSafety { data = try addExtra(limit(elements.count).rawValue) }
        return try emit(.sliceLength, type: IRType(bits: 64), a: from, b: to, data: data)
    }

    /// What the end of a slice must not be above: the length, unless it is that.
    private func limit(_ count: Elements.Count?) throws(AnalysisStop) -> IRRef {
        if operand(2).kind == .absent { return .none }
        if case .known(let length, _)? = count { return try constant(length: length) }
        return try operand(count)
    }

    /// `fieldval` of an array, of a pointer to one, or of a slice.
    func analyzeFieldValue() throws(AnalysisStop) -> TypedValue {
        let value = try value(0)
        let field = try string(1)
        let isLength = field.elementsEqual("len".utf8)
        if let array = types.array(value.type) {
            guard isLength else { throw noMember(field, value.type) }
            return known(Integer(array.length), .usize)
        }
        guard let pointer = types.pointer(value.type), pointer.size == .slice || types.array(pointer.child) != nil
        else {
            throw noFields(value.type)
        }
        guard isLength || field.elementsEqual("ptr".utf8) else { throw noMember(field, value.type) }
        if value.isUndefined { throw undefinedUse(operand(0).position) }
        let elements = try elements(of: value, pointer)
        if isLength { return try length(of: elements) }
        let many = PointerType(size: .many, isConst: pointer.isConst, child: elements.type)
        return TypedValue(type: try pointerType(many), content: elements.pointer.content)
    }
}
