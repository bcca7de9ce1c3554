/// All that a clean image has of one declaration: a slot and a position, a name, a local symbol, and a block.
///
/// Its slot, its symbol and their name follow those of the declaration before. So adding a declaration is adding to a few
/// numbers; what the tables hold of it is filled in when everything has its place, by whatever thread.
public struct ImageEntry: Sendable {
    /// Its slot in the offset table.
    public let slot: SlotIndex
    /// Its symbol.
    public let symbol: SymbolIndex
    /// The section of its block.
    public let section: SectionID
    /// Its block, whose content the caller fills in: sections that hold blocks have less than 4 GiB.
    private let blockOffset, blockRoom, blockSize: UInt32
    /// Where it stands in the sources.
    let position: SlotPosition
    /// Where the name of its symbol stands.
    let symbolName: UInt32
    /// Bytes of its name.
    let nameSize: UInt32

    init(
        slot: SlotIndex, symbol: SymbolIndex, block: Block, size: UInt64, position: SlotPosition, symbolName: UInt64,
        nameSize: Int
    ) {
        self.slot = slot
        self.symbol = symbol
        section = block.section
        blockOffset = UInt32(truncatingIfNeeded: block.offset)
        blockRoom = UInt32(truncatingIfNeeded: block.room)
        blockSize = UInt32(truncatingIfNeeded: size)
        self.position = position
        self.symbolName = UInt32(truncatingIfNeeded: symbolName)
        self.nameSize = UInt32(truncatingIfNeeded: nameSize)
    }

    /// Its block, whose content the caller fills in.
    public var block: Block { Block(section: section, offset: UInt64(blockOffset), room: UInt64(blockRoom)) }

    /// Bytes of the block that it uses.
    public var size: UInt64 { UInt64(blockSize) }

    /// What its symbol stands for.
    var kind: Symbol.Kind { section == .text ? .function : .object }
}

/// What a clean image is told of a declaration.
public struct NewDeclaration {
    /// Address of the path of its file in the table of names.
    public var path: UInt32
    /// One-based.
    public var line: UInt32
    /// One-based, in bytes.
    public var column: UInt32
    /// Where its block belongs.
    public var section: SectionID
    /// Bytes of its block that it uses.
    public var size: UInt64
    /// Of its block, a power of two.
    public var alignment: UInt64

    /// A declaration.
    public init(path: UInt32, line: UInt32, column: UInt32, section: SectionID, size: UInt64, alignment: UInt64) {
        self.path = path
        self.line = line
        self.column = column
        self.section = section
        self.size = size
        self.alignment = alignment
    }
}

extension Image {
    /// Adds a declaration to a clean image that has no global symbol yet. Its qualified name is `prefix` and `name`,
    /// without NUL.
    public mutating func add(
        _ declaration: NewDeclaration, prefix: borrowing [UInt8], name: UnsafeRawBufferPointer
    ) throws(ImageError) {
        let format = target.format
        let hasGlobals = firstGlobal.offset(format) != size(of: .symtab)
        precondition(isClean && !hasGlobals, "declarations come before global symbols")
        let nameSize = prefix.count + name.count
        var parts = sections.mutableSpan
        let slotOffset = try parts[SectionID.slots.index].append(SectionID.slots.unit)
        _ = try parts[SectionID.positions.index].append(SectionID.positions.unit)
        let nameOffset = try parts[SectionID.names.index].append(UInt64(nameSize) + 1)
        parts[SectionID.names.index].buffer.write(prefix.span, name.bytes, at: Int(nameOffset))
        let symbolName = try parts[SectionID.strtab.index].append(UInt64(nameSize) + 1)
        _ = try parts[SectionID.symtab.index].append(UInt64(Symbol.size(format)))
        let block = try allocate(declaration.section, size: declaration.size, alignment: declaration.alignment)
        entries.append(
            ImageEntry(
                slot: SlotIndex(UInt32(truncatingIfNeeded: slotOffset / SectionID.slots.unit)), symbol: firstGlobal,
                block: block, size: declaration.size,
                position: SlotPosition(
                    path: declaration.path, name: UInt32(truncatingIfNeeded: SectionID.names.address + nameOffset),
                    line: declaration.line, column: declaration.column),
                symbolName: symbolName, nameSize: nameSize))
        firstGlobal.rawValue += 1
    }

    /// Makes room ahead for so many declarations.
    public mutating func reserve(declarations count: Int) { entries.reserveCapacity(count) }
}

extension ImageSection {
    /// Takes `count` bytes at the end, of a clean image and where entries are not aligned. Gives their offset.
    @inline(__always)
    fileprivate mutating func append(_ count: UInt64) throws(ImageError) -> UInt64 {
        let offset = state.size
        guard count <= layout.limit - offset else { throw .sectionFull(state.id, needed: offset + count) }
        state.size = offset + count
        return offset
    }
}
