/// What an image must know of an executable to patch it. Holes are elsewhere: in a `HoleStore`.
public struct ImageState: Equatable, Sendable {
    /// All parts, by raw value of their number.
    public var sections: [SectionState]
    /// Bytes of the file.
    public var fileSize: UInt64
    /// Number of the first symbol that is not local.
    public var firstGlobal: SymbolIndex
    /// Address of the first instruction; 0: none.
    public var entry: UInt64
    /// 16 bytes.
    public var buildID: [UInt8]
    /// What it is made for.
    public var target: ImageTarget

    /// A state; an image checks it before it uses it.
    public init(
        sections: [SectionState], fileSize: UInt64, firstGlobal: SymbolIndex, entry: UInt64, buildID: [UInt8],
        target: ImageTarget = .x86_64
    ) {
        self.sections = sections
        self.fileSize = fileSize
        self.firstGlobal = firstGlobal
        self.entry = entry
        self.buildID = buildID
        self.target = target
    }

    /// The part that has the code.
    public var text: SectionState { sections[SectionID.text.index] }

    /// Bytes of the file that no part owns: places that parts have grown out of.
    public var wastedFileBytes: UInt64 {
        let owned = sections.reduce(0) { $0 &+ $1.fileRoom }
        return fileSize > owned ? fileSize - owned : 0
    }

    /// Bytes that the file would have, about, if it were made anew, of whose sections `free` bytes are holes.
    public func sizeAnew(free: UInt64) -> UInt64 {
        let parts = sections.filter { $0.id != .bss }
        let least = UInt64(parts.count) * SectionLayout.pageSize
        let size = parts.reduce(0) { $0 &+ $1.roomAnew }
        return max(size - min(size, free &+ free / 3), least)
    }
}
