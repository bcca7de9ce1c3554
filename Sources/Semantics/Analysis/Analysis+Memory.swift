import ZIR

// Reading through pointers, at comptime where the storage is constant.
extension Analysis {
    func analyzeDeref() throws(AnalysisStop) -> TypedValue {
        let (pointer, type) = try pointerOperand()
        try requireSingle(pointer.type, type, at: operand(0).position)
        return try load(through: pointer, type.child, at: operand(0).position)
    }

    /// What `pointer`, an operand at `position`, points at: a value of type `child`.
    func load(
        through pointer: TypedValue, _ child: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue {
        if pointer.known != nil, let value = try knownContent(of: pointer, child, at: position) {
            return known(value, child)
        }
        let form = try runTimeForm(of: child, at: position)
        return try load(from: lower(pointer, at: position), child, form)
    }

    /// The value that is known to stand there; nil if only run time can tell.
    private func knownContent(
        of pointer: TypedValue, _ child: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> Value? {
        switch knownValue(pointer) {
        case .place(let place):
            guard let content = try constantContent(of: place, at: position) else { return nil }
            if types.array(child) != nil, types.onlyValue(of: child) == nil { return .place(place) }
            return try read(child, from: content, at: place.offset, position)
        case .lengthPointer(let length):
            if child == .usize { return .integer(Integer(length)) }
            return try read(child, from: Content(length: length), at: 0, position)
        case .reference(let target):
            let interface = try interface(of: target, at: position)
            return try knownContent(interface.value, interface.type, child, at: position)
        case .pointee(let value):
            guard let type = types.pointer(pointer.type)?.child else { return nil }
            return try knownContent(value, type, child, at: position)
        default: return nil
        }
    }

    /// The storage that `place` points into; nil if it may change, or is code.
    func constantContent(
        of place: Place, at position: Position
    ) throws(AnalysisStop) -> Content? {
        switch place.base {
        case .local(let index): return Int(index) < constants.count ? constants[Int(index)].content : nil
        case .declaration(let target):
            let interface = try interface(of: target, at: position)
            guard interface.category.hasConstantStorage(interface.type, types) else { return nil }
            return try content(of: target, at: position)
        }
    }

    /// The value of `type` at `offset` of constant storage; nil if part of it is an address: run time knows it.
    func read(
        _ type: TypeIndex, from content: Content, at offset: Int64, _ position: Position
    ) throws(AnalysisStop) -> Value? {
        if let value = types.onlyValue(of: type) { return value }
        guard let size = types.layout(of: type)?.size else { throw unavailable(type, at: position) }
        guard let range = content.range(at: offset, size: size) else {
            throw failure(position, "pointer is outside of its object")
        }
        if let slice = types.pointer(type), slice.size == .slice { return content.slice(at: range) }
        if let address = content.address(at: range) {
            return address.offset == range.lowerBound && types.isAddress(type) ? .place(address.place) : nil
        }
        if let shape = types.integerShape(of: type) {
            let stored = Integer(littleEndian: content.bytes(in: range), isSigned: shape.isSigned)
            return .integer(stored.wrapped(to: shape))
        }
        if type == .bool { return .bool(content.bytes(in: range).first.map { $0 & 1 == 1 } ?? false) }
        if types.isAddress(type) {
            let address = Integer(littleEndian: content.bytes(in: range), isSigned: false)
            return address == .zero ? nil : .integer(address)
        }
        throw notBuilt(position, "a value of type '\(name(of: type))' is")
    }

    /// `value`, one of `type`, read as one of `child`.
    private func knownContent(
        _ value: Value, _ type: TypeIndex, _ child: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> Value? {
        if type == child { return value }
        guard types.isAvailableAtRunTime(child) else { throw unavailable(child, at: position) }
        let content = try content(of: value, type, at: position)
        return try read(child, from: content, at: 0, position)
    }
}

extension Content {
    /// The `size` bytes at `offset`; nil if they are not all inside.
    func range(at offset: Int64, size: UInt64) -> Range<Int>? {
        let count = self.size
        guard let offset = UInt64(exactly: offset), offset <= count, size <= count - offset else { return nil }
        return Int(offset)..<Int(offset) + Int(size)
    }

    /// What stands in `range`, which is inside.
    func bytes(in range: Range<Int>) -> ArraySlice<UInt8> {
        if range.upperBound <= bytes.count { return bytes[range] }
        return bytes[min(range.lowerBound, bytes.count)...] + repeatElement(0, count: range.count)
    }

    /// The slice that stands in `range`; nil if its address is not that of a place.
    fileprivate func slice(at range: Range<Int>) -> Value? {
        guard let address = address(at: range), Int(address.offset) == range.lowerBound else { return nil }
        let length = bytes(in: range).dropFirst(8).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return .slice(address.place, length: length)
    }

    /// The first address that has bytes in `range`.
    fileprivate func address(at range: Range<Int>) -> Address? {
        addresses.first { Int($0.offset) < range.upperBound && Int($0.offset) + 8 > range.lowerBound }
    }
}

extension TypeTable {
    /// The value of a type that has one only, and so no bytes.
    func onlyValue(of index: TypeIndex) -> Value? {
        if index == .void { return .void }
        if let shape = integerShape(of: index), shape.bits == 0 { return .integer(.zero) }
        if let array = array(index), layout(of: index)?.size == 0 {
            // Its elements have no bytes either, so an undefined array is as good as any.
            return array.length == 0 ? .array([]) : .undefined
        }
        return nil
    }
}
