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

    func isSound(_ page: TextPage) -> Bool {
        page.records.count == declarationsPerPage && page.file < fileLimit
            && page.records.allSatisfy { $0.offset.magnitude <= UInt32.max }
    }

    func isSound(_ page: StatePage) -> Bool {
        page.records.count == declarationsPerPage && page.records.allSatisfy(isSound)
    }

    private func isSound(_ record: StateRecord) -> Bool {
        guard (0...Liveness.rankLimit).contains(record.rank) else { return false }
        let counts = [record.passingUserCount, record.userRowCount]
        guard counts.allSatisfy({ $0 < declarationLimit }), isKnown(record.keeper), isKnown(record.compiledAfter) else {
            return false
        }
        return isKnown(record.users) && record.edges.allSatisfy { isKnown($0.target) }
            && record.link.map(isSound) ?? true
    }

    private func isSound(_ link: LinkRecord) -> Bool {
        guard let section = SectionID(rawValue: link.section), section.holdsBlocks, link.offset <= section.limit,
            link.room <= section.limit, link.size <= section.limit
        else { return false }
        return link.relocations.allSatisfy { UInt64($0.offset) < max(link.size, 1) && isKnown($0.target) }
    }
}
