/// An executable in the making: what stands where in its sections, and what must be written for that.
///
/// A clean image begins empty, keeps its sections in memory and places blocks one after another, in the order in which
/// they are asked for. An incremental one begins with the state of a file, takes room out of the holes that others have
/// left, and collects what changes. `finish` gives the bytes and steps for either. The image reads and writes no file
/// by itself; it asks `read` for the few bytes that it must know: names and symbols that are taken out or moved.
///
/// What holds between any two calls: each byte of a section is owned once, by a block, by an entry or by a hole; holes
/// do not touch; none is the last of its section; the symbols before `firstGlobal` are the local ones.
public struct Image {
    var sections: [ImageSection]
    /// Declarations of a clean image.
    public internal(set) var entries: [ImageEntry] = []
    let holes: any HoleStore
    let read: ImageReader
    /// The state of the file that is patched; nil for a clean image.
    let original: ImageState?
    /// What it is made for.
    public let target: ImageTarget
    /// Whether it began empty.
    public let isClean: Bool
    /// Number of the first symbol that is not local.
    public internal(set) var firstGlobal: SymbolIndex
    /// Address of the first instruction; 0: none.
    public var entry: UInt64

    /// An empty image. Gaps that alignment leaves become holes in `holes`, which must be empty.
    public init(holes: any HoleStore = MemoryHoleStore(), target: ImageTarget = .x86_64) {
        self.holes = holes
        self.target = target
        read = { (_, _) throws(ImageError) in throw .damaged(.reading) }
        original = nil
        isClean = true
        firstGlobal = SymbolIndex(1)
        entry = 0
        sections = SectionID.allCases.map { ImageSection(Self.emptyState($0, target.format), target.format) }
    }

    /// The executable of `state`, of which `holes` has the free room, to be patched.
    public init(_ state: ImageState, holes: any HoleStore, read: @escaping ImageReader) throws(ImageError) {
        try state.validate()
        self.holes = holes
        self.read = read
        original = state
        target = state.target
        isClean = false
        firstGlobal = state.firstGlobal
        entry = state.entry
        sections = state.sections.map { ImageSection($0, state.target.format) }
    }

    /// Sizes of what an empty image has: the reserved slots, the null symbol, the empty string.
    private static func emptyState(_ id: SectionID, _ format: ELFFormat) -> SectionState {
        let size: UInt64 =
            switch id {
            case .headers: SectionLayout.pageSize
            case .slots: SlotIndex(SlotIndex.reservedCount).offset
            case .positions: SlotIndex(SlotIndex.reservedCount).positionOffset
            case .symtab: SymbolIndex(1).offset(format)
            case .strtab: 1
            case .shstrtab: UInt64(HeaderTables.sectionNames.count)
            case .sectionHeaders: HeaderTables.sectionHeaderSize(format)
            default: 0
            }
        return SectionState(id: id, fileOffset: 0, fileRoom: 0, size: size)
    }

    /// Whether there is anything to write.
    public var hasChanges: Bool {
        guard let original else { return true }
        let isTouched = sections.contains { $0.state.size != $0.originalSize || !$0.overlay.isEmpty }
        return isTouched || entry != original.entry || firstGlobal != original.firstGlobal
    }

    /// Bytes in use from the start of a section, holes included.
    public func size(of section: SectionID) -> UInt64 { sections[section.index].state.size }

    /// Address of a byte of a section; 0 for sections that are not in memory.
    public func address(_ section: SectionID, _ offset: UInt64) -> UInt64 {
        section.address == 0 ? 0 : section.address &+ offset
    }
}
