// The packed forms of lists that several tables hold; schema/README.md has their layout.

/// Appends ascending numbers, each relative to the one before it and the first relative to `base`.
func encodeNumbers(_ numbers: some Collection<DeclNumber>, near base: DeclNumber, into writer: inout ByteWriter) {
    writer.append(varint: UInt64(numbers.count))
    var previous = base
    for number in numbers {
        writer.append(number, near: previous)
        previous = number
    }
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
    writer.append(varint: UInt64(relocations.count))
    var previous: UInt32 = 0
    for relocation in relocations {
        writer.append(relocation.offset, near: previous)
        writer.append(relocation.kind)
        writer.append(relocation.target, near: base)
        writer.append(zigzag: relocation.addend)
        previous = relocation.offset
    }
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
