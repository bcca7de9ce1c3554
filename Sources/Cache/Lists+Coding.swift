// The packed forms of lists that several tables hold; schema/README.md has their layout.

/// Appends ascending numbers, each relative to the one before it and the first relative to `base`.
func encodeNumbers(_ numbers: [DeclNumber], near base: DeclNumber, into writer: inout ByteWriter) {
    writer.append(atMost: ByteCursor.mostOfNumbers(numbers.count)) { $0.append(numbers, near: base) }
}

/// Reads what `encodeNumbers` wrote.
func decodeNumbers(near base: DeclNumber, from reader: inout ByteReader) throws(Malformed) -> [DeclNumber] {
    let count = try reader.count()
    var numbers: [DeclNumber] = []
    numbers.reserveCapacity(count)
    var previous = base
    for index in 0..<count {
        let number = try reader.number(near: previous)
        guard index == 0 || number > previous else { throw .order }
        numbers.append(number)
        previous = number
    }
    return numbers
}

/// Appends relocations; offsets are relative to the one before, targets to `base`.
func encodeRelocations(_ relocations: [RelocationRecord], near base: DeclNumber, into writer: inout ByteWriter) {
    writer.append(atMost: ByteCursor.mostOfRelocations(relocations.count)) { $0.append(relocations, near: base) }
}

/// Reads what `encodeRelocations` wrote.
func decodeRelocations(
    near base: DeclNumber, from reader: inout ByteReader
) throws(Malformed) -> [RelocationRecord] {
    let count = try reader.count()
    var relocations: [RelocationRecord] = []
    relocations.reserveCapacity(count)
    var previous: UInt32 = 0
    for _ in 0..<count {
        let offset = try reader.number(near: previous)
        relocations.append(
            RelocationRecord(
                offset: offset, kind: try reader.byte(), target: try reader.number(near: base),
                addend: try reader.zigzag()))
        previous = offset
    }
    return relocations
}

extension ByteCursor {
    /// Bytes of a list of so many numbers, at most.
    static func mostOfNumbers(_ count: Int) -> Int { mostOfNumber * (1 + count) }

    /// Bytes of a list of so many relocations, at most.
    static func mostOfRelocations(_ count: Int) -> Int { mostOfNumber + count * (1 + 3 * mostOfNumber) }

    /// What `encodeNumbers` appends.
    @inline(__always)
    mutating func append(_ numbers: some RandomAccessCollection<DeclNumber>, near base: DeclNumber) {
        append(varint: UInt64(numbers.count))
        var previous = base
        for number in numbers {
            append(number, near: previous)
            previous = number
        }
    }

    /// What `encodeRelocations` appends.
    @inline(__always)
    mutating func append(_ relocations: [RelocationRecord], near base: DeclNumber) {
        append(varint: UInt64(relocations.count))
        var previous: UInt32 = 0
        for place in relocations.indices {
            append(relocations[place].offset, near: previous)
            append(relocations[place].kind)
            append(relocations[place].target, near: base)
            append(zigzag: relocations[place].addend)
            previous = relocations[place].offset
        }
    }
}
