import Testing

@testable import ELF

/// Declarations that are added in one go have what they get piece by piece.
@Suite struct ImageEntryTests {
    /// Section, size and alignment.
    static let blocks: [(SectionID, UInt64, UInt64)] = [
        (.text, 40, 16), (.rodata, 3, 1), (.text, 1, 64), (.bss, 5000, 8), (.data, 9, 4096), (.text, 0, 1),
        (.data, 2, 2),
    ]

    private static func name(_ number: Int) -> [UInt8] { Array("f\(number)".utf8) }
    private static let prefix = Array("module.".utf8)

    /// The content of a block, of which there is none in `.bss`.
    private static func content(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number + 1), count: Int(blocks[number].1))
    }

    private static func pieceByPiece(_ image: inout Image) throws {
        let path = try image.addName(Array("a.zir".utf8))
        for (number, (section, size, alignment)) in blocks.enumerated() {
            let slot = try image.allocateSlot()
            let name = try image.addName(prefix + name(number))
            try image.setPosition(
                slot, SlotPosition(path: path, name: name, line: UInt32(number), column: 7))
            let block = try image.allocate(section, size: size, alignment: alignment)
            let kind: Symbol.Kind = section == .text ? .function : .object
            _ = try image.addLocalSymbol(prefix + Self.name(number), kind, section, offset: block.offset, size: size)
            try image.setSlot(slot, block.address)
            if section != .bss { try image.write(section, at: block.offset, content(number)) }
        }
        _ = try image.addGlobalSymbol(Array("main".utf8), .function, .global, .text, offset: 0, size: 40)
    }

    private static func atOnce(_ image: inout Image) throws -> ImageContent {
        let path = try image.addName(Array("a.zir".utf8))
        for (number, (section, size, alignment)) in blocks.enumerated() {
            let declaration = NewDeclaration(
                path: path, line: UInt32(number), column: 7, section: section, size: size, alignment: alignment)
            try name(number).withUnsafeBytes { try image.add(declaration, prefix: prefix, name: $0) }
        }
        _ = try image.addGlobalSymbol(Array("main".utf8), .function, .global, .text, offset: 0, size: 40)
        var content = image.content()
        for section in [SectionID.text, .rodata, .data, .bss] {
            let entries = content.entries
            content.fill(section) { memory in
                for (number, entry) in entries.enumerated() where entry.block.section == section {
                    UnsafeMutableRawBufferPointer(rebasing: memory[Int(entry.block.offset)...])
                        .copyBytes(from: Self.content(number))
                }
            }
        }
        return content
    }

    @Test(arguments: ImageTarget.all) func sameFile(_ target: ImageTarget) throws {
        let expected = try TestFile(target, Self.pieceByPiece)
        let holes = MemoryHoleStore()
        var image = Image(holes: holes, target: target)
        let patch = try Self.atOnce(&image).finish()
        var bytes: [UInt8] = []
        #expect(patch.apply(to: &bytes))
        #expect(bytes == expected.bytes)
        #expect(patch.state == expected.state)
        for section in SectionID.allCases { #expect(holes.holes(section) == expected.holes.holes(section)) }
    }

    @Test func whatIsFullIsAnError() throws {
        var image = Image()
        let large = NewDeclaration(path: 0, line: 1, column: 1, section: .data, size: 1 << 40, alignment: 1)
        #expect(throws: ImageError.self) {
            try Self.name(1).withUnsafeBytes { try image.add(large, prefix: [], name: $0) }
        }
    }
}
