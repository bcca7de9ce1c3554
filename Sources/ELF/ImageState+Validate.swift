// Numbers that come out of a database are checked here, once, before anything relies on them.

extension ImageState {
    /// Checks everything that an image relies on, so that no number in it can lead outside of the file.
    public func validate() throws(ImageError) {
        guard fileSize < 1 << 48 else { throw .damaged(.fileSize) }
        guard sections.count == SectionID.count else { throw .damaged(.section(.headers)) }
        for (place, section) in sections.enumerated() where section.id.index != place || !isSound(section) {
            throw .damaged(.section(SectionID(rawValue: UInt8(place)) ?? .headers))
        }
        try validateOrder()
        let symbols = sections[SectionID.symtab.index].size / SectionID.symtab.layout(target.format).unit
        guard firstGlobal.rawValue >= 1, UInt64(firstGlobal.rawValue) <= symbols else { throw .damaged(.firstGlobal) }
        let text = sections[SectionID.text.index]
        guard entry == 0 || (entry >= text.id.address && entry - text.id.address < text.size) else {
            throw .damaged(.entry)
        }
        guard buildID.count == BuildIDNote.idSize else { throw .damaged(.buildID) }
    }

    private func isSound(_ section: SectionState) -> Bool {
        let layout = section.id.layout(target.format)
        let page = SectionLayout.pageSize
        let size = section.size
        guard size <= layout.limit, size % layout.unit == 0 else { return false }
        guard section.fileOffset % page == 0, section.fileRoom % page == 0 else { return false }
        guard section.fileOffset <= fileSize, section.fileRoom <= fileSize - section.fileOffset else { return false }
        let fits = size <= section.fileRoom
        switch section.id {
        case .headers: return section.fileOffset == 0 && section.fileRoom == page && size == page
        case .bss: return section.fileOffset == 0 && section.fileRoom == 0
        case .slots: return fits && size >= UInt64(SlotIndex.reservedCount) * layout.unit
        case .positions: return fits && size == 2 * sections[SectionID.slots.index].size
        case .symtab, .strtab: return fits && size >= layout.unit
        case .shstrtab: return fits && size == UInt64(HeaderTables.sectionNames.count)
        case .sectionHeaders: return fits && size == HeaderTables.sectionHeaderSize(target.format)
        default: return fits
        }
    }

    /// No two parts share a byte of the file.
    private func validateOrder() throws(ImageError) {
        var end: UInt64 = 0
        for section in sections.sorted(by: { $0.fileOffset < $1.fileOffset }) where section.fileRoom > 0 {
            guard section.fileOffset >= end else { throw .damaged(.section(section.id)) }
            end = section.fileOffset + section.fileRoom
        }
    }
}
