import Cache
import CodeGen
import ELF
import Semantics

/// The code of an image's entries, where it was made.
struct PlacedCode: Sendable {
    let batches: [[GeneratedCode]]
    /// By entry.
    let places: [CodeTable.Place]

    /// That of an entry.
    subscript(entry: Int) -> GeneratedCode {
        @inline(__always) _read { yield batches[Int(places[entry].batch)][Int(places[entry].index)] }
    }
}

/// The code of declarations, and where it goes.
struct CodeBlocks: Sendable {
    let entries: [ImageEntry]
    /// By entry.
    let code: PlacedCode
    let entryNumbers: [UInt32]

    /// Fills in all blocks of a section. False if a field refers to what has no place.
    func fill(_ section: SectionID, _ memory: UnsafeMutableRawBufferPointer) -> Bool {
        for place in entries.indices where entries[place].section == section {
            guard write(place, memory, from: 0) else { return false }
        }
        return true
    }

    /// The bytes of a piece of the text, of which `content` has what is no block. Nil if a field refers to what has no
    /// place.
    func bytes(of piece: TextPiece, _ content: ImageContent) -> ArraySlice<UInt8>? {
        let entries = entries[piece.entries].filter { $0.section == .text }
        // The first and the last block may stand in the neighbouring pieces, too.
        let start = min(piece.range.lowerBound, entries.first?.start ?? .max)
        let end = max(piece.range.upperBound, entries.last?.end ?? 0)
        var bytes = content.text(start..<end)
        let isSound = bytes.withUnsafeMutableBytes { memory in
            piece.entries.allSatisfy { self.entries[$0].section != .text || write($0, memory, from: start) }
        }
        return isSound ? bytes[piece.range.lowerBound - start..<piece.range.upperBound - start] : nil
    }

    /// Copies code into its block and fills in the fields that depend on addresses. `memory` begins at offset `base` of
    /// the section.
    private func write(_ place: Int, _ memory: UnsafeMutableRawBufferPointer, from base: Int) -> Bool {
        let own = ProgramPlace(entries[place])
        let start = entries[place].start - base
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + Int(entries[place].size)])
        code[place].bytes.withUnsafeBytes { bytes.copyMemory(from: $0) }
        for relocation in code[place].relocations {
            guard let kind = Relocation.Kind(rawValue: relocation.kind) else { continue }
            var target = own
            if kind.needsTarget {
                guard let number = entryNumber(relocation.target) else { return false }
                target = ProgramPlace(entries[number])
            }
            guard let field = AddressField(relocation, kind, own: own, target: target) else { continue }
            field.store(in: bytes, at: Int(relocation.offset))
        }
        return true
    }

    /// The slot of `declaration`, if it has one.
    func slot(of declaration: DeclNumber) -> UInt32? { entryNumber(declaration).map { entries[$0].slot.rawValue } }

    /// Where `declaration` stands, if it has a place.
    func link(of declaration: DeclNumber) -> LinkRecord? {
        entryNumber(declaration).map { LinkRecord(entries[$0], code[$0]) }
    }

    /// The number of the entry of `declaration`, if it has one.
    private func entryNumber(_ declaration: DeclNumber) -> Int? {
        guard Int(declaration) < entryNumbers.count, entryNumbers[Int(declaration)] != 0 else { return nil }
        return Int(entryNumbers[Int(declaration)]) - 1
    }
}

extension LinkRecord {
    /// That of `code`, which was made anew and has the place of `entry`.
    init(_ entry: ImageEntry, _ code: GeneratedCode) {
        self.init(
            section: entry.section.rawValue, offset: entry.block.offset, room: entry.block.room, size: entry.size,
            codeHash: code.hash, symbol: entry.symbol.rawValue, relocations: code.relocations)
    }
}

extension ProgramPlace {
    fileprivate init(_ entry: ImageEntry) { self.init(slot: entry.slot, address: entry.block.address) }
}
