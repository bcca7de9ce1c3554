import Cache
import ELF

/// What an updated project must have in common with a clean build of the same sources: everything but where it stands.
final class SameAsClean {
    let updated: ProgramSnapshot
    let clean: ProgramSnapshot
    private var differences: [String] = []

    private init(_ updated: ProgramSnapshot, _ clean: ProgramSnapshot) {
        self.updated = updated
        self.clean = clean
    }

    /// All that differs, by qualified name.
    static func differences(_ updated: ProgramSnapshot, _ clean: ProgramSnapshot) -> [String] {
        let comparison = SameAsClean(updated, clean)
        comparison.compare()
        return comparison.differences
    }

    private func compare() {
        let ours = Dictionary(updated.live.map { ($0.name, $0) }) { first, _ in first }
        let theirs = Dictionary(clean.live.map { ($0.name, $0) }) { first, _ in first }
        for name in Set(ours.keys).symmetricDifference(theirs.keys).sorted() {
            differences.append("\(name) is live only \(ours[name] == nil ? "when built clean" : "after the update")")
        }
        for (name, mine) in ours.sorted(by: { $0.key < $1.key }) {
            guard let other = theirs[name] else { continue }
            compare(mine, other)
        }
        expect(exports(updated) == exports(clean), "exports", exports(updated), exports(clean))
        expect(
            updated.name(updated.meta.entry) == clean.name(clean.meta.entry), "entry", updated.name(updated.meta.entry),
            clean.name(clean.meta.entry))
    }

    private func expect<Value>(
        _ isSame: Bool, _ what: String, _ mine: @autoclosure () -> Value, _ other: @autoclosure () -> Value
    ) {
        if !isSame { differences.append("\(what): \(mine()) after the update, \(other()) when built clean") }
    }

    private func expectSame<Value: Equatable>(_ what: String, _ mine: Value, _ other: Value) {
        expect(mine == other, what, mine, other)
    }

    private func compare(_ mine: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known) {
        let name = mine.name
        expectSame("\(name): content hash", mine.text.contentHash, other.text.contentHash)
        expectSame("\(name): structure hash", mine.text.structureHash, other.text.structureHash)
        expectSame("\(name): position", [mine.line, mine.column], [other.line, other.column])
        expectSame("\(name): length", mine.text.length, other.text.length)
        expectSame("\(name): type hash", mine.state.typeHash, other.state.typeHash)
        expectSame("\(name): value hash", mine.state.valueHash, other.state.valueHash)
        expectSame("\(name): body state", mine.state.bodyState, other.state.bodyState)
        expectSame("\(name): edges", edges(mine.state, updated), edges(other.state, clean))
        expectSame("\(name): edges in effect", mine.state.edgesInEffect, other.state.edgesInEffect)
        compareCode(mine, other)
    }

    private func edges(_ state: StateRecord, _ snapshot: ProgramSnapshot) -> [String] {
        state.edges.map { edge in
            "\(snapshot.name(edge.target)) \(edge.kind) \(edge.isFromInterface ? "interface" : "body") \(edge.seen)"
        }
    }

    private func exports(_ snapshot: ProgramSnapshot) -> [String] {
        snapshot.exports.map { export in
            "\(snapshot.name(export.declaration)) \(String(decoding: export.symbol, as: UTF8.self)) "
                + "\(snapshot.name(export.target)) \(export.linkage) \(export.symbolIndex != 0)"
        }.sorted()
    }

    // MARK: - Machine code

    private func compareCode(_ mine: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known) {
        guard let ours = mine.state.link, let theirs = other.state.link else {
            return expectSame("\(mine.name): linked", mine.state.link != nil, other.state.link != nil)
        }
        expectSame("\(mine.name): section", ours.section, theirs.section)
        expectSame("\(mine.name): size", ours.size, theirs.size)
        expectSame(
            "\(mine.name): relocations", relocations(ours, updated), relocations(theirs, clean))
        expectSame("\(mine.name): machine code", code(ours, updated), code(theirs, clean))
    }

    private func relocations(_ link: LinkRecord, _ snapshot: ProgramSnapshot) -> [String] {
        link.relocations.map { "\($0.offset) \($0.kind) \(snapshot.name($0.target)) \($0.addend)" }
    }

    /// The bytes in the file, with the fields that depend on addresses zero.
    private func code(_ link: LinkRecord, _ snapshot: ProgramSnapshot) -> [UInt8]? {
        guard let section = SectionID(rawValue: link.section),
            var bytes = snapshot.bytes(section, link.offset, link.size)
        else { return nil }
        for relocation in link.relocations where FieldKind.isAddress(relocation.kind) {
            let start = Int(relocation.offset)
            let end = start + FieldKind.size(relocation.kind)
            guard end <= bytes.count else { return nil }
            for index in start..<end { bytes[index] = 0 }
        }
        return bytes
    }
}
