import ZIR

// Arrays as comptime values. One that stands in constant storage is known by its place, and read when an element is
// asked for; any other is a list of its elements.
extension Analysis {
    /// An array of more elements is for run time only: analysis keeps a value for each.
    static let maximumElements: UInt64 = 1 << 20

    /// The elements of `value`, a known array, without the sentinel.
    func elements(
        of value: Value, _ array: ArrayType, at position: Position
    ) throws(AnalysisStop) -> [Value] {
        try requireCount(array.length, at: position)
        switch value {
        case .array(let elements): return elements
        case .undefined: return Array(repeating: .undefined, count: Int(array.length))
        case .place(let place):
            guard let content = try constantContent(of: place, at: position) else {
                throw failure(position, "unable to resolve comptime value")
            }
            return try elements(of: array, in: content, at: place, position)
        default: throw failure(position, "unable to resolve comptime value")
        }
    }

    private func requireCount(_ count: UInt64, at position: Position) throws(AnalysisStop) {
        guard count > Analysis.maximumElements else { return }
        throw failure(position, "array has more than \(Analysis.maximumElements) elements, too many at comptime")
    }

    /// Elements that are arrays themselves are known by their places.
    private func elements(
        of array: ArrayType, in content: Content, at place: Place, _ position: Position
    ) throws(AnalysisStop) -> [Value] {
        let size = Int64(clamping: types.layout(of: array.child)?.size ?? 0)
        var elements: [Value] = []
        elements.reserveCapacity(Int(array.length))
        for index in 0..<Int64(array.length) {
            let offset = place.offset + index * size
            if types.array(array.child) != nil, types.onlyValue(of: array.child) == nil {
                elements.append(.place(Place(base: place.base, offset: offset)))
            } else if let element = try read(array.child, from: content, at: offset, position) {
                elements.append(element)
            } else {
                throw failure(position, "unable to resolve comptime value")
            }
        }
        return elements
    }

    /// `array_init`: an array of type `T`, an element of the list for each of its own.
    func analyzeArrayInit() throws(AnalysisStop) -> TypedValue {
        let type = try type(0)
        guard let array = types.array(type) else {
            throw failure(operand(0).position, "expected array type, found '\(name(of: type))'")
        }
        let operands = try elements(1)
        guard UInt64(operands.count) == array.length else {
            throw failure(operand(1).position, "expected \(array.length) array elements, found \(operands.count)")
        }
        var elements: [TypedValue] = []
        for operand in operands { elements.append(try value(of: operand, as: array.child)) }
        let values = elements.compactMap { knownValue($0) }
        if values.count == elements.count { return known(.array(values), type) }
        return try arrayInFrame(of: elements, array, type)
    }

    /// An array whose elements are not all known: it gets room in the frame.
    private func arrayInFrame(
        of elements: [TypedValue], _ array: ArrayType, _ type: TypeIndex
    ) throws(AnalysisStop) -> TypedValue {
        try requireRunTime()
        let form = try runTimeForm(of: array.child, at: operand(0).position)
        let slot = try stackSlot(runTimeLayout(of: type, at: operand(0).position))
        let size = types.layout(of: array.child)?.size ?? 0
        for (index, (element, operand)) in zip(elements, try self.elements(1)).enumerated() where !element.isUndefined {
            let address = try self.address(of: UInt64(index), in: slot, size: size)
            try store(element, form, to: address, at: operand.position)
        }
        if array.sentinel != .none {
            let sentinel = known(types.value(of: array.sentinel), array.child)
            let address = try self.address(of: array.length, in: slot, size: size)
            try store(sentinel, form, to: address, at: operand(0).position)
        }
        return .runTime(slot, type)
    }

    /// The address of element `index`, which is there, of an array at `start` whose elements have `size` bytes.
    private func address(of index: UInt64, in start: IRRef, size: UInt64) throws(AnalysisStop) -> IRRef {
        if index == 0 { return start }
        let data = try addExtra(UInt32(clamping: size))
        try addExtra(IRRef.none.rawValue)
        return try emit(.elementPointer, type: .pointer, a: start, b: constant(length: index), data: data)
    }

