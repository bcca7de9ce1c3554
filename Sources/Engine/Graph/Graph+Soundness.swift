import Cache
import ELF
import Semantics

/// What is believed of a page that was read: its checksum says that nobody damaged it, not that zbuild wrote it. All
/// numbers that lead somewhere are looked at here, so that nobody else has to.
extension Graph {
    /// Whether all of these, which ascend, are numbers of declarations.
    func isKnown(_ numbers: some BidirectionalCollection<DeclNumber>) -> Bool { numbers.last.map(isKnown) ?? true }

    /// Whether it is the number of a declaration, or 0 for nobody.
    func isKnown(_ number: DeclNumber) -> Bool { number < declarationLimit }

    /// Above all numbers of declarations.
    private var declarationLimit: UInt64 { UInt64(pageCount) * UInt64(declarationsPerPage) }

    /// The texts of a page that belongs to `file`.
    func isSound(_ records: UnsafeMutableBufferPointer<TextRecord>, of file: FileNumber) -> Bool {
        file < fileLimit && records.indices.allSatisfy { records[$0].offset.magnitude <= UInt32.max }
    }

    /// What a page says was found out. By place: elements would be copied, and references to their arrays counted.
    func isSound(_ records: UnsafeMutableBufferPointer<StateRecord>) -> Bool {
        records.indices.allSatisfy { place in
            (0...Liveness.rankLimit).contains(records[place].rank)
                && records[place].passingUserCount < declarationLimit && records[place].userRowCount < declarationLimit
                && isKnown(records[place].keeper) && isKnown(records[place].compiledAfter)
                && isKnown(records[place].users) && records[place].edges.allSatisfy { isKnown($0.target) }
                && records[place].link.map(isSound) ?? true
        }
    }

    private func isSound(_ link: LinkRecord) -> Bool {
        guard let section = SectionID(rawValue: link.section), section.holdsBlocks, link.offset <= section.limit,
            link.room <= section.limit, link.size <= section.limit
        else { return false }
        return link.relocations.allSatisfy { UInt64($0.offset) < max(link.size, 1) && isKnown($0.target) }
    }
}
