import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// What must hold of the executable: every field, slot and position holds what the cache says it should, every symbol
/// is somebody's, every byte of a section is owned once, and the headers are those of the sections.
struct ExecutableChecks {
    let built: ProgramSnapshot

    func run(_ differences: inout Differences) {
        guard checkHeaders(&differences) else { return }
        checkRuntime(&differences)
        for known in built.live { checkPlace(known, &differences) }
        checkFiles(&differences)
        SymbolChecks(built: built).run(&differences)
        RoomChecks(built: built, runtimeSize: UInt64(runtime.code.bytes.count)).run(&differences)
    }

    // MARK: - Headers

    /// Whether the sections are possible at all: else nothing can be looked at.
    private func checkHeaders(_ differences: inout Differences) -> Bool {
        let state = built.imageState
        if built.sections.count != SectionID.allCases.count {
            differences.addToCache(.headers, "has \(built.sections.count) sections")
        }
        do throws(ImageError) {
            try state.validate()
        } catch {
            differences.addToCache(.headers, "the places of the executable's sections cannot be: \(describe(error))")
            return false
        }
        for part in state.headerParts {
            let found = built.fileBytes(part.offset, UInt64(part.bytes.count)).map(Array.init) ?? []
            if found == part.bytes { continue }
            let place =
                zip(found, part.bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? found.count
            differences.addToExecutable(
                .headers, "the \(part.name) is not that of its sections from byte \(part.offset + UInt64(place)) on")
        }
        return true
    }

    private func describe(_ error: ImageError) -> String {
        if case .damaged(let damage) = error { "\(damage)" } else { "\(error)" }
    }

    // MARK: - The runtime

    private var runtime: Runtime { Runtime(entry: DeclIndex(built.meta.entry)) }

    private func checkRuntime(_ differences: inout Differences) {
        let runtime = runtime
        let bytes = runtime.bytes(entrySlot: SlotIndex(built[built.meta.entry]?.text.slot ?? 0))
        if built.bytes(.text, 0, UInt64(bytes.count)).map(Array.init) != bytes {
            differences.addToExecutable(.runtime, "zbuild's own code at the start of the text is not what it should be")
        }
        let handler = SectionID.text.address + UInt64(runtime.handler)
        let expected = [("null", 0, 0), ("panic handler's", 1, handler), ("panic sink's", 2, panicSink)]
        for (name, slot, address) in expected {
            let found = built.number(.slots, UInt64(slot) * SectionID.slots.unit, bytes: 8)
            guard found != address else { continue }
            differences.addToExecutable(
                .slot, "the \(name) slot holds \(hexadecimal(found ?? 0)) and not \(hexadecimal(address))")
        }
        let position = built.bytes(.positions, 0, UInt64(SlotIndex.reservedCount) * SectionID.positions.unit)
        if position?.contains(where: { $0 != 0 }) ?? true {
            differences.addToExecutable(.position, "the positions of slots that no declaration has are not zero")
        }
    }

    /// What gets the text of a panic: the function that the program exports for it, else zbuild's own.
    private var panicSink: UInt64 {
        let symbol = Array(KnownSymbol.panicSink.rawValue.utf8)
        let winner = built.exports.first {
            $0.symbol == symbol && $0.symbolIndex != 0 && $0.linkage != Linkage.Internal.rawValue
        }
        return winner.map { built.address($0.target) } ?? SectionID.text.address + UInt64(runtime.sink)
    }

    // MARK: - One declaration

    /// Slot, position and fields of one declaration hold what they should.
    private func checkPlace(_ known: ProgramSnapshot.Known, _ differences: inout Differences) {
        guard let link = known.state.link else {
            return differences.expect(
                known.text.slot == 0, .slot, known, "has slot \(known.text.slot) and no place in the executable")
        }
        let slot = UInt64(known.text.slot)
        guard slot >= UInt64(SlotIndex.reservedCount) else {
            return differences.add(.slot, known, "has a place in the executable and no slot")
        }
        let held = built.number(.slots, slot * SectionID.slots.unit, bytes: 8)
        differences.expect(
            held == link.address, .slot, known,
            "its slot holds \(hexadecimal(held ?? 0)), and it stands at \(hexadecimal(link.address))")
        checkPosition(known, slot * SectionID.positions.unit, &differences)
        for relocation in link.relocations { checkField(relocation, of: known, link, &differences) }
    }

    private func checkPosition(_ known: ProgramSnapshot.Known, _ entry: UInt64, _ differences: inout Differences) {
        let words = (0..<4).map { built.number(.positions, entry + $0 * 4, bytes: 4) }
        let path = words[0].flatMap(built.string)
        let name = words[1].flatMap(built.string)
        differences.expect(
            path == known.path, .position, known, "the table of positions says it is in '\(path ?? "nothing")'")
        differences.expect(
            name == known.name, .position, known, "the table of positions calls it '\(name ?? "nothing")'")
        differences.expect(
            words[2] == UInt64(known.line) && words[3] == UInt64(known.column), .position, known,
            "stands at \(known.line):\(known.column), and in the table of positions at "
                + "\(words[2] ?? 0):\(words[3] ?? 0)")
    }

    private func checkField(
        _ relocation: RelocationRecord, of known: ProgramSnapshot.Known, _ link: LinkRecord,
        _ differences: inout Differences
    ) {
        guard let kind = Relocation.Kind(rawValue: relocation.kind), let size = FieldMask.size(relocation) else {
            return differences.add(.relocations, known, "has a field of unknown kind \(relocation.kind)")
        }
        guard !kind.isPosition, let section = link.sectionID else { return }
        let offset = link.offset &+ UInt64(relocation.offset)
        guard let value = value(of: kind, relocation, known, at: section.address &+ offset) else {
            return differences.add(
                .field, known,
                "its field +\(relocation.offset) names \(built.name(relocation.target)), which has no place")
        }
        let expected = size == 4 ? value & 0xffff_ffff : value
        let found = built.number(section, offset, bytes: UInt64(size))
        differences.expect(
            found == expected, .field, known,
            "its field +\(relocation.offset) for \(targetName(kind, relocation)) holds \(describe(found)) "
                + "and not \(hexadecimal(expected))")
    }

    private func describe(_ found: UInt64?) -> String { found.map { hexadecimal($0) } ?? "nothing" }

    private func targetName(_ kind: Relocation.Kind, _ relocation: RelocationRecord) -> String {
        switch kind {
        case .panicSlotPC32: "the panic handler"
        case .ownSlot32: "its own slot"
        default: built.name(relocation.target)
        }
    }

    /// What a field at `here` holds; nil if its target is not in the executable.
    private func value(
        of kind: Relocation.Kind, _ relocation: RelocationRecord, _ known: ProgramSnapshot.Known, at here: UInt64
    ) -> UInt64? {
        let addend = UInt64(bitPattern: relocation.addend)
        let target = built[relocation.target]
        switch kind {
        case .slotPC32:
            guard let target, target.state.link != nil else { return nil }
            return SlotIndex(target.text.slot).address &+ addend &- here
        case .panicSlotPC32: return SlotIndex.panicHandler.address &+ addend &- here
        case .ownSlot32: return UInt64(known.text.slot) &+ addend
        case .absolute64: return target?.state.link.map { $0.address &+ addend }
        case .positionLine32, .positionColumn32: return nil
        }
    }

    // MARK: - Paths

    private func checkFiles(_ differences: inout Differences) {
        for file in built.files where file.pathName != 0 {
            let path = built.string(at: UInt64(file.pathName))
            if path != file.path {
                differences.addToExecutable(
                    .position, "'\(path ?? "nothing")' stands where the path '\(file.path)' should")
            }
        }
    }
}
