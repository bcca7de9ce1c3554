/// What never changes about a part of the executable: where it stands in memory and how it is divided.
///
/// All addresses are below 2 GiB, so that 32-bit displacements reach from everywhere to everywhere, and far apart, so
/// that a segment that grows moves in the file and never in memory.
struct SectionLayout: Sendable {
    /// Address of the first byte; 0: not in memory.
    let address: UInt64
    /// Bytes that it may have at most: for what is in memory the gap to the next.
    let limit: UInt64
    /// Offsets and rooms of all blocks and holes are multiples of this; for tables, bytes of an entry.
    var unit: UInt64
    /// What free bytes are. In code 0xCC, the instruction `int3`, which stops whoever jumps there.
    let fill: UInt8
    /// `PF_R`, ...; 0: no segment.
    let access: UInt32
    /// Type in its section header.
    let type: UInt32

    /// File offsets, room in the file and addresses are multiples of this.
    static let pageSize: UInt64 = 4096

    /// By raw value of `SectionID`.
    static let all: [SectionLayout] = [
        memory(0x0040_0000..<0x0040_1000, unit: 1, PF_R, type: SHT_NOTE),
        memory(0x0100_0000..<0x0400_0000, unit: 8, PF_R),
        memory(0x0400_0000..<0x0A00_0000, unit: 16, PF_R),
        memory(0x0A00_0000..<0x1000_0000, unit: 1, PF_R),
        memory(0x1000_0000..<0x4000_0000, unit: 16, fill: 0xCC, PF_R | PF_X),
        memory(0x4000_0000..<0x6000_0000, unit: 8, PF_R),
        memory(0x6000_0000..<0x7000_0000, unit: 8, PF_R | PF_W),
        memory(0x7000_0000..<0x8000_0000, unit: 8, PF_R | PF_W, type: SHT_NOBITS),
        file(unit: 24, SHT_SYMTAB),
        file(unit: 1, SHT_STRTAB),
        file(unit: 1, SHT_STRTAB),
        file(unit: 64, SHT_NULL),
    ]

    private static func memory(
        _ addresses: Range<UInt64>, unit: UInt64, fill: UInt8 = 0, _ access: UInt32, type: UInt32 = SHT_PROGBITS
    ) -> SectionLayout {
        SectionLayout(
            address: addresses.lowerBound, limit: addresses.upperBound - addresses.lowerBound, unit: unit, fill: fill,
            access: access, type: type)
    }

    // Names and indices of symbols have 32 bits.
    private static func file(unit: UInt64, _ type: UInt32) -> SectionLayout {
        SectionLayout(address: 0, limit: 0xFFFF_FFFF, unit: unit, fill: 0, access: 0, type: type)
    }
}

extension SectionID {
    /// What never changes about it.
    var layout: SectionLayout { SectionLayout.all[index] }

    /// The same in an executable of another format, where structures have other sizes.
    func layout(_ format: ELFFormat) -> SectionLayout {
        var layout = self.layout
        switch self {
        case .symtab: layout.unit = UInt64(Symbol.size(format))
        case .sectionHeaders: layout.unit = UInt64(SectionHeader.size(format))
        default: break
        }
        return layout
    }

    /// Address of its first byte; 0 for what is not in memory.
    public var address: UInt64 { layout.address }

    /// Bytes that it may have at most.
    public var limit: UInt64 { layout.limit }

    /// Bytes that offsets and rooms in it are multiples of, in a 64-bit executable.
    public var unit: UInt64 { layout.unit }

    /// What its free bytes are.
    public var fill: UInt8 { layout.fill }
}

extension UInt64 {
    /// The next multiple of `unit`. Nil if there is none in 64 bits.
    func rounded(upTo unit: UInt64) -> UInt64? {
        let rest = self % unit
        guard rest != 0 else { return self }
        let (sum, overflow) = addingReportingOverflow(unit - rest)
        return overflow ? nil : sum
    }
}
