// Writing bytes and numbers into sections, and reading back what they hold by now.

extension Image {
    /// Writes `bytes` into a section, `offset` bytes from its start.
    public mutating func write(_ section: SectionID, at offset: UInt64, _ bytes: [UInt8]) throws(ImageError) {
        try write(section, at: offset, bytes.span)
    }

    /// Writes `bytes` into a section, `offset` bytes from its start.
    public mutating func write(_ section: SectionID, at offset: UInt64, _ bytes: Span<UInt8>) throws(ImageError) {
        try check(section, offset, UInt64(bytes.count))
        if isClean {
            sections[section.index].buffer.write(bytes, at: Int(offset))
        } else {
            sections[section.index].overlay.write(bytes, at: offset)
        }
    }

    /// Writes one number into a section, `offset` bytes from its start.
    public mutating func store(_ section: SectionID, at offset: UInt64, _ value: UInt32) throws(ImageError) {
        try storeNumber(section, at: offset, value)
    }

    /// Writes one number into a section, `offset` bytes from its start.
    public mutating func store(_ section: SectionID, at offset: UInt64, _ value: UInt64) throws(ImageError) {
        try storeNumber(section, at: offset, value)
    }

    mutating func storeNumber<Number: FixedWidthInteger & BitwiseCopyable>(
        _ section: SectionID, at offset: UInt64, _ value: Number
    ) throws(ImageError) {
        try check(section, offset, UInt64(MemoryLayout<Number>.size))
        // As the first byte of memory is the first of the file.
        let ordered = target.format.isLittleEndian ? value.littleEndian : value.bigEndian
        if isClean {
            sections[section.index].buffer.store(ordered, at: Int(offset))
        } else {
            let bytes = withUnsafeBytes(of: ordered, Array.init)
            sections[section.index].overlay.write(bytes.span, at: offset)
        }
    }

    /// What a section holds by now: what was written, else what the file has.
    public func bytes(_ section: SectionID, at offset: UInt64, count: UInt64) throws(ImageError) -> [UInt8] {
        try check(section, offset, count)
        let part = sections[section.index]
        if isClean { return part.buffer.read(Int(offset)..<Int(offset + count)) }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        if offset < part.originalSize, !part.overlay.covers(offset..<(offset + count)) {
            let known = Int(min(count, part.originalSize - offset))
            let old = try read(part.state.fileOffset + offset, known)
            guard old.count == known else { throw .damaged(.reading) }
            bytes.replaceSubrange(0..<known, with: old)
        }
        part.overlay.apply(to: &bytes, at: offset)
        return bytes
    }

    /// Fills bytes that nobody uses any more with what free room has.
    mutating func clear(_ section: SectionID, _ range: Range<UInt64>) throws(ImageError) {
        guard !range.isEmpty, sections[section.index].hasBytes else { return }
        try check(section, range.lowerBound, range.upperBound - range.lowerBound)
        if isClean {
            sections[section.index].buffer.clear(Int(range.lowerBound)..<Int(range.upperBound))
        } else {
            let fill = [UInt8](repeating: sections[section.index].layout.fill, count: range.count)
            sections[section.index].overlay.write(fill.span, at: range.lowerBound)
        }
    }

    /// Only what is in use may be touched.
    func check(_ section: SectionID, _ offset: UInt64, _ count: UInt64) throws(ImageError) {
        let size = sections[section.index].state.size
        guard section.grows, sections[section.index].hasBytes, offset <= size, count <= size - offset else {
            throw .outOfBounds(section, offset: offset, count: count)
        }
    }
}