    /// `array_cat`: the elements of both, with the sentinel that both have or one has.
    func analyzeArrayCat() throws(AnalysisStop) -> TypedValue {
        let a = try arrayOperand(0)
        let b = try arrayOperand(1)
        guard a.type.child == b.type.child else {
            throw failure("incompatible types: '\(name(of: a.type.child))' and '\(name(of: b.type.child))'")
        }
        let sentinels = [a.type.sentinel, b.type.sentinel].filter { $0 != .none }
        let (length, overflow) = a.type.length.addingReportingOverflow(b.type.length)
        let type = ArrayType(
            length: overflow ? .max : length, child: a.type.child,
            sentinel: sentinels.first == sentinels.last ? sentinels.first ?? .none : .none)
        return try join([a, b], type, isPointer: a.isPointer && b.isPointer)
    }

    /// `array_mul`: the elements again and again.
    func analyzeArrayMul() throws(AnalysisStop) -> TypedValue {
        let a = try arrayOperand(0)
        let times = try value(1, as: .usize)
        guard let count = number(times) else {
            throw unresolved(times, at: operand(1).position)
        }
        let (length, overflow) = a.type.length.multipliedReportingOverflow(by: count)
        let type = ArrayType(length: overflow ? .max : length, child: a.type.child, sentinel: a.type.sentinel)
        return try join([a], type, isPointer: a.isPointer)
    }

    /// A known array, or what a known pointer to one points at.
    private struct KnownArray {
        var type: ArrayType
        var value: TypedValue
        var isPointer: Bool
    }

    private func arrayOperand(_ k: Int) throws(AnalysisStop) -> KnownArray {
        var value = try value(k)
        let position = operand(k).position
        let pointer = types.pointer(value.type)
        if let pointer, pointer.size == .one, types.array(pointer.child) != nil {
            if value.isUndefined { throw undefinedUse(position) }
            guard value.known != nil else { throw unresolved(value, at: position) }
            value = try load(through: value, pointer.child, at: position)
        }
        guard let type = types.array(value.type) else {
            throw failure(position, "expected array, found '\(name(of: value.type))'")
        }
        guard value.known != nil else { throw unresolved(value, at: position) }
        return KnownArray(type: type, value: value, isPointer: pointer != nil)
    }

    /// The elements of `parts` one after the other, again and again until they make an `array`.
    private func join(
        _ parts: [KnownArray], _ array: ArrayType, isPointer: Bool
    ) throws(AnalysisStop) -> TypedValue {
        let type = try arrayType(array, at: current.position)
        let value: Value
        if let only = types.onlyValue(of: type) {
            value = only
        } else if types.isAvailableAtRunTime(type) {
            let place = addConstant(try joinedContent(parts, array))
            if isPointer {
                return known(.place(place), try pointerType(PointerType(size: .one, isConst: true, child: type)))
            }
            value = .place(place)
        } else {
            value = .array(try joinedElements(parts, array))
        }
        return isPointer ? try reference(to: known(value, type)) : known(value, type)
    }

    private func joinedElements(
        _ parts: [KnownArray], _ array: ArrayType
    ) throws(AnalysisStop) -> [Value] {
        try requireCount(array.length, at: current.position)
        var round: [Value] = []
        for part in parts {
            guard let known = knownValue(part.value) else { continue }
            round += try elements(of: known, part.type, at: current.position)
        }
        var elements: [Value] = []
        elements.reserveCapacity(Int(array.length))
        while elements.count < Int(array.length) { elements += round }
        return elements
    }

    /// As bytes: an array may have more elements than analysis could keep values of.
    private func joinedContent(
        _ parts: [KnownArray], _ array: ArrayType
    ) throws(AnalysisStop) -> Content {
        let size = Int(types.layout(of: array.child)?.size ?? 0)
        let end = Int(array.length) * size
        try countContent(UInt64(end), at: current.position)
        var round = Content(bytes: [], alignment: types.layout(of: array.child)?.alignment ?? 1)
        for part in parts {
            let value = knownValue(part.value) ?? .undefined
            let piece = try self.content(of: value, part.value.type, at: current.position)
            round.append(piece, upTo: Int(part.type.length) * size)
        }
        try countAddresses(end / max(round.bytes.count, 1) * round.addresses.count, at: current.position)
        var content = round.repeated(until: end, room: size)
        guard array.sentinel != .none else { return content }
        let sentinel = try self.content(of: types.value(of: array.sentinel), array.child, at: current.position)
        content.append(sentinel, upTo: size)
        return content
    }
}

