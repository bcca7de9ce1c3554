import Testing

@testable import ELF

/// Blocks, slots, strings and symbols: each rule for itself.
@Suite struct ImageTests {
    // MARK: - Blocks

    /// Section, size, alignment, and the room that follows from them.
    static let rooms: [(SectionID, UInt64, UInt64, UInt64)] = [
        (.text, 30, 1, 48), (.text, 1, 1, 16), (.text, 0, 1, 16), (.text, 48, 64, 64), (.rodata, 14, 1, 24),
        (.rodata, 8, 8, 16), (.data, 3, 1, 8), (.data, 100, 4096, 192), (.bss, 100, 1, 136),
    ]

    @Test(arguments: rooms)
    func blocksHaveSlack(_ section: SectionID, _ size: UInt64, _ alignment: UInt64, _ room: UInt64) throws {
        var image = Image()
        let block = try image.allocate(section, size: size, alignment: alignment)
        #expect(block == Block(section: section, offset: 0, room: room))
        #expect(image.size(of: section) == room)
    }

    @Test func alignmentIsThatOfTheAddress() throws {
        var image = Image()
        for alignment in [1, 16, 4096, 1 << 16, 1 << 25] as [UInt64] {
            let block = try image.allocate(.data, size: 8, alignment: alignment)
            #expect(block.address % alignment == 0)
            #expect(image.address(.data, block.offset) == block.address)
        }
    }

    @Test func whatCannotBeIsAnError() throws {
        var image = Image()
        for alignment in [0, 3, 1 << 40] as [UInt64] {
            #expect(throws: ImageError.self) { try image.allocate(.text, size: 1, alignment: alignment) }
        }
        for size in [1 << 30, 1 << 62, .max] as [UInt64] {
            #expect(throws: ImageError.self) { try image.allocate(.text, size: size) }
            #expect(throws: ImageError.self) { try image.allocate(.bss, size: size) }
        }
        #expect(throws: ImageError.self) { try image.allocate(.symtab, size: 1) }
        #expect(throws: ImageError.self) { try image.write(.text, at: 0, [1]) }
        #expect(throws: ImageError.self) { try image.write(.headers, at: 0, [1]) }
        #expect(throws: ImageError.self) { try image.write(.text, at: .max, [1]) }
        #expect(throws: ImageError.self) { try image.store(.slots, at: 20, UInt64(1)) }
        #expect(throws: ImageError.self) { try image.setSlot(SlotIndex(3), 1) }
        #expect(throws: ImageError.self) { try image.freeSlot(.panicHandler) }
        #expect(throws: ImageError.self) { try image.addName([1, 0, 2]) }
        #expect(throws: ImageError.self) { try image.removeName(5) }
        #expect(throws: ImageError.self) { try image.removeLocalSymbol(.none) }
        #expect(throws: ImageError.self) { try image.removeGlobalSymbol(SymbolIndex(1)) }
        #expect(throws: ImageError.self) { try image.free(Block(section: .text, offset: .max, room: 16), used: 1) }
        #expect(throws: ImageError.self) { try image.free(Block(section: .text, offset: 0, room: .max), used: 1) }
        let block = try image.allocate(.bss, size: 8)
        #expect(throws: ImageError.self) { try image.write(.bss, at: block.offset, [1]) }
    }

    /// Three blocks of 32 bytes in `.text`, the rest as the case says.
    private static func threeBlocks() throws -> (file: TestFile, blocks: [Block]) {
        var blocks: [Block] = []
        let file = try TestFile { image in
            for _ in 0..<3 {
                let block = try image.allocate(.text, size: 24)
                try image.write(.text, at: block.offset, [UInt8](repeating: 0x90, count: 24))
                blocks.append(block)
            }
        }
        return (file, blocks)
    }

    @Test func resizingTellsWhatItDid() throws {
        var (file, blocks) = try Self.threeBlocks()
        try file.update { image in
            // Within its room.
            let same = try image.resize(blocks[0], used: 24, to: 32)
            #expect(same == ResizedBlock(block: blocks[0], outcome: .inPlace))
            // The last one: beyond the end.
            let last = try image.resize(blocks[2], used: 24, to: 60)
            #expect(last.outcome == .grewInPlace)
            #expect(last.block == Block(section: .text, offset: 64, room: 80))
            // The one in the middle: elsewhere, and its place is free.
            let moved = try image.resize(blocks[1], used: 24, to: 40)
            #expect(moved.block == Block(section: .text, offset: 144, room: 64))
            #expect(moved.outcome == .moved(from: blocks[1].address, to: moved.block.address))
            // Into the hole that follows, all of it if the slack does not fit.
            let grown = try image.resize(blocks[0], used: 32, to: 50)
            #expect(grown == ResizedBlock(block: Block(section: .text, offset: 0, room: 64), outcome: .grewInPlace))
        }
        #expect(file.holes.holes(.text) == [])
        #expect(file.content(.text).dropFirst(32).prefix(32).allSatisfy { $0 == 0xCC })
    }

