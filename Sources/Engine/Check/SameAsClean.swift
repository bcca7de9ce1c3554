import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// What an updated project must have in common with a clean build of the same sources: everything but numbers and
/// places. Names stand for numbers.
struct SameAsClean {
    private let built: ProgramSnapshot
    private let clean: ProgramSnapshot
    /// Machine code of the clean build, by its numbers.
    private let code: CodeTable
    private let pairs: DeclarationPairs
    private let interfaces: InterfaceReader

    init(_ built: ProgramSnapshot, _ build: CleanBuild) {
        self.built = built
        clean = build.snapshot
        code = build.update.code
        pairs = DeclarationPairs(built, clean)
        interfaces = InterfaceReader(built)
    }

    func run(_ differences: inout Differences) {
        comparePackages(&differences)
        for known in built.declarations {
            let other = pairs.clean(known.number)
            comparePresence(known, other, &differences)
            guard let other, known.text.isPresent, other.text.isPresent else { continue }
            compareText(known, other, &differences)
            guard known.state.isLive, other.state.isLive else { continue }
            compareAnalysis(known, other, &differences)
            compareEdges(known, other, &differences)
            compareLink(known, other, &differences)
        }
        for other in clean.declarations where other.text.isPresent && pairs.built(other.number) == nil {
            differences.add(.text, other, "is in the source file, and not in the cache")
        }
        compareExports(&differences)
    }

    private func comparePackages(_ differences: inout Differences) {
        let (mine, others) = (Set(built.packages.values.map(describe)), Set(clean.packages.values.map(describe)))
        for package in mine.subtracting(others).sorted() {
            differences.addToCache(.packages, "a clean build does not have \(package)")
        }
        for package in others.subtracting(mine).sorted() {
            differences.addToCache(.packages, "only a clean build has \(package)")
        }
    }

    private func describe(_ package: Package) -> String {
        let row = package.row
        let dependencies = row.dependencies.map { "\($0.name) in '\($0.folder)'" }.joined(separator: ", ")
        return "package '\(row.name)' in '\(row.folder)' with the root file '\(row.rootPath)' and [\(dependencies)]"
    }

    // MARK: - Text

    private func comparePresence(
        _ known: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known?, _ differences: inout Differences
    ) {
        let isPresent = other?.text.isPresent ?? false
        if known.text.isPresent != isPresent {
            let message = isPresent ? "is in the source file, and not in the cache" : "is in no source file"
            differences.add(.text, known, message)
        }
        let isLive = other?.state.isLive ?? false
        if known.state.isLive != isLive {
            let message =
                isLive ? "is not in the build, and is when built clean" : "is in the build, and not when built clean"
            differences.add(.life, known, message)
        }
    }

    private func compareText(
        _ known: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known, _ differences: inout Differences
    ) {
        let (text, cleanText) = (known.text, other.text)
        differences.expectSame(text.contentHash, cleanText.contentHash, .text, known, "text's hash")
        differences.expectSame(text.structureHash, cleanText.structureHash, .text, known, "parsed form's hash")
        differences.expectSame(text.opcode, cleanText.opcode, .text, known, "instruction's number")
        differences.expectSame(text.length, cleanText.length, .text, known, "length")
        differences.expectSame(known.offset, other.offset, .place, known, "offset in the file")
        differences.expect(
            known.line == other.line && known.column == other.column, .place, known,
            "it stands at \(known.line):\(known.column), built clean at \(other.line):\(other.column)")
    }

    // MARK: - Analysis

    private func compareAnalysis(
        _ known: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known, _ differences: inout Differences
    ) {
        let (state, cleanState) = (known.state, other.state)
        differences.expectSame(state.interfaceState, cleanState.interfaceState, .state, known, "interface")
        differences.expectSame(state.bodyState, cleanState.bodyState, .state, known, "body")
        differences.expectSame(hash: state.typeHash, cleanState.typeHash, .interface, known, "type's hash")
        differences.expectSame(hash: state.valueHash, cleanState.valueHash, .interface, known, "value's hash")
        differences.expectSame(hash: state.bodyHash, cleanState.bodyHash, .content, known, "content's hash")
        guard state.interfaceState == .done else { return }
        let stored = interfaces.hash(known)
        differences.expect(
            stored == cleanState.valueHash, .interface, known,
            "its stored interface \(interfaces.describe(known)) is not that of a clean build")
    }