extension Content {
    /// This again and again until there are `end` bytes, a multiple of its own; with room for `room` more. What is
    /// shorter than a page is first made that long: a single byte is not appended millions of times.
    fileprivate func repeated(until end: Int, room: Int) -> Content {
        var piece = self
        while !piece.bytes.isEmpty && piece.bytes.count < 1 << 12 { piece.append(piece, upTo: piece.bytes.count) }
        var content = Content(bytes: [], alignment: alignment)
        content.bytes.reserveCapacity(end + room)
        while content.bytes.count < end {
            content.append(piece, upTo: min(piece.bytes.count, end - content.bytes.count))
        }
        return content
    }

    /// Appends the first `count` bytes of `piece`.
    fileprivate mutating func append(_ piece: Content, upTo count: Int) {
        let start = bytes.count
        bytes += piece.bytes.prefix(count)
        for address in piece.addresses where Int(address.offset) < count {
            addresses.append(Address(offset: UInt32(start) + address.offset, place: address.place))
        }
    }
}

// Pointers to values.
extension Analysis {
    /// `ref`: a pointer to a constant with the value of the operand.
    func analyzeRef() throws(AnalysisStop) -> TypedValue {
        let value = try value(0)
        guard value.known != nil else { return try referenceInFrame(to: value, at: operand(0).position) }
        return try reference(to: value)
    }

    private func reference(to value: TypedValue) throws(AnalysisStop) -> TypedValue {
        let type = try pointerType(PointerType(size: .one, isConst: true, child: value.type))
        guard let pointee = knownValue(value) else { throw failure("unable to resolve comptime value") }
        // What exists in analysis only is pointed at there only.
        guard types.isAvailableAtRunTime(value.type) else { return known(.pointee(pointee), type) }
        return known(.place(addConstant(try content(of: pointee, value.type, at: current.position))), type)
    }
}

// Elements and fields of values.
extension Analysis {
    /// `elemval`: of an array, or of what a pointer or slice leads to.
    func analyzeElementValue() throws(AnalysisStop) -> TypedValue {
        let value = try value(0)
        if let array = types.array(value.type) { return try element(of: value, array) }
        let pointer = try analyzeElementPointer()
        guard let type = types.pointer(pointer.type) else { throw expectedPointer(value.type, at: operand(0).position) }
        return try load(through: pointer, type.child, at: operand(0).position)
    }

    private func element(of value: TypedValue, _ array: ArrayType) throws(AnalysisStop) -> TypedValue {
        let index = try self.value(1, as: .usize)
        if index.isUndefined { throw undefinedUse(operand(1).position) }
        guard let known = knownValue(value) else {
            guard case .runTime(let address) = value.content else { return value }
            return try element(of: .runTime(address, value.type), at: index)
        }
        if let number = integer(index) { return try element(number, of: known, array) }
        return try elementAtRunTime(index, of: value, known)
    }

    private func element(
        _ number: Integer, of value: Value, _ array: ArrayType
    ) throws(AnalysisStop) -> TypedValue {
        guard let index = number.uint64, index < array.storedLength else {
            throw failure(operand(1).position, "index \(number) outside array of length \(array.length)")
        }
        if index == array.length { return known(types.value(of: array.sentinel), array.child) }
        if value == .undefined { return .known(.undefined, array.child) }
        if case .place(let place) = value {
            let pointer = try pointerType(PointerType(size: .one, isConst: true, child: array.child))
            let size = Int64(clamping: types.layout(of: array.child)?.size ?? 0)
            let offset = place.offset + Int64(clamping: index) * size
            let element = known(.place(Place(base: place.base, offset: offset)), pointer)
            return try load(through: element, array.child, at: operand(0).position)
        }
        return known(try elements(of: value, array, at: operand(0).position)[Int(index)], array.child)
    }

    /// An element whose number only run time knows: the array is storage, its own or a constant's.
    private func elementAtRunTime(
        _ index: TypedValue, of value: TypedValue, _ known: Value
    ) throws(AnalysisStop) -> TypedValue {
        try requireRunTime()
        if case .place = known { return try element(of: value, at: index) }
        let place = try constant(known, value.type, operand(0).position)
        return try element(of: self.known(.place(place), value.type), at: index)
    }

    /// The element at `index` of an array that stands where `array`, an address beside the array's type, says.
    private func element(of array: TypedValue, at index: TypedValue) throws(AnalysisStop) -> TypedValue {
        let type = try pointerType(PointerType(size: .one, isConst: true, child: array.type))
        let element = try elementPointer(to: TypedValue(type: type, content: array.content), index)
        guard let pointer = types.pointer(element.type) else { return element }
        return try load(through: element, pointer.child, at: operand(0).position)
    }
}