    @Test func anotherAlignmentMayMoveABlock() throws {
        var (file, blocks) = try Self.threeBlocks()
        try file.update { image in
            let resized = try image.resize(blocks[1], used: 24, to: 24, alignment: 64)
            #expect(resized.outcome == .moved(from: blocks[1].address, to: SectionID.text.address + 128))
            // What alignment leaves free is a hole of its own.
            #expect(try image.allocate(.text, size: 20).offset == blocks[1].offset)
        }
        #expect(file.holes.holes(.text) == [Hole(offset: 96, size: 32)])
    }

    @Test func aBlockThatShrinksALotGivesRoomBack() throws {
        let block = Block(section: .text, offset: 0, room: 400)
        var file = try TestFile { image in
            #expect(try image.allocate(.text, size: 300) == block)
            try image.write(.text, at: 0, [UInt8](repeating: 1, count: 300))
            _ = try image.allocate(.text, size: 1)
        }
        try file.update { image in
            let resized = try image.resize(block, used: 300, to: 20)
            #expect(resized.outcome == .inPlace)
            #expect(resized.block.room == 32)
        }
        #expect(file.holes.holes(.text) == [Hole(offset: 32, size: 368)])
        #expect(file.content(.text).dropFirst(20).prefix(380).allSatisfy { $0 == 0xCC })
    }

    @Test func neighboursMergeAndTheEndIsTrimmed() throws {
        var (file, blocks) = try Self.threeBlocks()
        try file.update { try $0.free(blocks[1], used: 24) }
        #expect(file.holes.holes(.text) == [Hole(offset: 32, size: 32)])
        try file.update { try $0.free(blocks[0], used: 24) }
        #expect(file.holes.holes(.text) == [Hole(offset: 0, size: 64)])
        #expect(file.content(.text).prefix(64).allSatisfy { $0 == 0xCC })
        try file.update { try $0.free(blocks[2], used: 24) }
        #expect(file.holes.holes(.text) == [])
        #expect(file.state.sections[SectionID.text.index].size == 0)
        let start = Int(file.state.sections[SectionID.text.index].fileOffset)
        #expect(file.bytes[start..<(start + 88)].allSatisfy { $0 == 0xCC })
    }

    @Test func theBestHoleIsTaken() throws {
        var blocks: [Block] = []
        var file = try TestFile { image in
            for size in [48, 1, 24, 1, 24, 1] as [UInt64] { blocks.append(try image.allocate(.text, size: size)) }
        }
        try file.update { image in
            for block in [0, 2, 4] { try image.free(blocks[block], used: 0) }
            #expect(try image.allocate(.text, size: 20).offset == blocks[2].offset)
            #expect(try image.allocate(.text, size: 20).offset == blocks[4].offset)
            #expect(try image.allocate(.text, size: 20).offset == blocks[0].offset)
            #expect(try image.allocate(.text, size: 60).offset == blocks[5].offset + 16)
        }
        #expect(file.holes.holes(.text) == [Hole(offset: 32, size: 32)])
    }

    // MARK: - Slots and strings

