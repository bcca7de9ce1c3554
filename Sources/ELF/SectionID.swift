/// A part of the executable that has its own place in the file. Raw values are kept in the cache and never change.
public enum SectionID: UInt8, CaseIterable, Comparable, Sendable {
    /// The file's first page: ELF header, room of the stop script, program headers, build id. Not a section.
    case headers = 0
    /// The offset table: an address for each slot.
    case slots = 1
    /// The table of positions: where the declaration of each slot stands in the sources.
    case positions = 2
    /// The strings that positions point at.
    case names = 3
    /// Code.
    case text = 4
    /// Data that never changes.
    case rodata = 5
    /// Data that the program may change.
    case data = 6
    /// The same, zero at the start and without bytes in the file.
    case bss = 7
    /// Symbols.
    case symtab = 8
    /// Names of symbols.
    case strtab = 9
    /// Names of sections.
    case shstrtab = 10
    /// The table of section headers. Not a section.
    case sectionHeaders = 11

    /// How many there are.
    static let count = Int(sectionHeaders.rawValue) + 1

    /// Orders by raw value, which is also the order of the file and of memory.
    public static func < (a: SectionID, b: SectionID) -> Bool { a.rawValue < b.rawValue }

    /// Index in arrays that have an entry for each part.
    var index: Int { Int(rawValue) }

    /// Number of the section header; that of `headers` stands for the note in it.
    public var headerIndex: UInt16 { UInt16(rawValue) + 1 }

    /// Whether declarations own blocks in it.
    public var holdsBlocks: Bool { self >= .text && self <= .bss }

    /// Whether it is a section whose size changes.
    var grows: Bool { self >= .slots && self <= .strtab }

    /// Name in the table of section headers; that of `headers` is the note's.
    public var name: String {
        switch self {
        case .headers: ".note.gnu.build-id"
        case .slots: ".zbuild.slots"
        case .positions: ".zbuild.positions"
        case .names: ".zbuild.names"
        case .text: ".text"
        case .rodata: ".rodata"
        case .data: ".data"
        case .bss: ".bss"
        case .symtab: ".symtab"
        case .strtab: ".strtab"
        case .shstrtab: ".shstrtab"
        case .sectionHeaders: ""
        }
    }
}
