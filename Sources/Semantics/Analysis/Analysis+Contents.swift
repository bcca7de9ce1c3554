import ZIR

// Values as bytes: the content of constant storage and of static data.
extension Analysis {
    /// Bytes of the contents that the analysis of one declaration may make. A few words can ask for any number, and each
    /// is memory of zbuild's own; what a program is to have only when it runs is a `global` that begins as `undefined`.
    /// It is enough for 64 MiB that are joined from parts of their own.
    static let maximumContentBytes: UInt64 = 1 << 27

    /// Counts `size` bytes that are about to be made.
    func countContent(_ size: UInt64, at position: Position) throws(AnalysisStop) {
        contentBytes += size
        guard contentBytes <= Analysis.maximumContentBytes else {
            throw failure(position, "constants have more than 128 MiB")
        }
    }

    /// Counts addresses in such bytes, each of which takes memory of its own.
    func countAddresses(_ count: Int, at position: Position) throws(AnalysisStop) {
        try countContent(UInt64(count) * UInt64(MemoryLayout<Content.Address>.stride), at: position)
    }

    /// The bytes of `value`, one of `type`, and the addresses in it; an error at `position` if it has no form in memory.
    func content(
        of value: Value, _ type: TypeIndex, at position: Position
    ) throws(AnalysisStop) -> Content {
        guard types.isAvailableAtRunTime(type), let layout = types.layout(of: type) else {
            throw unavailable(type, at: position)
        }
        try countContent(layout.size, at: position)
        var content = Content(bytes: Array(repeating: 0, count: Int(layout.size)), alignment: layout.alignment)
        try write(value, type, at: 0, into: &content, position)
        return content
    }

    /// Writes `value` to the bytes at `offset`, which are there and zero. What is undefined stays so.
    private func write(
        _ value: Value, _ type: TypeIndex, at offset: Int, into content: inout Content, _ position: Position
    ) throws(AnalysisStop) {
        switch value {
        case .void, .undefined: return
        case .bool(let isTrue): content.bytes[offset] = isTrue ? 1 : 0
        case .integer(let number): content.write(number, size: size(of: type), at: offset)
        case .array(let elements): try write(elements, type, at: offset, into: &content, position)
        case .place(let place):
            if types.array(type) != nil { return try copy(place, type, to: offset, of: &content, position) }
            content.point(at: place, from: offset)
        case .slice(let place, let length):
            content.point(at: place, from: offset)
            content.write(Integer(length), size: 8, at: offset + 8)
        case .lengthPointer(let length):
            let place = try storage(.integer(Integer(length)), .usize, for: nil, in: &content, position)
            content.point(at: place, from: offset)
        case .reference(let target):
            let interface = try interface(of: target, at: position)
            let place = try storage(interface.value, interface.type, for: target, in: &content, position)
            content.point(at: place, from: offset)
        case .type, .null, .pointee: throw unavailable(type, at: position)
        }
    }

    private func write(
        _ elements: [Value], _ type: TypeIndex, at offset: Int, into content: inout Content, _ position: Position
    ) throws(AnalysisStop) {
        guard let array = types.array(type) else { return }
        let size = size(of: array.child)
        for (index, element) in elements.enumerated() {
            try write(element, array.child, at: offset + index * size, into: &content, position)
        }
        guard array.sentinel != .none else { return }
        let sentinel = types.value(of: array.sentinel)
        try write(sentinel, array.child, at: offset + elements.count * size, into: &content, position)
    }

    /// Copies the array at `place`, which is in constant storage.
    private func copy(
        _ place: Place, _ type: TypeIndex, to offset: Int, of content: inout Content, _ position: Position
    ) throws(AnalysisStop) {
        guard let source = try constantContent(of: place, at: position),
            let range = source.range(at: place.offset, size: UInt64(size(of: type)))
        else { throw failure(position, "pointer is outside of its object") }
        content.bytes.replaceSubrange(offset..<offset + range.count, with: source.bytes(in: range))
        for address in source.addresses where range.contains(Int(address.offset)) {
            content.point(at: address.place, from: offset + Int(address.offset) - range.lowerBound)
        }
    }

    /// Storage for the value of something that has none of its own, the declaration `target` or nobody: in a body a
    /// constant of that, in a declaration room behind its own content.
    private func storage(
        _ value: Value, _ type: TypeIndex, for target: DeclIndex?, in content: inout Content, _ position: Position
    ) throws(AnalysisStop) -> Place {
        if function != nil { return try constant(value, type, for: target, position) }
        guard types.isAvailableAtRunTime(type), let layout = types.layout(of: type) else {
            throw unavailable(type, at: position)
        }
        let offset = (content.bytes.count + Int(layout.alignment) - 1) & ~(Int(layout.alignment) - 1)
        guard UInt64(offset) + layout.size <= TypeTable.maximumObjectBytes else {
            throw failure(position, "object has more than 2 GiB")
        }
        let padding = offset - content.bytes.count + Int(layout.size)
        try countContent(UInt64(padding), at: position)
        content.bytes.append(contentsOf: repeatElement(0, count: padding))
        content.alignment = max(content.alignment, layout.alignment)
        try write(value, type, at: offset, into: &content, position)
        return Place(base: .declaration(declaration), offset: Int64(offset))
    }

    /// A constant of the body with this value: the same each time for a `target`.
    func constant(
        _ value: Value, _ type: TypeIndex, for target: DeclIndex? = nil, _ position: Position
    ) throws(AnalysisStop) -> Place {
        if let target, let known = copies[target] { return known }
        let place = addConstant(try content(of: value, type, at: position))
        if let target { copies[target] = place }
        return place
    }

    private func size(of type: TypeIndex) -> Int { Int(types.layout(of: type)?.size ?? 0) }
}

extension Content {
    /// Writes the low `size` bytes of the two's complement of `number` to `offset`.
    mutating func write(_ number: Integer, size: Int, at offset: Int) {
        if size <= 8 {
            let bits = number.lowBits
            for index in 0..<size { bytes[offset + index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)) }
            return
        }
        let digits = number.minimalBytes
        for index in 0..<size {
            bytes[offset + index] = index < digits.count ? digits[index] : number.isNegative ? 0xff : 0
        }
    }

    /// Makes the word at `offset` the address of `place`.
    fileprivate mutating func point(at place: Place, from offset: Int) {
        guard let offset = UInt32(exactly: offset) else { return }
        addresses.append(Address(offset: offset, place: place))
    }
}

extension TypeTable {
    /// The parts of an array type; nil for any other.
    func array(_ index: TypeIndex) -> ArrayType? {
        if case .array(let array) = self[index] { array } else { nil }
    }
}
