import ZIR

// Reading through pointers, at comptime where the storage is constant.
extension Analysis {
    mutating func analyzeDeref() throws(AnalysisStop) -> TypedValue {
        let (pointer, type) = try pointerOperand()
        switch type.size {
        case .one, .c: return try load(through: pointer, type.child, at: operand(0).position)
        case .many:
            let message = "index syntax required for unknown-length pointer type '\(name(of: pointer.type))'"
            throw failure(operand(0).position, message)
        case .slice: throw expectedPointer(pointer.type, at: operand(0).position)
        }
    }

    /// What `pointer`, an operand at `position`, points at: a value of type `child`.
    mutating func load(
        through pointer: TypedValue, _ child: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> TypedValue {
        if let value = try knownContent(of: pointer, child, at: position) { return .known(value, child) }
        let shape = try runTimeShape(of: child, at: position)
        if let value = types.onlyValue(of: child) { return .known(value, child) }
        let address = try lower(pointer, at: position)
        return .runTime(try emit(.load, type: shape, a: address), child)
    }

    /// The value that is known to stand there; nil if only run time can tell.
    private mutating func knownContent(
        of pointer: TypedValue, _ child: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> Value? {
        switch pointer.known {
        case .place(let place):
            guard let content = try constantContent(of: place, at: position) else { return nil }
            return try read(child, from: content, at: place.offset, position)
        case .lengthPointer(let length):
            if child == .usize { return .integer(Integer(length)) }
            return try read(child, from: Content(length: length), at: 0, position)
        case .reference(let target):
            let interface = try interface(of: target, at: position)
            if interface.type == child { return interface.value }
            throw notBuilt(position, "reading '\(program.name(of: target))' as '\(name(of: child))' is")
        default: return nil
        }
    }

    /// The storage that `place` points into; nil if it may change, or is code.
    private mutating func constantContent(
        of place: Place, at position: Position
    ) throws(AnalysisStop) -> Content? {
        switch place.base {
        case .local(let index): return Int(index) < constants.count ? constants[Int(index)].content : nil
        case .declaration(let target):
            guard try interface(of: target, at: position).category == .constantStorage else { return nil }
            return try content(of: target, at: position)
        }
    }

    /// The value of `type` at `offset` of constant storage; nil if part of it is an address: run time knows it.
    private func read(
        _ type: TypeIndex, from content: Content, at offset: Int64, _ position: Position
    ) throws(AnalysisStop) -> Value? {
        if let value = types.onlyValue(of: type) { return value }
        guard let size = types.layout(of: type)?.size else { throw unavailable(type, at: position) }
        guard let range = content.range(at: offset, size: size) else {
            throw failure(position, "pointer is outside of its object")
        }
        if let address = content.address(at: range) {
            return address.offset == range.lowerBound && types.isAddress(type) ? .place(address.place) : nil
        }
        if let shape = types.integerShape(of: type) {
            let stored = Integer(littleEndian: content.bytes[range], isSigned: shape.isSigned)
            return .integer(stored.wrapped(to: shape))
        }
        if type == .bool { return .bool(content.bytes[range.lowerBound] & 1 == 1) }
        if types.isAddress(type) { return nil }
        throw notBuilt(position, "a value of type '\(name(of: type))' is")
    }
}

extension Content {
    /// The `size` bytes at `offset`; nil if they are not all inside.
    fileprivate func range(at offset: Int64, size: UInt64) -> Range<Int>? {
        let count = UInt64(bytes.count)
        guard let offset = UInt64(exactly: offset), offset <= count, size <= count - offset else { return nil }
        return Int(offset)..<Int(offset) + Int(size)
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
        if let shape = integerShape(of: index), shape.bits == 0 { return .integer(Integer(Int64(0))) }
        return nil
    }
}