    private func compareEdges(
        _ known: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known, _ differences: inout Differences
    ) {
        let (edges, cleanEdges) = (known.state.edges, other.state.edges)
        for (place, (edge, expected)) in zip(edges, cleanEdges).enumerated() {
            var translated = expected
            translated.target = pairs.built(expected.target)?.number ?? 0
            if edge == translated { continue }
            let (found, wanted) = (describe(edge, built), describe(expected, clean))
            return differences.add(.edges, known, "its edge \(place + 1) is \(found), built clean \(wanted)")
        }
        differences.expect(
            edges.count == cleanEdges.count, .edges, known,
            "it has \(edges.count) edges, built clean \(cleanEdges.count)")
    }

    private func describe(_ edge: EdgeRecord, _ snapshot: ProgramSnapshot) -> String {
        let asker = edge.isFromInterface ? "interface" : "body"
        return "'\(edge.kind) of \(snapshot.name(edge.target))' of the \(asker), seen \(hexadecimal(edge.seen))"
    }

    // MARK: - Machine code

    private func compareLink(
        _ known: ProgramSnapshot.Known, _ other: ProgramSnapshot.Known, _ differences: inout Differences
    ) {
        guard let link = known.state.link, let cleanLink = other.state.link else {
            let isLinked = known.state.link != nil
            let message = isLinked ? "has a place, and none when built clean" : "has no place, and one when built clean"
            return differences.expect(
                isLinked == (other.state.link != nil), .code, known, message)
        }
        differences.expectSame(link.section, cleanLink.section, .code, known, "section")
        differences.expectSame(link.size, cleanLink.size, .code, known, "size")
        compareRelocations(known, link, cleanLink, &differences)
        compareCodeHash(known, link, other, &differences)
        guard !built.executable.isEmpty, link.section == cleanLink.section, link.size == cleanLink.size else { return }
        compareCode(known, link, cleanLink, &differences)
    }

    private func compareRelocations(
        _ known: ProgramSnapshot.Known, _ link: LinkRecord, _ cleanLink: LinkRecord, _ differences: inout Differences
    ) {
        for (relocation, expected) in zip(link.relocations, cleanLink.relocations)
        where relocation != pairs.translate(expected) {
            let (found, wanted) = (describe(relocation, built), describe(expected, clean))
            return differences.add(.relocations, known, "it has the field \(found), built clean \(wanted)")
        }
        let (count, cleanCount) = (link.relocations.count, cleanLink.relocations.count)
        differences.expect(
            count == cleanCount, .relocations, known,
            "it has \(count) fields that depend on addresses, built clean \(cleanCount)")
    }

    private func describe(_ relocation: RelocationRecord, _ snapshot: ProgramSnapshot) -> String {
        let kind = Relocation.Kind(rawValue: relocation.kind).map { "\($0)" } ?? "kind \(relocation.kind)"
        return "+\(relocation.offset) \(kind) of \(snapshot.name(relocation.target)) + \(relocation.addend)"
    }

    /// The hash names numbers of this cache, so it is made anew from the code of the clean build.
    private func compareCodeHash(
        _ known: ProgramSnapshot.Known, _ link: LinkRecord, _ other: ProgramSnapshot.Known,
        _ differences: inout Differences
    ) {
        guard let generated = code[DeclIndex(other.number)] else { return }
        var bytes = Array(generated.bytes)
        FieldMask.clear(&bytes, generated.relocations, includingPositions: true)
        let machineCode = MachineCode(
            bytes: bytes, zeros: generated.zeros, alignment: generated.alignment, relocations: [])
        let expected = Update.codeHash(machineCode, generated.relocations.map(pairs.translate), generated.section)
        for (hash, what) in [(known.state.codeHash, "analysed"), (link.codeHash, "linked")] where hash != expected {
            differences.add(
                .code, known,
                "the hash of its \(what) code is \(hexadecimal(hash)), built clean \(hexadecimal(expected))")
        }
        differences.expect(
            link.address % UInt64(max(generated.alignment, 1)) == 0, .room, known,
            "stands at \(hexadecimal(link.address)), which is no multiple of \(generated.alignment)")
    }