    @Test func slotsHoldAddressesAndPositions() throws {
        var slots: [SlotIndex] = []
        var file = try TestFile { image in
            for number in 0..<4 as Range<UInt32> {
                let slot = try image.allocateSlot()
                try image.setSlot(slot, UInt64(number) + 100)
                try image.setPosition(slot, SlotPosition(path: 1, name: 2, line: number, column: 4))
                slots.append(slot)
            }
        }
        #expect(slots.map(\.rawValue) == [3, 4, 5, 6])
        #expect(slots[0].address == 0x0100_0018)
        #expect(Array(file.content(.slots).suffix(16)) == [102, 0, 0, 0, 0, 0, 0, 0, 103, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(file.content(.positions).suffix(16)) == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0])
        let patch = try file.update { image in
            try image.setPositionLine(slots[1], line: 9, column: 1)
            #expect(try image.position(slots[1]) == SlotPosition(path: 1, name: 2, line: 9, column: 1))
            #expect(try image.position(slots[2]) == SlotPosition(path: 1, name: 2, line: 2, column: 4))
        }
        // The note and eight bytes: nothing else.
        #expect(patch.steps.count == 2)
        try file.update { image in
            try image.freeSlot(slots[2])
            try image.freeSlot(slots[1])
            #expect(try image.allocateSlot() == slots[1])
            try image.freeSlot(slots[3])
        }
        #expect(file.content(.slots).count == 5 * 8)
        #expect(file.content(.positions).count == 5 * 16)
        #expect(file.content(.positions).suffix(16).allSatisfy { $0 == 0 })
        #expect(file.holes.holes(.slots) == [])
    }