    /// The bytes in the file, but for fields that depend on addresses.
    private func compareCode(
        _ known: ProgramSnapshot.Known, _ link: LinkRecord, _ cleanLink: LinkRecord, _ differences: inout Differences
    ) {
        guard let section = link.sectionID, section != .bss else { return }
        guard var mine = built.bytes(section, link.offset, link.size).map(Array.init),
            var other = clean.bytes(section, cleanLink.offset, cleanLink.size).map(Array.init)
        else { return differences.add(.code, known, "its bytes lie outside of the executable") }
        FieldMask.clear(&mine, cleanLink.relocations, includingPositions: false)
        FieldMask.clear(&other, cleanLink.relocations, includingPositions: false)
        guard let first = zip(mine, other).enumerated().first(where: { $0.element.0 != $0.element.1 }) else { return }
        let count = zip(mine, other).count { $0 != $1 }
        let (found, wanted) = (hexadecimalByte(first.element.0), hexadecimalByte(first.element.1))
        differences.add(
            .code, known,
            "\(count) of its \(mine.count) bytes \(count == 1 ? "differs" : "differ"), the first at +\(first.offset), "
                + "\(hexadecimal(link.address &+ UInt64(first.offset))): \(found), built clean \(wanted)")
    }

    // MARK: - Exports

    private func compareExports(_ differences: inout Differences) {
        let mine = Dictionary(built.exports.map { ($0.declaration, $0) }) { first, _ in first }
        var left = Set(mine.keys)
        for row in clean.exports {
            guard let known = pairs.built(row.declaration) else { continue }
            left.remove(known.number)
            guard let own = mine[known.number] else {
                differences.add(.exports, known, "its export of '\(text(row.symbol))' is not in the cache")
                continue
            }
            differences.expectSame(describe(own, built), describe(row, clean), .exports, known, "export")
        }
        for number in left.sorted() {
            let name = text(mine[number]?.symbol ?? [])
            if let known = built[number] {
                differences.add(.exports, known, "its export of '\(name)' is in the cache only")
            } else {
                differences.addToCache(.exports, "the export of '\(name)' belongs to no declaration")
            }
        }
        let (entry, cleanEntry) = (built.name(built.meta.entry), clean.name(clean.meta.entry))
        if entry != cleanEntry {
            differences.addToCache(.exports, "the entry point is \(entry), built clean \(cleanEntry)")
        }
        let (address, cleanAddress) = (built.meta.entryAddress, translate(clean.meta.entryAddress))
        if address != cleanAddress {
            differences.addToExecutable(
                .headers, "it begins at \(hexadecimal(address)), built clean at \(hexadecimal(cleanAddress))")
        }
    }

    /// An address of the clean executable as it is in this one. zbuild's own code is in the same place in both.
    private func translate(_ address: UInt64) -> UInt64 {
        for known in clean.live {
            if let link = known.state.link, link.address == address, let own = pairs.built(known.number) {
                return built.address(own.number)
            }
        }
        return address
    }

    private func describe(_ row: ExportRow, _ snapshot: ProgramSnapshot) -> String {
        let linkage = Linkage(rawValue: row.linkage).map { "\($0)" } ?? "linkage \(row.linkage)"
        let symbol = row.symbolIndex == 0 ? "without a symbol" : "with a symbol"
        return "'\(text(row.symbol))' of \(snapshot.name(row.target)), \(linkage), \(symbol)"
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Two hexadecimal digits.
func hexadecimalByte(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