    @Test func stringsComeAndGo() throws {
        let texts = ["src/main.zir", "main.a", "", String(repeating: "long", count: 40)].map { Array($0.utf8) }
        var addresses: [UInt32] = []
        var file = try TestFile { image in
            for text in texts { addresses.append(try image.addName(text)) }
            for (address, text) in zip(addresses, texts) { #expect(try image.name(address) == text) }
        }
        try file.update { image in
            for (address, text) in zip(addresses, texts) { #expect(try image.name(address) == text) }
            try image.removeName(addresses[1])
            #expect(try image.addName(Array("b.x".utf8)) == addresses[1])
            #expect(try image.name(addresses[1]) == Array("b.x".utf8))
        }
        #expect(file.holes.holes(.names) == [Hole(offset: 17, size: 3)])
        try file.update { image in
            for address in [addresses[0], addresses[2], addresses[1], addresses[3]] { try image.removeName(address) }
        }
        #expect(file.content(.names).isEmpty)
        #expect(file.holes.holes(.names) == [])
    }

    // MARK: - Symbols

    private func names(_ file: TestFile) throws -> [String] {
        let reader = try ELFReader(file.bytes)
        return try reader.symbols().map { try ($0.isFiller ? "-" : "") + reader.name(of: $0) }
    }

    @Test func localSymbolsStandBeforeGlobalOnes() throws {
        var file = try TestFile { image in
            let block = try image.add("a", .text, [0x90])
            let global = try image.addGlobalSymbol([0x67], .function, .global, .text, offset: 0, size: 1)
            #expect(global == SymbolIndex(2))
            let added = try image.addLocalSymbol([0x62], .function, .text, offset: block.offset, size: 1)
            #expect(added.index == SymbolIndex(2))
            #expect(added.moved == SymbolMove(from: SymbolIndex(2), to: SymbolIndex(3)))
        }
        #expect(try names(file) == ["", "a", "b", "g"])
        try file.update { image in
            let added = try image.addLocalSymbol([0x63], .object, .data, offset: 0, size: 1)
            #expect(added.index == SymbolIndex(3))
            #expect(added.moved == SymbolMove(from: SymbolIndex(3), to: SymbolIndex(4)))
            try image.removeLocalSymbol(SymbolIndex(1))
        }
        #expect(try names(file) == ["", "-", "b", "c", "g"])
        #expect(file.holes.holes(.symtab) == [Hole(offset: 24, size: 24)])
        try file.update { image in
            let added = try image.addLocalSymbol([0x64], .object, .data, offset: 0, size: 1)
            #expect(added.index == SymbolIndex(1))
            #expect(added.moved == nil)
            _ = try image.addGlobalSymbol([0x68], .object, .weak, .data, offset: 8, size: 2)
            let move = try image.removeGlobalSymbol(SymbolIndex(4))
            #expect(move == SymbolMove(from: SymbolIndex(5), to: SymbolIndex(4)))
            try image.updateSymbol(SymbolIndex(4), .rodata, offset: 64, size: 3)
        }
        #expect(try names(file) == ["", "d", "b", "c", "h"])
        let symbol = try ELFReader(file.bytes).symbols()[4]
        #expect(symbol.binding == STB_WEAK && symbol.type == STT_OBJECT)
        #expect(symbol.section == 6 && symbol.value == 0x4000_0040 && symbol.size == 3)
        #expect(file.state.firstGlobal == SymbolIndex(4))
    }

    @Test func fillersAtTheEndGoWithTheLastGlobal() throws {
        var file = try TestFile { image in
            for name in ["a", "b", "c"] { try image.add(name, .text, [0x90]) }
            _ = try image.addGlobalSymbol([0x67], .function, .global, .text, offset: 0, size: 1)
        }
        try file.update { image in
            try image.removeLocalSymbol(SymbolIndex(3))
            try image.removeLocalSymbol(SymbolIndex(2))
            #expect(throws: ImageError.self) { try image.removeLocalSymbol(SymbolIndex(2)) }
        }
        #expect(try names(file) == ["", "a", "-", "-", "g"])
        try file.update { image in
            let move = try image.removeGlobalSymbol(SymbolIndex(4))
            #expect(move == nil)
        }
        #expect(try names(file) == ["", "a"])
        #expect(file.state.firstGlobal == SymbolIndex(2))
        #expect(file.content(.strtab).count == 3)
        #expect(file.holes.holes(.strtab) == [] && file.holes.holes(.symtab) == [])
        #expect(file.free(.symtab).allSatisfy { $0 == 0 })
    }

    @Test func fillersLeaveNoBytesBehindTheEnd() throws {
        var file = try TestFile { image in
            for name in ["a", "b", "c"] { try image.add(name, .text, [0x90]) }
        }
        try file.update { image in
            for index in [2, 3] { try image.removeLocalSymbol(SymbolIndex(UInt32(index))) }
        }
        #expect(try names(file) == ["", "a"])
        #expect(file.free(.symtab).allSatisfy { $0 == 0 })
    }

    // MARK: - Whole files

    @Test func sameCallsSameBytes() throws {
        let files = try (0..<2).map { _ in try Self.threeBlocks().file }
        #expect(files[0].bytes == files[1].bytes)
        #expect(files[0].state == files[1].state)
    }

    @Test func buildIDFollowsWhatIsWritten() throws {
        var (file, blocks) = try Self.threeBlocks()
        let first = file.state.buildID
        try file.update { try $0.write(.text, at: blocks[0].offset, [0xC3]) }
        let second = file.state.buildID
        try file.update { try $0.write(.text, at: blocks[0].offset, [0xC3]) }
        #expect(Set([first, second, file.state.buildID]).count == 3)
        #expect(try ELFReader(file.bytes).buildID() == file.state.buildID)
    }

    @Test func anUpdateWithoutChangesSaysSo() throws {
        let (file, blocks) = try Self.threeBlocks()
        var image = try file.open()
        #expect(!image.hasChanges)
        try image.write(.text, at: blocks[0].offset, [0xC3])
        #expect(image.hasChanges)
    }

    @Test func aSectionThatOutgrowsItsRoomMovesInTheFileOnly() throws {
        var (file, blocks) = try Self.threeBlocks()
        let before = file
        let old = file.state.sections[SectionID.text.index]
        let patch = try file.update { image in
            let block = try image.allocate(.text, size: 5000)
            try image.write(.text, at: block.offset, [UInt8](repeating: 7, count: 5000))
            try image.write(.text, at: blocks[0].offset, [8])
        }
        let new = file.state.sections[SectionID.text.index]
        #expect(new.fileOffset == before.state.fileSize)
        #expect(new.fileRoom == 12_288)
        #expect(file.state.wastedFileBytes == old.fileRoom)
        #expect(patch.steps.first == .copy(source: old.fileOffset, destination: new.fileOffset, count: old.size))
        #expect(Array(file.content(.text).prefix(24)) == [8] + [UInt8](repeating: 0x90, count: 23))
        #expect(file.content(.text).dropFirst(96).prefix(5000).allSatisfy { $0 == 7 })
        let oldBytes = Int(old.fileOffset)..<Int(old.fileOffset + old.fileRoom)
        #expect(file.bytes[oldBytes] == before.bytes[oldBytes])
    }

    @Test func roomTakenAndGivenBackTouchesNoOtherSection() throws {
        var (file, _) = try Self.threeBlocks()
        let before = file
        let patch = try file.update { image in
            let block = try image.allocate(.text, size: 20_000)
            try image.write(.text, at: block.offset, [UInt8](repeating: 7, count: 20_000))
            try image.free(block, used: 20_000)
        }
        #expect(file.state.sections == before.state.sections)
        for section in SectionID.allCases where section != .headers {
            #expect(file.content(section) == before.content(section))
        }
        #expect(patch.state.fileSize == before.state.fileSize)
    }
}
